import type { ApiProblem, Problem } from './types';

/** An answer of the API that is not what was asked for; carries its problem details. */
export class ProblemError extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: readonly Problem[];

  constructor(problem: Pick<ApiProblem, 'title' | 'status' | 'detail'> & { errors?: readonly Problem[] | null }) {
    super(problem.detail);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.title = problem.title;
    this.errors = problem.errors ?? [];
  }
}

/** Makes an error of whatever a failed response carried. */
export function toProblem(response: Response, body: unknown): ProblemError {
  const given = typeof body === 'object' && body !== null ? (body as Partial<ApiProblem>) : {};
  return new ProblemError({
    title: given.title ?? response.statusText,
    status: given.status ?? response.status,
    detail: given.detail ?? `The server answered ${response.status} ${response.statusText}.`,
    errors: given.errors,
  });
}

/** Whether what was asked for is not there; asking again does not help. */
export function isMissing(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 404;
}

/** Whether there was no answer at all. That is told of once, for the whole page. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError;
}

/** What the statuses mean to people who did something here. */
const titles: Readonly<Record<number, string>> = {
  400: 'That was not accepted', 401: 'Log in again', 403: 'You are not allowed to do that', 404: 'Not found', 409: 'That is not possible now', 412: 'Somebody else changed it',
  413: 'That is too large', 422: 'That was not accepted', 429: 'Too many requests', 503: 'The server cannot do that now',
};

/** What people read about an error of any kind. */
export function describe(error: unknown): { title: string; detail: string } {
  if (error instanceof ProblemError) return { title: titles[error.status] ?? (error.status >= 500 ? 'The server has a problem' : error.title), detail: error.message };
  if (isUnreachable(error)) return { title: 'The server cannot be reached', detail: 'Check that it runs. The page reconnects by itself.' };
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
}
