/** Counts: every step is a whole number. */
export const countSteps: readonly number[] = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

/** Durations in seconds: below a minute as numbers are, above as a clock has them. */
export const timeSteps: readonly number[] = [
  ...[0.001, 0.01, 0.1, 1].flatMap((unit) => [unit, unit * 2, unit * 5]), 10, 15, 30,
  ...[60, 3_600].flatMap((unit) => [1, 2, 5, 10, 15, 30].map((times) => times * unit)).filter((step) => step < 36_000),
  ...[0.5, 1, 2, 5, 10, 20, 50, 100].map((days) => days * 86_400),
];

const most = 5;

/** Where a scale has its marks: from zero to what is at least the largest value, in equal steps, six at the most. */
export function ticksUpTo(largest: number, steps: readonly number[]): number[] {
  const step = steps.find((one) => largest / one <= most) ?? largest / most;
  return Array.from({ length: Math.max(1, Math.ceil(largest / step)) + 1 }, (_, index) => index * step);
}
