import { describe, expect, it } from 'vitest';
import { mediaTypeOf } from './upload';

describe('mediaTypeOf', () => {
  it.each([
    [undefined, 'topic,tone\ntea,dry', 'text/csv'],
    [undefined, '\uFEFF{"topic": "tea"}\n{"topic": "rain"}', 'application/x-ndjson'],
    [undefined, '  [{"topic": "tea"}]', 'application/json'],
    ['rows.CSV', '{not json}', 'text/csv'],
    ['rows.ndjson', '', 'application/x-ndjson'],
    ['rows.json', '[', 'application/json'],
  ])('of %j beginning with %j is %j', (name, beginning, type) => expect(mediaTypeOf(name, beginning)).toBe(type));
});
