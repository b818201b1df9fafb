import type { JsonObject } from '../../../api/json';
import type { Problem } from '../../../api/types';
import { titleOf } from '../../../shared/format';

/** A problem as it is told at its field: what is empty has to be entered, whatever the schema says of it. */
export function problemText(problem: Problem, settings: JsonObject | undefined): string {
  const setting = /\/data\/([^/]+)$/.exec(problem.pointer)?.[1];
  if (setting !== undefined && settings !== undefined && isEmpty(settings[setting])) {
    const title = titleOf(setting);
    const name = title === title.toUpperCase() ? title : title.charAt(0).toLowerCase() + title.slice(1);
    return `Enter ${name.endsWith('s') ? '' : /^[aeio]/i.test(name) ? 'an ' : 'a '}${name}.`;
  }
  return `${problem.detail} Expected: ${problem.expected}.`;
}

/** The setting that a problem is about, in words; undefined where it is about the node as a whole. */
export function settingOf(problem: Problem): string | undefined {
  const setting = /\/data\/([^/]+)/.exec(problem.pointer)?.[1];
  return setting === undefined ? undefined : titleOf(setting);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
