/** How often people start things; anything else is a cron expression of their own. */
export type Often = 'minutes' | 'hour' | 'day' | 'weekdays' | 'week' | 'cron';

export interface When {
  often: Often;
  /** Every so many minutes. */
  minutes: number;
  /** `HH:MM` */
  time: string;
  /** 0 is Sunday. */
  day: number;
  cron: string;
}

export const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const shortDays = days.map((day) => day.slice(0, 3).toUpperCase());

export function toCron({ often, minutes, time, day, cron }: When): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  switch (often) {
    case 'minutes': return `*/${minutes} * * * *`;
    case 'hour': return `${minute} * * * *`;
    case 'day': return `${minute} ${hour} * * *`;
    case 'weekdays': return `${minute} ${hour} * * MON-FRI`;
    case 'week': return `${minute} ${hour} * * ${shortDays[day]}`;
    case 'cron': return cron.trim();
  }
}

/** Reads a cron expression as one of the usual ways, where it is one. */
export function readCron(cron: string): When {
  const base: When = { often: 'cron', minutes: 15, time: '07:00', day: 1, cron };
  const match = /^(\*\/\d{1,2}|\d{1,2}) (\*|\d{1,2}) \* \* (\*|MON-FRI|1-5|[A-Z]{3}|[0-6])$/i.exec(cron.trim());
  if (!match) return base;
  const [, minute, hour, day] = match as unknown as [string, string, string, string];
  if (minute.startsWith('*/')) return hour === '*' && day === '*' ? { ...base, often: 'minutes', minutes: Number(minute.slice(2)) } : base;
  const time = `${(hour === '*' ? '0' : hour).padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (hour === '*') return day === '*' ? { ...base, often: 'hour', time } : base;
  if (day === '*') return { ...base, often: 'day', time };
  if (/^(MON-FRI|1-5)$/i.test(day)) return { ...base, often: 'weekdays', time };
  const index = /^\d$/.test(day) ? Number(day) : shortDays.indexOf(day.toUpperCase());
  return index < 0 ? base : { ...base, often: 'week', time, day: index };
}

/** A cron expression in words; the expression itself where it is an unusual one. */
export function inWords(cron: string): string {
  const when = readCron(cron);
  switch (when.often) {
    case 'minutes': return when.minutes === 1 ? 'Every minute' : `Every ${when.minutes} minutes`;
    case 'hour': return `Every hour at minute ${Number(when.time.slice(3))}`;
    case 'day': return `Every day at ${when.time}`;
    case 'weekdays': return `Monday to Friday at ${when.time}`;
    case 'week': return `Every ${days[when.day]} at ${when.time}`;
    case 'cron': return cron;
  }
}
