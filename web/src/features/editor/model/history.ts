/** States that can be gone back to. */
export interface History<T> {
  past: readonly T[];
  future: readonly T[];
  /** What the last change was of: further changes of the same thing are one step. */
  key: string | null;
  at: number;
}

const most = 200;
const oneStepMilliseconds = 1_200;

export const noHistory: History<never> = { past: [], future: [], key: null, at: 0 };

/** Notes the state before a change. */
export function noted<T>(history: History<T>, before: T, key: string | null, now: number): History<T> {
  const isSameStep = key !== null && key === history.key && now - history.at < oneStepMilliseconds && history.past.length > 0;
  return { past: isSameStep ? history.past : [...history.past, before].slice(-most), future: [], key, at: now };
}

export function undone<T>(history: History<T>, present: T): { history: History<T>; present: T } | null {
  const before = history.past.at(-1);
  if (before === undefined) return null;
  return { history: { past: history.past.slice(0, -1), future: [present, ...history.future], key: null, at: 0 }, present: before };
}

export function redone<T>(history: History<T>, present: T): { history: History<T>; present: T } | null {
  const [after, ...future] = history.future;
  if (after === undefined) return null;
  return { history: { past: [...history.past, present], future, key: null, at: 0 }, present: after };
}
