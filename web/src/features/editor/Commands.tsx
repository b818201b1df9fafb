import { Spotlight, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { useReactFlow } from '@xyflow/react';
import { Search } from 'lucide-react';
import { useEffect } from 'react';
import { kindOf } from '../../shared/nodeKinds';
import { labelOf } from './model/draft';
import { absolute } from './model/loops';
import { useEditor, useEditorState } from './store';

export interface Command {
  label: string;
  keys?: string;
  run: () => void;
}

/** What somebody looks for; another object for each time. */
export interface Asked {
  isForNodes: boolean;
}

/** Finds a node or something to do by typing a part of its name. */
export function Commands({ commands, asked }: { commands: readonly Command[]; asked: Asked }) {
  const editor = useEditor();
  const nodes = useEditorState((state) => state.draft.nodes);
  const { setCenter, getZoom } = useReactFlow();
  const { isForNodes } = asked;
  useEffect(() => spotlight.open(), [asked]);
  const go = (id: string) => {
    const node = nodes.find((one) => one.id === id)!;
    const at = absolute(node, new Map(nodes.map((one) => [one.id, one])));
    editor.select([id]);
    void setCenter(at.x + (node.width ?? 0) / 2, at.y + (node.height ?? 0) / 2, { zoom: Math.max(getZoom(), 0.8), duration: 250 });
  };
  const actions = [
    ...(isForNodes ? [] : commands.map(({ label, keys, run }) => ({ id: `do:${label}`, label, rightSection: keys, onClick: run }))),
    ...nodes.map((node) => ({ id: `node:${node.id}`, label: labelOf(node), description: kindOf(node.data.nodeType).name, keywords: [node.id], onClick: () => go(node.id) })),
  ];
  return (
    <Spotlight
      actions={actions} shortcut={null} limit={12} lockScroll={false} nothingFound="No matches" highlightQuery={false}
      searchProps={{ leftSection: <Search size={17} aria-hidden />, placeholder: isForNodes ? 'Find a node' : 'Find something to do, or a node', 'aria-label': isForNodes ? 'Find a node' : 'Find something to do, or a node' }}
    />
  );
}
