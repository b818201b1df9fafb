import { describe, expect, it } from 'vitest';
import { readPath } from '../model/scope';
import { liquidAt, partsOf, pathIn } from './parts';

describe('parts of a text', () => {
  it('tells Liquid from what is around it', () => {
    expect(partsOf('Hi {{ params.name }}!{% if a %}b{% endif %}').filter((part) => part.isLiquid).map((part) => part.text)).toEqual(['{{ params.name }}', '{% if a %}', '{% endif %}']);
    expect(partsOf('{{ open')).toEqual([{ text: '{{ open', isLiquid: false }]);
    expect(liquidAt('Hi {{ a }}!', 6)).toBe('{{ a }}');
    expect(liquidAt('Hi {{ a }}!', 11)).toBeUndefined();
  });

  it('finds the path that is read', () => {
    expect(pathIn('{{ nodes.write.text | upcase }}')).toBe('nodes.write.text');
    expect(pathIn('{{ nodes["my node"].text }}')).toBe('nodes["my node"].text');
    expect(pathIn('{% if a %}')).toBeUndefined();
    expect(pathIn('{{ "text" }}')).toBeUndefined();
  });

  it('reads what the last run has there', () => {
    const outputOf = (id: string) => ({ 'write-1': { text: 'Tea', tags: ['a', 'b'] } })[id];
    expect(readPath('nodes.write-1.text', outputOf, {})).toBe('Tea');
    expect(readPath('write-1.tags', outputOf, {})).toEqual(['a', 'b']);
    expect(readPath('nodes["write-1"]["text"]', outputOf, {})).toBe('Tea');
    expect(readPath('params.topic', outputOf, { topic: 'tea' })).toBe('tea');
    expect(readPath('nodes.gone.text', outputOf, {})).toBeUndefined();
  });
});
