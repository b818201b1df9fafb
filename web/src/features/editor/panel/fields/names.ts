const acronyms: Record<string, string> = { url: 'URL', json: 'JSON', id: 'id', ids: 'ids', usd: 'USD' };

/** The name of a setting as people read it. */
export function titleOf(name: string): string {
  return name.split('_').map((word) => acronyms[word] ?? word).join(' ').replace(/^./, (first) => first.toUpperCase());
}
