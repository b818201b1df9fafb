import { useQuery } from '@tanstack/react-query';
import { ExternalLink, FileText } from 'lucide-react';
import { useState } from 'react';
import { documentUrl } from '../../../../api/client';
import { describe, toProblem } from '../../../../api/problem';
import { Markdown } from '../../../../shared/Markdown';
import classes from './DocumentView.module.css';

interface Props {
  id: string;
  name: string;
  isOpen: boolean;
}

/** A document that a workflow made: text as it is meant to be read, pictures as pictures. */
export function DocumentView({ id, name, isOpen: isOpenFirst }: Props) {
  const [isOpen, setOpen] = useState(isOpenFirst);
  const { data, error } = useQuery({ queryKey: ['document', id], queryFn: () => read(id), enabled: isOpen, staleTime: Infinity });
  return (
    <details className={classes.document} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={classes.head}>
        <FileText size={15} aria-hidden /> {name}
        <a href={documentUrl(id)} target="_blank" rel="noreferrer" className={classes.open} aria-label={`Open ${name} by itself`} onClick={(event) => event.stopPropagation()}><ExternalLink size={14} aria-hidden /></a>
      </summary>
      {error ? <p className={classes.none}>{describe(error).detail}</p> : null}
      {data?.kind === 'image' ? <img src={documentUrl(id)} alt={name} className={classes.image} /> : null}
      {data?.kind === 'text' ? <div className={classes.text}><Markdown text={data.text} /></div> : null}
      {data?.kind === 'other' ? <p className={classes.none}>It is no text and no picture; open it by itself.</p> : null}
    </details>
  );
}

async function read(id: string): Promise<{ kind: 'image' | 'other' } | { kind: 'text'; text: string }> {
  const response = await fetch(documentUrl(id));
  if (!response.ok) throw toProblem(response, await response.json().catch(() => undefined));
  const type = response.headers.get('Content-Type') ?? '';
  if (type.startsWith('image/')) return { kind: 'image' };
  return type.startsWith('text/') || type.includes('json') ? { kind: 'text', text: await response.text() } : { kind: 'other' };
}
