/** The tags of a workflow: its category, which may name several, with commas between them. */
export function tagsOf(category: string | null | undefined): string[] {
  return [...new Set((category ?? '').split(',').map((tag) => tag.trim()).filter((tag) => tag !== ''))];
}
