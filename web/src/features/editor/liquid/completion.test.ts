import { describe, expect, it } from 'vitest';
import { caretBehindBraces, completed, inserted, suggestionsFor, tokenAt } from './completion';

const variables = [{ path: 'params.topic', from: 'Params' }, { path: 'nodes.write.text', from: 'Write' }, { path: 'execution.id', from: 'Execution' }];
const at = (text: string, isCondition = false) => tokenAt(text.replace('|', ''), text.indexOf('|'), isCondition);

describe('completion', () => {
  it('begins within braces only', () => {
    expect(at('Hello par|')).toBeNull();
    expect(at('{{ params.topic }} wri|')).toBeNull();
    expect(at('Hello {{ par|')).toMatchObject({ text: 'par', kind: 'variable', isOpen: true });
    expect(at('{% if par| %}')).toMatchObject({ text: 'par', isOpen: false });
  });

  it('puts a chosen value where the caret is, in braces where it needs them', () => {
    expect(inserted('Hello !', 6, 6, 'nodes.brief.json.promise', false)).toEqual({ text: 'Hello {{ nodes.brief.json.promise }}!', caret: 36 });
    expect(inserted('{{ x | upcase }}', 3, 4, 'item', false).text).toBe('{{ item | upcase }}');
    expect(inserted(' == "a"', 0, 0, 'item', true).text).toBe('item == "a"');
  });

  it('needs no braces in a condition, and leaves quoted text alone', () => {
    expect(at('params.to|', true)).toMatchObject({ text: 'params.to', isOpen: false });
    expect(at('params.topic == "pa|"', true)).toBeNull();
  });

  it('finds what begins so before what has it somewhere', () => {
    expect(suggestionsFor(at('{{ te|')!, variables, []).map((one) => one.text)).toEqual(['nodes.write.text']);
    expect(suggestionsFor(at('{{ |')!, variables, [])).toHaveLength(3);
    const filters = [{ name: 'url_encode', min_arguments: 0 }, { name: 'upcase', min_arguments: 0 }, { name: 'append', min_arguments: 1 }];
    expect(suggestionsFor(tokenAt('{{ a | up', 9, false)!, variables, filters).map((one) => one.text)).toEqual(['upcase']);
    expect(suggestionsFor(tokenAt('{{ a | ', 7, false)!, variables, filters).map((one) => one.text)).toEqual(['upcase', 'url_encode', 'append: ']);
  });

  it('closes braces that are open, and none that are closed', () => {
    expect(completed('Hi {{ par', tokenAt('Hi {{ par', 9, false)!, 'params.topic')).toEqual({ text: 'Hi {{ params.topic }}', caret: 21 });
    expect(completed('Hi {{ par }}!', tokenAt('Hi {{ par }}!', 9, false)!, 'params.topic').text).toBe('Hi {{ params.topic }}!');
    expect(completed('{{', tokenAt('{{', 2, false)!, 'item').text).toBe('{{ item }}');
  });

  it('lets braces be typed over that are there already', () => {
    expect(caretBehindBraces('Hi {{ a }}!', 7)).toBe(10);
    expect(caretBehindBraces('Hi {{ a', 7)).toBeNull();
  });
});
