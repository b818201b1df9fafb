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

/** What people read about an error of any kind. */
export function describe(error: unknown): { title: string; detail: string } {
  if (error instanceof ProblemError) return { title: error.title, detail: error.message };
  if (isUnreachable(error)) return { title: 'The server cannot be reached', detail: 'Check that it runs. The page reconnects by itself.' };
  return { title: 'Something went wrong', detail: error instanceof Error ? error.message : String(error) };
}
