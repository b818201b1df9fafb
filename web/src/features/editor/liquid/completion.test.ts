import { describe, expect, it } from 'vitest';
import { completed, suggestionsFor, tokenAt } from './completion';

const variables = [{ path: 'params.topic', from: 'Params' }, { path: 'nodes.write.text', from: 'Write' }, { path: 'execution.id', from: 'Execution' }];
const at = (text: string, isCondition = false) => tokenAt(text.replace('|', ''), text.indexOf('|'), isCondition);

describe('completion', () => {
  it('begins within braces only', () => {
    expect(at('Hello par|')).toBeNull();
    expect(at('{{ params.topic }} wri|')).toBeNull();
    expect(at('Hello {{ par|')).toMatchObject({ text: 'par', kind: 'variable', isOpen: true });
    expect(at('{% if par| %}')).toMatchObject({ text: 'par', isOpen: false });
  });

  it('needs no braces in a condition, and leaves quoted text alone', () => {
    expect(at('params.to|', true)).toMatchObject({ text: 'params.to', isOpen: false });
    expect(at('params.topic == "pa|"', true)).toBeNull();
  });

  it('finds what begins so before what has it somewhere', () => {
    expect(suggestionsFor(at('{{ te|')!, variables).map((one) => one.text)).toEqual(['nodes.write.text']);
    expect(suggestionsFor(at('{{ |')!, variables)).toHaveLength(3);
    expect(suggestionsFor(tokenAt('{{ a | up', 9, false)!, variables)[0]!.text).toBe('upcase');
  });

  it('closes braces that are open, and none that are closed', () => {
    expect(completed('Hi {{ par', tokenAt('Hi {{ par', 9, false)!, 'params.topic')).toEqual({ text: 'Hi {{ params.topic }}', caret: 21 });
    expect(completed('Hi {{ par }}!', tokenAt('Hi {{ par }}!', 9, false)!, 'params.topic').text).toBe('Hi {{ params.topic }}!');
    expect(completed('{{', tokenAt('{{', 2, false)!, 'item').text).toBe('{{ item }}');
  });
});
