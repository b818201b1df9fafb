/** A piece of a text: plain, or Liquid in its braces. */
export interface Part {
  text: string;
  isLiquid: boolean;
}

/** A text cut into what is plain and what is Liquid. */
export function partsOf(text: string): Part[] {
  return text.split(/(\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})/).map((part, index) => ({ text: part, isLiquid: index % 2 === 1 })).filter((part) => part.text !== '');
}

/** The path that `{{ path | filters }}` reads; undefined for any other Liquid. */
export function pathIn(liquid: string): string | undefined {
  const path = /^\{\{-?\s*([^|]*?)\s*(?:\|[\s\S]*)?-?\}\}$/.exec(liquid)?.[1];
  return path !== undefined && /^[\p{L}_](?:[\p{L}\p{M}\p{N}_.-]|\["[^"]*"\]|\['[^']*'\])*$/u.test(path) ? path : undefined;
}

/** The Liquid in which a place of the text is; undefined for a place outside. */
export function liquidAt(text: string, place: number): string | undefined {
  let end = 0;
  return partsOf(text).find((part) => {
    const start = end;
    end += part.text.length;
    return part.isLiquid && place > start && place < end;
  })?.text;
}
