import { stringsOf, type JsonObject } from '../../../api/json';
import type { Schema } from './nodeTypes';

/** The setting that an error of a node is about: one that it names, or the one that reads the variable which is missing; otherwise the first that is required. */
export function failedField(error: string, settings: JsonObject, schema: Schema | undefined): string | undefined {
  const names = Object.keys(schema?.properties ?? {});
  const named = /^\/([a-z0-9_]+)/i.exec(error)?.[1] ?? names.find((name) => error.includes(`(${name})`));
  if (named !== undefined && names.includes(named)) return named;
  const variable = /variable '([^']+)'/.exec(error)?.[1];
  const reading = variable === undefined ? undefined : names.find((name) => JSON.stringify(settings[name] ?? '').includes(variable.replaceAll('"', '\\"')));
  return reading ?? stringsOf(schema?.required)[0] ?? names[0];
}
