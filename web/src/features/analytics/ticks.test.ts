import { describe, expect, it } from 'vitest';
import { countSteps, ticksUpTo, timeSteps } from './ticks';

describe('ticksUpTo', () => {
  it('reaches the largest value in a few round steps', () => {
    expect(ticksUpTo(17, countSteps)).toEqual([0, 5, 10, 15, 20]);
    expect(ticksUpTo(1, countSteps)).toEqual([0, 1]);
    expect(ticksUpTo(100, timeSteps)).toEqual([0, 30, 60, 90, 120]);
    expect(ticksUpTo(90_000, timeSteps)).toEqual([0, 18_000, 36_000, 54_000, 72_000, 90_000]);
  });

  it('has a scale for nothing too', () => {
    expect(ticksUpTo(0, countSteps)).toEqual([0, 1]);
  });
});
