/** Files of more than this are sent as they are; others are shown, to be corrected in place. */
export const longestShown = 1_000_000;

/** The media type of rows, by the name of their file or by how they begin. */
export function mediaTypeOf(name: string | undefined, beginning: string): string {
  if (name !== undefined && /\.(jsonl|ndjson)$/i.test(name)) return 'application/x-ndjson';
  if (name !== undefined && /\.(csv|tsv|txt)$/i.test(name)) return 'text/csv';
  const first = beginning.replace(/^\uFEFF/, '').trimStart().charAt(0);
  if (first === '[') return 'application/json';
  return first === '{' ? 'application/x-ndjson' : 'text/csv';
}
