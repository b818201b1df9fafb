import { useEffect, useState } from 'react';
import { elkLayout } from '../../graph/elkLayout';
import { directionOf, needsLayout, type Direction } from '../../graph/layout';
import type { Draft } from './model/draft';
import { graphOf, layoutOf, placed } from './model/graph';

export interface Start {
  draft: Draft;
  direction: Direction;
}

/** The drawing to begin with: as it was saved, or laid out where that cannot be shown. */
export function useStart(read: (() => Draft) | undefined, load: number): Start | null {
  const [start, setStart] = useState<(Start & { load: number }) | null>(null);
  const isReady = read !== undefined;
  useEffect(() => {
    if (!read) return;
    let isWanted = true;
    const draft = read();
    const begin = (nodes: Draft['nodes']) => isWanted && setStart({ load, draft: { ...draft, nodes }, direction: directionOf(graphOf({ ...draft, nodes }).edges, layoutOf(nodes)) });
    if (needsLayout(graphOf(draft))) elkLayout(graphOf(draft)).then((layout) => begin(placed(draft.nodes, layout)), () => begin(draft.nodes));
    else begin(draft.nodes);
    return () => {
      isWanted = false;
    };
    // A drawing is read once for each time that it is loaded.
  }, [isReady, load]);
  return start?.load === load ? start : null;
}
