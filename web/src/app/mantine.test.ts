import { describe, expect, it } from 'vitest';
import styleSheets from './mantine.ts?raw';

const sources: Record<string, string> = import.meta.glob('../**/*.tsx', { query: '?raw', import: 'default', eager: true });
const styles = new Set(Object.keys(import.meta.glob('/node_modules/@mantine/core/styles/*.css', { query: '?url' })).map((path) => /(\w+)\.css$/.exec(path)?.[1]));

describe('mantine.ts', () => {
  it('has the style sheet of every component that is used', () => {
    const used = Object.values(sources).flatMap((source) => [...source.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)]).flatMap(([, names]) => names!.split(',')).map((name) => name.trim());
    expect(used).toContain('Button');
    expect([...new Set(used)].filter((name) => styles.has(name) && !styleSheets.includes(`/${name}.css'`))).toEqual([]);
  });
});
