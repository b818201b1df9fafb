import { memo, useMemo } from 'react';
import { isNote, kindOf, noteHue } from '../shared/nodeKinds';
import classes from './GraphThumbnail.module.css';
import { columnLayout, directionOf, needsLayout, savedLayout, type Box } from './layout';
import { childrenOf, type Graph } from './model';

const frame = { width: 320, height: 150, padding: 18 };

/** What became of a node from one version to another. */
export type Mark = 'added' | 'removed' | 'moved' | 'changed';

interface Props {
  graph: Graph;
  /** Nodes that are shown in the colour of what became of them; the others are faint then. */
  marks?: ReadonlyMap<string, Mark>;
}

/** A small drawing of a workflow: its nodes and edges where they are, without words. */
export const GraphThumbnail = memo(function GraphThumbnail({ graph, marks }: Props) {
  const drawing = useMemo(() => draw(graph), [graph]);
  return (
    <svg className={classes.drawing} viewBox={`0 0 ${frame.width} ${frame.height}`} preserveAspectRatio="xMidYMid meet" aria-hidden focusable="false">
      {drawing.nodes.filter((node) => node.isLoop).map((node) => (
        <g key={node.id} data-hue={node.hue} data-mark={marks ? marks.get(node.id) ?? 'same' : undefined}>
          <rect x={node.x} y={node.y} width={node.width} height={node.height} rx={6} className={classes.loop} />
        </g>
      ))}
      {drawing.edges.map((path, index) => <path key={index} d={path} className={classes.edge} />)}
      {drawing.nodes.filter((node) => node.isNote).map((node) => <g key={node.id} data-hue={node.hue}><rect x={node.x} y={node.y} width={node.width} height={node.height} rx={4} className={classes.note} /></g>)}
      {drawing.nodes.filter((node) => !node.isLoop && !node.isNote).map((node) => (
        <g key={node.id} data-hue={node.hue} data-mark={marks ? marks.get(node.id) ?? 'same' : undefined}>
          <rect x={node.x} y={node.y} width={node.width} height={node.height} rx={Math.min(6, node.height / 4)} className={classes.node} />
          <rect x={node.x + node.width * 0.09} y={node.y + node.height * 0.26} width={node.height * 0.48} height={node.height * 0.48} rx={node.height * 0.13} className={classes.mark} />
          <rect x={node.x + node.width * 0.09 + node.height * 0.66} y={node.y + node.height * 0.42} width={Math.max(2, node.width * 0.45)} height={Math.max(1, node.height * 0.14)} rx={1} className={classes.word} />
        </g>
      ))}
    </svg>
  );
});

function draw(graph: Graph) {
  const bodies = childrenOf(graph.nodes);
  // Drawings without good places are shown in columns, and without what is in their loops.
  const isSavedGood = !needsLayout(graph);
  const shown: Graph = isSavedGood ? graph : { nodes: bodies.get(undefined) ?? [], edges: graph.edges };
  const layout = isSavedGood ? savedLayout(graph) : columnLayout({ ...shown, edges: edgesAmong(shown) });
  const byId = new Map(shown.nodes.map((node) => [node.id, node]));
  const absolute = (id: string): Box => {
    const [box, parent] = [layout.get(id)!, byId.get(id)?.parentId];
    const frameOf = parent === undefined ? { x: 0, y: 0 } : absolute(parent);
    return { ...box, x: box.x + frameOf.x, y: box.y + frameOf.y };
  };
  const boxes = new Map(shown.nodes.map((node) => [node.id, absolute(node.id)]));
  if (boxes.size === 0) return { nodes: [], edges: [] };
  const all = [...boxes.values()];
  const [left, up] = [Math.min(...all.map((box) => box.x)), Math.min(...all.map((box) => box.y))];
  const width = Math.max(...all.map((box) => box.x + box.width)) - left;
  const height = Math.max(...all.map((box) => box.y + box.height)) - up;
  const scale = Math.min((frame.width - 2 * frame.padding) / width, (frame.height - 2 * frame.padding) / height, 0.42);
  const shift = { x: (frame.width - width * scale) / 2 - left * scale, y: (frame.height - height * scale) / 2 - up * scale };
  const isDown = directionOf(shown.edges.filter((edge) => byId.get(edge.source)?.parentId === undefined), layout) === 'down';
  const place = (id: string) => {
    const box = boxes.get(id)!;
    return { x: box.x * scale + shift.x, y: box.y * scale + shift.y, width: box.width * scale, height: box.height * scale };
  };
  const isLoop = (id: string) => isSavedGood && bodies.has(id);
  return {
    nodes: shown.nodes.map((node) => ({ id: node.id, hue: isNote(node.type) ? noteHue(node.color) : kindOf(node.type).hue, isLoop: isLoop(node.id), isNote: isNote(node.type), ...place(node.id) })),
    edges: edgesAmong(shown).map(({ source, target }) => {
      const [from, to] = [place(source), place(target)];
      const start = isDown ? [from.x + from.width / 2, from.y + from.height] : [from.x + from.width, from.y + from.height / 2];
      const end = isDown ? [to.x + to.width / 2, to.y] : [to.x, to.y + to.height / 2];
      const bend = isDown ? [start[0], (start[1]! + end[1]!) / 2, end[0], (start[1]! + end[1]!) / 2] : [(start[0]! + end[0]!) / 2, start[1], (start[0]! + end[0]!) / 2, end[1]];
      return `M${start.join(' ')} C${bend.join(' ')} ${end.join(' ')}`;
    }),
  };
}

function edgesAmong({ nodes, edges }: Graph) {
  const ids = new Set(nodes.map((node) => node.id));
  return edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target));
}
