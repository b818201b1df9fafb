import { describe, expect, it } from 'vitest';
import { inWords, readCron, toCron } from './cron';

describe('cron', () => {
  it.each([
    ['*/15 * * * *', 'Every 15 minutes'], ['5 * * * *', 'Every hour at minute 5'], ['0 7 * * *', 'Every day at 07:00'],
    ['30 17 * * MON-FRI', 'Monday to Friday at 17:30'], ['0 9 * * SUN', 'Every Sunday at 09:00'],
  ])('%s is said in words and written again', (cron, words) => {
    expect(inWords(cron)).toBe(words);
    expect(toCron(readCron(cron))).toBe(cron);
  });

  it.each(['0 9 13 * FRI', '0 0 7 * * *', '*/5 9-17 * * *'])('%s stays what it is', (cron) => {
    expect(readCron(cron).often).toBe('cron');
    expect(inWords(cron)).toBe(cron);
    expect(toCron(readCron(cron))).toBe(cron);
  });
});
