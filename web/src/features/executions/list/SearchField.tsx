import { Loader, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

const restMilliseconds = 250;

interface Props {
  value: string | undefined;
  find: (text: string | undefined) => void;
  isBusy: boolean;
  className?: string;
}

/** A text that the server looks for, as soon as nobody types any more. */
export function SearchField({ value, find, isBusy, className }: Props) {
  const [text, setText] = useState(value ?? '');
  const asked = useRef(value);
  useEffect(() => {
    // It was not asked for here: somebody went back, or wants to see all.
    if (value === asked.current) return;
    asked.current = value;
    setText(value ?? '');
  }, [value]);
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === asked.current) return;
    const timer = setTimeout(() => {
      asked.current = wanted;
      find(wanted);
    }, restMilliseconds);
    return () => clearTimeout(timer);
  }, [find, text]);
  return (
    <TextInput
      className={className} type="search" value={text} maxLength={200} placeholder="Name, id, workspace or error" aria-label="Search the executions"
      leftSection={isBusy ? <Loader size={14} /> : <Search size={15} aria-hidden />} onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
