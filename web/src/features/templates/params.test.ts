import { describe, expect, it } from 'vitest';
import { parseTemplate } from './file';
import { descriptionsOf, fieldsOf, paramsOf, problemOf } from './params';

describe('the form of an execution', () => {
  it('gives back the defaults that it was made of, with their types', () => {
    const defaults = { topic: 'tea', count: 3, deep: { list: [1, null] }, on: false, none: null, long: 'a\nb' };
    expect(paramsOf(fieldsOf(defaults))).toEqual(defaults);
  });

  it('says of each param what the input node does', () => {
    expect(descriptionsOf([{ type: 'output' }, { type: 'input', data: { params: { topic: 'What it is about.' } } }])).toEqual({ topic: 'What it is about.' });
    expect(descriptionsOf([{ type: 'input', data: { params: ['topic'] } }])).toEqual({});
    expect(descriptionsOf(undefined)).toEqual({});
  });

  it('says what is wrong with a number or with JSON', () => {
    expect(problemOf({ name: 'n', kind: 'number', value: '' })).not.toBeNull();
    expect(problemOf({ name: 'n', kind: 'number', value: '-1.5' })).toBeNull();
    expect(problemOf({ name: 'j', kind: 'json', value: '{' })).not.toBeNull();
  });
});

describe('parseTemplate', () => {
  it('calls a workflow without a name like its file', () => {
    expect(parseTemplate('My flow.json', '{"nodes":[]}')).toEqual({ name: 'My flow', nodes: [] });
  });

  it('refuses what is not a JSON object', () => {
    expect(() => parseTemplate('x.json', '[]')).toThrow(SyntaxError);
    expect(() => parseTemplate('x.json', 'hello')).toThrow(/not JSON/);
  });
});
