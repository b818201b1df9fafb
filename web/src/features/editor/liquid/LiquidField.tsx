import { ActionIcon, Combobox, Modal, Textarea, useCombobox } from '@mantine/core';
import { Maximize2 } from 'lucide-react';
import { useContext, useEffect, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { LastValueContext, useField, useVariables, type Insert } from '../panel/variables';
import { useFilters } from '../model/nodeTypes';
import { caretBehindBraces, completed, inserted, suggestionsFor, tokenAt, type Token } from './completion';
import classes from './LiquidField.module.css';
import { liquidAt, partsOf, pathIn } from './parts';

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

/** A text with Liquid in it: shows where that is and what it came to last, and completes what can be read there. Long texts have a larger editor. */
export function LiquidField(props: Props) {
  const [isLarge, setLarge] = useState(false);
  return (
    <>
      <TextField {...props} enlarge={props.isLong || props.isCode ? () => setLarge(true) : undefined} />
      {isLarge ? (
        <Modal opened onClose={() => setLarge(false)} title={props.label} size="min(1000px, 94vw)" lockScroll={false}>
          <TextField {...props} isLabelHidden isLarge />
        </Modal>
      ) : null}
    </>
  );
}

function TextField({ label, description, error, value, change, isRequired, isCondition = false, isLong, isLabelHidden, placeholder, isCode, isLarge, enlarge }: Props & { isLarge?: boolean; enlarge?: () => void }) {
  const backdrop = useRef<HTMLDivElement>(null);
  const lastValue = useContext(LastValueContext);
  const [pointed, setPointed] = useState<string | undefined>();
  const last = pointed === undefined ? undefined : lastValue(pointed);
  const parts = useMemo(() => partsOf(value), [value]);
  const show = (liquid: string | undefined) => setPointed(liquid === undefined ? undefined : pathIn(liquid));
  const point = ({ clientX: x, clientY: y }: MouseEvent) => {
    const isUnder = (box: DOMRect) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    const mark = [...backdrop.current?.querySelectorAll('mark') ?? []].find((one) => [...one.getClientRects()].some(isUnder));
    show(mark?.textContent ?? undefined);
  };
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
  // A value that is chosen elsewhere goes to where the caret is, or was.
  const target = useField();
  const insert = useRef<Insert>(null);
  const isVisited = useRef(false);
  useEffect(() => {
    insert.current = (path) => {
      const end = { selectionStart: value.length, selectionEnd: value.length };
      const { selectionStart, selectionEnd } = isVisited.current && input.current ? input.current : end;
      const next = inserted(value, selectionStart, selectionEnd, path, isCondition);
      write(next.text, next.caret);
    };
  });
  const [own] = useState<Insert>(() => (path: string) => insert.current?.(path));
  useEffect(() => {
    target.current ??= own;
    return () => {
      if (target.current === own) target.current = null;
    };
  }, [target, own]);
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

  const kind = isLong ? classes.prose! : isCode ? classes.code! : classes.line!;

  return (
    <Combobox store={combobox} onOptionSubmit={take} position="bottom-start" offset={4} shadow="md" withinPortal>
      <Combobox.Target withKeyboardNavigation={isOpen} withExpandedAttribute>
        <Textarea
          ref={input} label={isLabelHidden ? undefined : label} aria-label={isLabelHidden ? label : undefined} description={description} error={error} withAsterisk={isRequired} placeholder={placeholder}
          classNames={{ input: kind, section: classes.section }} rows={isLong ? 3 : isCode ? 4 : 1} spellCheck={isLong}
          value={value} autoComplete="off" rightSectionPointerEvents="all"
          inputContainer={(field) => (
            <div className={classes.box} data-large={isLarge || undefined} onMouseMove={parts.length > 0 ? point : undefined} onMouseLeave={() => show(undefined)}>
              {parts.some((part) => part.isLiquid) ? (
                <div ref={backdrop} className={`${classes.backdrop} ${kind}`} aria-hidden>{parts.map((part, index) => (part.isLiquid ? <mark key={index} className={classes.liquid}>{part.text}</mark> : part.text))}</div>
              ) : null}
              {field}
              {last !== undefined && !isOpen ? <div className={classes.last} role="status"><span className={classes.path}>{pointed}</span><span className={classes.value}>{shortened(last)}</span></div> : null}
            </div>
          )}
          rightSection={isCondition ? null : (
            <>
              <ActionIcon variant="subtle" color="gray" size="sm" className={classes.insert} onMouseDown={(event) => event.preventDefault()} onClick={begin} aria-label={`Insert a value into ${label}`} title="Insert a value (Ctrl+Space)">{'{}'}</ActionIcon>
              {enlarge ? <ActionIcon variant="subtle" color="gray" size="sm" onClick={enlarge} aria-label={`Edit ${label} in a larger field`} title="Edit in a larger field"><Maximize2 size={14} /></ActionIcon> : null}
            </>
          )}
          onScroll={(event) => {
            if (backdrop.current) backdrop.current.scrollTop = event.currentTarget.scrollTop;
          }}
          onSelect={(event) => show(event.currentTarget.selectionStart === event.currentTarget.selectionEnd ? liquidAt(value, event.currentTarget.selectionStart) : undefined)}
          onChange={(event) => {
            change(event.currentTarget.value);
            look(event.currentTarget.value, event.currentTarget.selectionStart);
          }}
          onKeyDown={press}
          onFocus={() => {
            target.current = own;
            isVisited.current = true;
          }}
          onDrop={(event) => {
            const path = /^\{\{ (.+) \}\}$/.exec(event.dataTransfer.getData('text/plain'))?.[1];
            if (path === undefined) return;
            event.preventDefault();
            own(path);
          }}
          onBlur={() => {
            show(undefined);
            combobox.closeDropdown();
          }}
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

function shortened(value: unknown): string {
  const most = 400;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > most ? `${text.slice(0, most)} …` : text;
}
