import type { DrawnTemplate } from '../../../api/types';
import { toRow, type Draft } from '../model/draft';

/** Changes that have not been saved, as this browser keeps them: they outlive a tab that is closed or crashes. */
export interface Kept {
  /** When they were made, in milliseconds. */
  at: number;
  /** The state of the template that they were made on; a save over a newer one is refused. */
  tag: string | undefined;
  template: DrawnTemplate;
}

const placeOf = (templateId: string) => `unsaved:${templateId}`;

export function readKept(templateId: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(placeOf(templateId)) ?? 'null') as Kept | null;
    return Array.isArray(kept?.template?.nodes_json) ? kept : null;
  } catch {
    return null;
  }
}

export function keep(templateId: string, tag: string | undefined, draft: Draft): void {
  try {
    localStorage.setItem(placeOf(templateId), JSON.stringify({ at: Date.now(), tag, template: toRow(draft) }));
  } catch {
    // The browser has no room for it, or keeps nothing; what is drawn is still in this tab.
  }
}

export function forgetKept(templateId: string): void {
  localStorage.removeItem(placeOf(templateId));
}
