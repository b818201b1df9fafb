// On Azure Functions the host itself wants a key with each call, before the API hears of it. This tab keeps it.
const name = 'workflow_function_key';
const key = () => sessionStorage.getItem(name);

export const keepFunctionKey = (key: string) => sessionStorage.setItem(name, key);
export const forgetFunctionKey = () => sessionStorage.removeItem(name);

/** Whether an answer is the host's own, which wants its key: the API says in problem details what it refuses. */
export const asksForFunctionKey = (response: Response) =>
  response.status === 401 && !response.headers.get('Content-Type')?.startsWith('application/problem+json');

/** `fetch`, with the key of the host where there is one. */
export function send(input: string | Request, init?: RequestInit): Promise<Response> {
  const given = key();
  if (given === null) return fetch(input, init);
  const request = new Request(input, init);
  request.headers.set('x-functions-key', given);
  return fetch(request);
}

/** An address for what the browser itself asks for, without headers: a picture, a stream of events. */
export function addressOf(url: string): string {
  const given = key();
  return given === null ? url : `${url}${url.includes('?') ? '&' : '?'}code=${encodeURIComponent(given)}`;
}
