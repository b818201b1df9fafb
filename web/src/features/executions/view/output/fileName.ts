const endings: Record<string, string> = { 'text/markdown': 'md', 'text/plain': 'txt', 'text/html': 'html', 'application/json': 'json', 'image/jpeg': 'jpg', 'image/svg+xml': 'svg' };

/** What a downloaded document is called. */
export function fileNameOf(title: string, mediaType: string): string {
  const type = mediaType.split(';')[0]!.trim();
  const name = title.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 60).replace(/-+$/, '');
  const ending = endings[type] ?? type.split('/')[1] ?? '';
  return `${name || 'document'}${/^[a-z0-9]+$/.test(ending) ? `.${ending}` : ''}`;
}
