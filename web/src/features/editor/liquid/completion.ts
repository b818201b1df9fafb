import type { Variable } from '../model/scope';

/** A filter that the server knows. */
export interface Filter {
  name: string;
  min_arguments: number;
}

/** The part of a text that is being completed. */
export interface Token {
  kind: 'variable' | 'filter';
  text: string;
  start: number;
  end: number;
  /** Whether the braces around it are still open. */
  isOpen: boolean;
}

export interface Suggestion {
  text: string;
  hint: string;
}

/** How filters that are used often are written, and what they do. */
const examples: Readonly<Record<string, readonly [string, string]>> = {
  default: ['default: ""', 'if there is nothing'], json: ['json', 'as JSON'], upcase: ['upcase', 'in upper case'], downcase: ['downcase', 'in lower case'],
  capitalize: ['capitalize', 'first letter large'], strip: ['strip', 'without spaces around'], truncate: ['truncate: 80', 'so many characters'],
  truncatewords: ['truncatewords: 20', 'so many words'], replace: ['replace: "a", "b"', 'one text for another'], split: ['split: ","', 'text to list'],
  join: ['join: ", "', 'list to text'], size: ['size', 'how many'], first: ['first', 'the first one'], last: ['last', 'the last one'],
  map: ['map: "name"', 'one member of each'], where: ['where: "name", "value"', 'those that have it'], sort: ['sort', 'in order'], uniq: ['uniq', 'without doubles'],
  date: ['date: "%d.%m.%Y"', 'as a date'], time_zone: ['time_zone: "Europe/Berlin"', 'as clocks there show it'], round: ['round: 2', 'so many digits'], plus: ['plus: 1', 'more'], minus: ['minus: 1', 'less'], escape: ['escape', 'for HTML'],
};

const most = 40;

/** What can be completed where the caret stands; null outside of braces. A condition is Liquid without braces. */
export function tokenAt(text: string, caret: number, isCondition: boolean): Token | null {
  const before = text.slice(0, caret);
  const opened = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'));
  const closed = Math.max(before.lastIndexOf('}}'), before.lastIndexOf('%}'));
  if (!isCondition && (opened < 0 || closed > opened)) return null;
  const inside = isCondition ? before : before.slice(opened + 2);
  const token = /[\p{L}\p{N}_.\-["\]]*$/u.exec(inside)![0];
  const rest = inside.slice(0, inside.length - token.length);
  // Within quotes nothing is completed, but for the names in nodes["…"].
  if ((inside.replace(/\["[^"]*("\])?/g, '').match(/"/g)?.length ?? 0) % 2 === 1) return null;
  const tail = /^[\p{L}\p{N}_.-]*/u.exec(text.slice(caret))![0];
  const after = text.slice(caret + tail.length);
  const isOpen = !isCondition && before.startsWith('{{', opened) && !/^[^{]*\}\}/.test(after);
  return { kind: /\|\s*$/.test(rest) ? 'filter' : 'variable', text: token, start: caret - token.length, end: caret + tail.length, isOpen };
}

/** What fits best comes first: what begins so, what has a part that begins so, what has it anywhere. */
export function suggestionsFor(token: Token, variables: readonly Variable[], filters: readonly Filter[]): Suggestion[] {
  const wanted = token.text.toLowerCase();
  if (token.kind === 'filter') return filters.filter(({ name }) => name.startsWith(wanted)).map(suggestFilter).sort((a, b) => Number(a.hint === '') - Number(b.hint === ''));
  const rank = (path: string) => {
    const lower = path.toLowerCase();
    if (lower.startsWith(wanted)) return 0;
    if (lower.split('.').some((part) => part.startsWith(wanted))) return 1;
    return lower.includes(wanted) ? 2 : 3;
  };
  return variables
    .map(({ path, from }, index) => ({ text: path, hint: from, rank: rank(path), index }))
    .filter((one) => one.rank < 3 && one.text !== token.text)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .slice(0, most)
    .map(({ text, hint }) => ({ text, hint }));
}

function suggestFilter({ name, min_arguments: least }: Filter): Suggestion {
  const [text, hint] = examples[name] ?? [least > 0 ? `${name}: ` : name, ''];
  return { text, hint };
}

/** The caret behind braces that close already, for somebody who types them all the same; null if there are none. */
export function caretBehindBraces(text: string, caret: number): number | null {
  const braces = /^\s*\}\}/.exec(text.slice(caret));
  return braces ? caret + braces[0].length : null;
}

/** The text with a suggestion in it, and where the caret is then. */
export function completed(text: string, token: Token, suggestion: string): { text: string; caret: number } {
  const close = token.isOpen && !suggestion.endsWith('.') ? ' }}' : '';
  const space = token.isOpen && text[token.start - 1] === '{' ? ' ' : '';
  const next = text.slice(0, token.start) + space + suggestion + close + text.slice(token.end).replace(close ? /^\s+$/ : /^$/, '');
  return { text: next, caret: token.start + space.length + suggestion.length + close.length };
}

/** The text with something that is read in place of what is selected, and where the caret is then. Within braces, or in a condition, it needs none of its own. */
export function inserted(text: string, start: number, end: number, path: string, isCondition: boolean): { text: string; caret: number } {
  const value = isCondition || tokenAt(text, start, false) ? path : `{{ ${path} }}`;
  return { text: text.slice(0, start) + value + text.slice(end), caret: start + value.length };
}
