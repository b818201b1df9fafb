import { ActionIcon, Input, Select } from '@mantine/core';
import { X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { labelOf, type EditorEdge, type EditorNode } from '../model/draft';
import { branchesOf } from '../model/nodeTypes';
import { ancestorsOf } from '../model/scope';
import { useEditor, useEditorState } from '../store';
import classes from './Panel.module.css';

/** What comes before a node and what after it, and another way to connect it than with a mouse. */
export function NodeLinks({ node }: { node: EditorNode }) {
  const count = useEditorState((state) => state.draft.edges.filter((edge) => edge.source === node.id || edge.target === node.id).length);
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.more} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Connections ({count})</summary>
      {isOpen ? <Links node={node} /> : null}
    </details>
  );
}

function Links({ node }: { node: EditorNode }) {
  const editor = useEditor();
  const nodes = useEditorState((state) => state.draft.nodes);
  const edges = useEditorState((state) => state.draft.edges);
  const types = useEditorState((state) => state.types);
  const branches = branchesOf(types.get(node.data.nodeType), node.data.settings);
  const [chosen, setChosen] = useState<string | null>(null);
  const branch = chosen && branches.includes(chosen) ? chosen : branches[0] ?? null;
  const byId = new Map(nodes.map((one) => [one.id, one]));
  const before = edges.filter((edge) => edge.target === node.id);
  const after = edges.filter((edge) => edge.source === node.id);
  const targets = useMemo(() => {
    const earlier = new Set(ancestorsOf(node.id, { nodes, edges }).map((one) => one.id));
    const reached = new Set(edges.filter((edge) => edge.source === node.id && (edge.sourceHandle ?? null) === branch).map((edge) => edge.target));
    return nodes.filter((one) => one.id !== node.id && one.parentId === node.parentId && one.data.nodeType !== 'input' && !earlier.has(one.id) && !reached.has(one.id));
  }, [branch, edges, node.id, node.parentId, nodes]);

  const link = (edge: EditorEdge, other: string, way: string) => {
    const name = byId.has(other) ? labelOf(byId.get(other)!) : other;
    return (
      <li key={edge.id} className={classes.link}>
        <span className={classes.way}>{way}</span>
        <button type="button" className={classes.linkName} onClick={() => editor.select([other])}>{name}</button>
        <ActionIcon variant="subtle" color="gray" size="sm" onClick={() => editor.disconnect(edge.id)} aria-label={`Remove the connection with ${name}`}><X size={14} /></ActionIcon>
      </li>
    );
  };

  return (
    <div className={classes.inner}>
        {before.length + after.length > 0 ? (
          <ul className={classes.links}>
            {before.map((edge) => link(edge, edge.source, edge.sourceHandle ? `after, if ${edge.sourceHandle}` : 'after'))}
            {after.map((edge) => link(edge, edge.target, edge.sourceHandle ? `if ${edge.sourceHandle}` : 'then'))}
          </ul>
        ) : null}
        {node.data.nodeType === 'output' ? null : (
          <Input.Wrapper label="Connect to" labelElement="div">
            <div className={classes.connect}>
              <Select
                aria-label="Connect to" placeholder={targets.length > 0 ? 'Choose a node' : 'There is no node that can come next'} disabled={targets.length === 0} searchable value={null} nothingFoundMessage="No such node"
                data={targets.map((one) => ({ value: one.id, label: labelOf(one) }))} onChange={(target) => target && editor.connect({ source: node.id, target, sourceHandle: branch })}
              />
              {branches.length > 0 ? <Select aria-label="Branch" w={110} allowDeselect={false} value={branch} data={branches} onChange={setChosen} /> : null}
            </div>
          </Input.Wrapper>
        )}
    </div>
  );
}
