const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const whole = new Intl.NumberFormat();

/** A time in the reader's zone. */
export function formatDateTime(iso: string | null | undefined): string {
  return iso ? dateTime.format(new Date(iso)) : '—';
}

export function formatTime(iso: string | null | undefined): string {
  return iso ? time.format(new Date(iso)) : '—';
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** A time of today, in milliseconds since 1970. */
export function formatClock(time: number): string {
  return clock.format(time);
}

/** How long ago something was, to the largest unit that is not zero. */
export function formatAgo(iso: string | null | undefined, now: number): string {
  if (!iso) return '—';
  const seconds = (Date.parse(iso) - now) / 1_000;
  for (const [unit, size] of [['day', 86_400], ['hour', 3_600], ['minute', 60]] as const)
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  return Math.abs(seconds) < 5 ? 'just now' : relative.format(Math.round(seconds), 'second');
}

/** A duration of so many seconds, with two units at the most. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return '—';
  const value = Math.max(0, seconds);
  if (value < 0.9995) return `${Math.round(value * 1_000)} ms`;
  if (value < 59.95) return `${value.toFixed(value < 10 ? 1 : 0)} s`;
  const total = Math.round(value);
  const [days, hours, minutes] = [Math.floor(total / 86_400), Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${total % 60} s`;
}

/** An amount of US dollars; small ones are not rounded away. */
export function formatCost(usd: number | null | undefined): string {
  if (usd === null || usd === undefined) return '—';
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '< $0.0001';
  return `$${usd.toFixed(usd < 0.1 ? 4 : 2)}`;
}

export function formatCount(count: number | null | undefined): string {
  return whole.format(count ?? 0);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** With a large first letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const acronyms = new Map([['url', 'URL'], ['json', 'JSON'], ['usd', 'USD']]);

/** What is called `like_this`, as people read it. */
export function titleOf(name: string): string {
  return capital(name.split('_').map((word) => acronyms.get(word) ?? word).join(' '));
}
