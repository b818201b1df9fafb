import createClient from 'openapi-fetch';
import { addressOf, send } from './functionKey';
import { toProblem } from './problem';
import type { paths } from './schema';

/** The API, with the types of its OpenAPI document. */
export const api = createClient<paths>({ baseUrl: '/', fetch: send });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws the problem of one that failed. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw toProblem(response, error);
  return data as T;
}

export function documentUrl(id: string): string {
  return addressOf(`/api/documents/${encodeURIComponent(id)}/content`);
}

/** A document that the task of a link shows, to the holder of the link. */
export function linkedDocumentUrl(token: string, id: string): string {
  return addressOf(`/api/answers/${encodeURIComponent(token)}/documents/${encodeURIComponent(id)}/content`);
}

/** An execution as a test of its workflow, to download. */
export function testUrl(executionId: string): string {
  return addressOf(`/api/executions/${encodeURIComponent(executionId)}/test`);
}
