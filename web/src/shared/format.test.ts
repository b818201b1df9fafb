import { describe, expect, it } from 'vitest';
import { formatCost, formatDuration } from './format';

describe('formatDuration', () => {
  it.each([
    [0, '0 ms'], [0.0134, '13 ms'], [0.9996, '1.0 s'], [9.96, '10.0 s'], [59.96, '1 min 0 s'], [3_599.7, '1 h 0 min'], [90_000, '1 d 1 h'], [null, '—'],
  ])('%s s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('formatCost', () => {
  it.each([[0, '$0'], [0.00001, '< $0.0001'], [0.0123, '$0.0123'], [1.5, '$1.50']])('$%s', (usd, text) => expect(formatCost(usd)).toBe(text));
});
