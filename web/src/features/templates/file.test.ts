import { describe, expect, it } from 'vitest';
import { rawAddress } from './file';

describe('the address of a file', () => {
  it('is that of the file where a page about it is given', () => {
    expect(rawAddress(' https://github.com/team/flows/blob/main/launch.json ')).toEqual({ url: 'https://raw.githubusercontent.com/team/flows/main/launch.json', name: 'launch.json' });
    expect(rawAddress('https://example.com/flows/a.json?x=1')).toEqual({ url: 'https://example.com/flows/a.json?x=1', name: 'a.json' });
  });
});
