/** An id that is not used yet: a word that says what it is, with a number where that is needed. */
export function freeId(wish: string, taken: ReadonlySet<string>): string {
  const base = wish.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '') || 'node';
  if (!taken.has(base)) return base;
  const stem = base.replace(/-\d+$/, '');
  for (let number = 2; ; number++) {
    const id = `${stem}-${number}`;
    if (!taken.has(id)) return id;
  }
}

/** A label that no other node has: two nodes of one type are told apart from the start. */
export function freeLabel(wish: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wish)) return wish;
  for (let number = 2; ; number++) if (!taken.has(`${wish} ${number}`)) return `${wish} ${number}`;
}
