import { ActionIcon, Combobox, Textarea, useCombobox } from '@mantine/core';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useVariables } from '../panel/variables';
import { useFilters } from '../model/nodeTypes';
import { caretBehindBraces, completed, suggestionsFor, tokenAt, type Token } from './completion';
import classes from './LiquidField.module.css';

interface Props {
  label: string;
  description?: string;
  error?: string | null;
  value: string;
  change: (value: string) => void;
  isRequired?: boolean;
  isCondition?: boolean;
  /** Prose has room, and is not set like code. */
  isLong?: boolean;
  isLabelHidden?: boolean;
  placeholder?: string;
  /** A field of several lines that is set like code. */
  isCode?: boolean;
}

/** A text with Liquid in it; completes what can be read there. */
export function LiquidField({ label, description, error, value, change, isRequired, isCondition = false, isLong, isLabelHidden, placeholder, isCode }: Props) {
  const input = useRef<HTMLTextAreaElement>(null);
  const variables = useVariables();
  const [token, setToken] = useState<Token | null>(null);
  const filters = useFilters();
  const suggestions = useMemo(() => (token ? suggestionsFor(token, variables(), filters) : []), [token, variables, filters]);
  const passed = useRef(false);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const isOpen = combobox.dropdownOpened && suggestions.length > 0;

  const look = (text: string, caret: number) => {
    const next = tokenAt(text, caret, isCondition);
    setToken(next);
    if (!next) return combobox.closeDropdown();
    combobox.openDropdown();
    combobox.updateSelectedOptionIndex();
    requestAnimationFrame(() => combobox.selectFirstOption());
  };
  const write = (text: string, caret: number) => {
    change(text);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(caret, caret);
    });
  };
  const take = (suggestion: string) => {
    if (!token) return;
    const next = completed(value, token, suggestion);
    write(next.text, next.caret);
    // A path that goes on is completed on.
    if (suggestion.endsWith('.')) requestAnimationFrame(() => look(next.text, next.caret));
    else combobox.closeDropdown();
  };
  const begin = () => {
    const caret = input.current?.selectionStart ?? value.length;
    if (tokenAt(value, caret, isCondition)) return look(value, caret);
    const text = `${value.slice(0, caret)}{{ ${value.slice(caret)}`;
    write(text, caret + 3);
    look(text, caret + 3);
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const wasPassed = passed.current;
    passed.current = false;
    if (event.key === '}') {
      // Braces that were closed by completion are typed over, both of them.
      const behind = wasPassed ? null : caretBehindBraces(value, input.current?.selectionStart ?? value.length);
      if (wasPassed || behind !== null) event.preventDefault();
      if (behind !== null) {
        input.current?.setSelectionRange(behind, behind);
        passed.current = true;
      }
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      combobox.closeDropdown();
    } else if (event.key === 'Tab' && isOpen && token && token.text !== '') {
      event.preventDefault();
      take(suggestions[Math.max(0, combobox.getSelectedOptionIndex())]!.text);
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      begin();
    } else if (event.key === 'Enter' && !isLong && !isCode && !isOpen && !event.shiftKey) {
      event.preventDefault();
    }
  };

  return (
    <Combobox store={combobox} onOptionSubmit={take} position="bottom-start" offset={4} shadow="md" withinPortal>
      <Combobox.Target withKeyboardNavigation={isOpen} withExpandedAttribute>
        <Textarea
          ref={input} label={isLabelHidden ? undefined : label} aria-label={isLabelHidden ? label : undefined} description={description} error={error} withAsterisk={isRequired} placeholder={placeholder}
          classNames={{ input: isLong ? classes.prose : isCode ? classes.code : classes.line, section: classes.section }} rows={isLong ? 3 : isCode ? 4 : 1} spellCheck={isLong}
          value={value} autoComplete="off" rightSectionPointerEvents="all"
          rightSection={isCondition ? null : (
            <ActionIcon variant="subtle" color="gray" size="sm" className={classes.insert} onMouseDown={(event) => event.preventDefault()} onClick={begin} aria-label={`Insert a value into ${label}`} title="Insert a value (Ctrl+Space)">{'{}'}</ActionIcon>
          )}
          onChange={(event) => {
            change(event.currentTarget.value);
            look(event.currentTarget.value, event.currentTarget.selectionStart);
          }}
          onKeyDown={press}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isOpen}>
        <Combobox.Options mah={240} style={{ overflowY: 'auto' }} aria-label="Values that can be read here">
          {suggestions.map(({ text, hint }) => (
            <Combobox.Option key={text} value={text} onMouseDown={(event) => event.preventDefault()}>
              <span className={classes.option}><span className={classes.path}>{text}</span><span className={classes.from}>{hint}</span></span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
