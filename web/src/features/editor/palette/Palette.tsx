import { TextInput } from '@mantine/core';
import { useReactFlow } from '@xyflow/react';
import { Search } from 'lucide-react';
import { memo, useState, type KeyboardEvent } from 'react';
import { nodeSize } from '../../../graph/layout';
import { absolute } from '../model/loops';
import { useEditor, useEditorState } from '../store';
import { groupsOf } from './groups';
import classes from './Palette.module.css';
import { TypeButton } from './TypeButton';

/** The node types: drag one onto the canvas, or press it to put it after the selected node. */
export const Palette = memo(function Palette() {
  const editor = useEditor();
  const types = useEditorState((state) => state.types);
  const [text, setText] = useState('');
  const { screenToFlowPosition, setCenter, getZoom } = useReactFlow();

  const add = (name: string) => {
    const canvas = document.querySelector('.editor-canvas')!.getBoundingClientRect();
    const middle = screenToFlowPosition({ x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 });
    const id = editor.addNext(name, { x: middle.x - nodeSize.width / 2, y: middle.y - nodeSize.height / 2 });
    const { nodes } = editor.store.getState().draft;
    const node = nodes.find((one) => one.id === id)!;
    // What was added has to be seen.
    const at = absolute(node, new Map(nodes.map((one) => [one.id, one])));
    const [width, height] = [node.width ?? nodeSize.width, node.height ?? nodeSize.height];
    const corner = screenToFlowPosition({ x: canvas.right, y: canvas.bottom });
    if (at.x + width > corner.x || at.y + height > corner.y) void setCenter(at.x + width / 2, at.y + height / 2, { zoom: getZoom(), duration: 200 });
  };
  const groups = groupsOf(types, text);
  // One stop for the tab key; arrows go on from there.
  const [reached, setReached] = useState('');
  const names = groups.flatMap((group) => group.types.map((type) => type.name));
  const stop = names.includes(reached) ? reached : names[0];
  const roam = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = names.indexOf(stop ?? '');
    const next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: names.length - 1 }[event.key];
    if (next === undefined || names[next] === undefined) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-node-type="${CSS.escape(names[next])}"]`)?.focus();
  };

  return (
    <aside className={classes.palette} aria-label="Node types">
      <div className={classes.search}>
        <TextInput size="sm" type="search" placeholder="Find a node type" aria-label="Find a node type" value={text} leftSection={<Search size={15} aria-hidden />} onChange={(event) => setText(event.currentTarget.value)} />
      </div>
      <div className={classes.list} onKeyDown={roam}>
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h2 className={classes.title}>{group.title}</h2>
            <ul className={classes.types}>
              {group.types.map((type) => <li key={type.name}><TypeButton type={type} choose={add} isDraggable isStop={type.name === stop} reach={setReached} /></li>)}
            </ul>
          </section>
        ))}
        {groups.length === 0 ? <p className={classes.none}>No matches</p> : null}
      </div>
    </aside>
  );
});
