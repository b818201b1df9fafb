import { createContext, useCallback, useState } from 'react';

/** How much of its nodes a graph shows: everything, only their names, large, or only blocks of colour. */
export type Detail = 'full' | 'name' | 'block';

/** From so many nodes on, only those that are seen are drawn, and what cannot be made out is left out. */
export const manyNodes = 150;

/** Below this zoom a node shows its name only, in larger letters: none is under 11 pixels then. */
export const nameBelow = 0.8;

/** The zoom at which such a name is that large, and how many nodes are shown at no less when a drawing opens. */
export const readableZoom = 0.53;
export const fewNodes = 15;
const blockBelow = 0.28;

export function detailOf(zoom: number, isLarge: boolean): Detail {
  if (zoom >= nameBelow) return 'full';
  return isLarge && zoom < blockBelow ? 'block' : 'name';
}

export const DetailContext = createContext<Detail>('full');

/** How much to show of a graph as it is zoomed; the two functions are for React Flow. */
export function useDetail(isLarge: boolean) {
  // A large graph opens fitted, and so small: what cannot be made out is not drawn first.
  const [zoom, setZoom] = useState(isLarge ? 0 : 1);
  // Not each step of the zoom draws the page again, but those at which something changes.
  const look = useCallback((next: number) => setZoom((before) => (detailOf(before, true) === detailOf(next, true) ? before : next)), []);
  const onInit = useCallback((instance: { getZoom: () => number }) => look(instance.getZoom()), [look]);
  const onMove = useCallback((_: unknown, viewport: { zoom: number }) => look(viewport.zoom), [look]);
  return { detail: detailOf(zoom, isLarge), onInit, onMove };
}
