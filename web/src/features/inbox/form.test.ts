import { describe, expect, it } from 'vitest';
import { fieldsOf, initialValues, valuesOf } from './form';

const form = {
  type: 'object',
  required: ['text'],
  properties: {
    text: { type: 'string', format: 'multiline', default: 'Tea is good.' },
    picture: { type: 'string', format: 'image', enum: ['doc-1', 'doc-2'] },
    tone: { type: 'string', title: 'How it sounds', enum: ['warm', 'plain'], default: 'warm' },
    copies: { type: 'integer' },
    on: { type: 'string', format: 'date' },
    is_final: { type: 'boolean' },
    more: {},
  },
};

describe('a form', () => {
  it('shows each property with the field that fits', () => {
    expect(fieldsOf(form).map(({ name, title, kind, isRequired }) => [name, title, kind, isRequired])).toEqual([
      ['text', 'Text', 'long text', true], ['picture', 'Picture', 'picture', false], ['tone', 'How it sounds', 'choice', false], ['copies', 'Copies', 'number', false],
      ['on', 'On', 'date', false], ['is_final', 'Is final', 'switch', false], ['more', 'More', 'json', false],
    ]);
    expect(fieldsOf(null)).toEqual([]);
  });

  it('has its fields by their order, then those that are required', () => {
    const properties = { a: {}, b: {}, c: { order: 2 }, d: {}, e: { order: 1 } };
    expect(fieldsOf({ type: 'object', required: ['d', 'b', 'c'], properties }).map(({ name }) => name)).toEqual(['e', 'c', 'd', 'b', 'a']);
  });

  it('begins with what was made and gives values of the types that are asked for', () => {
    const fields = fieldsOf(form);
    const entered = { ...initialValues(fields), copies: '3', more: '{"a": 1}' };
    expect(valuesOf(fields, entered)).toEqual({ text: 'Tea is good.', tone: 'warm', copies: 3, is_final: false, more: { a: 1 } });
    expect(valuesOf(fields, { ...entered, copies: 'many' })).toMatchObject({ copies: 'many' });
  });
});
