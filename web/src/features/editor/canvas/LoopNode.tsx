import { NodeResizer, type NodeProps } from '@xyflow/react';
import { memo, useMemo } from 'react';
import { kindOf } from '../../../shared/nodeKinds';
import { labelOf, type EditorNode } from '../model/draft';
import { branchesOf } from '../model/nodeTypes';
import { useEditorState } from '../store';
import { NodePorts } from './NodePorts';
import { ProblemSign } from './ProblemSign';
import classes from './StepNode.module.css';

/** A node with a body: a frame, as large as one draws it, in which the nodes of the body stand. */
export const LoopNode = memo(function LoopNode({ id, data, selected }: NodeProps<EditorNode>) {
  const { icon: Icon, hue, name } = kindOf(data.nodeType);
  const type = useEditorState((state) => state.types.get(data.nodeType));
  const direction = useEditorState((state) => state.direction);
  const problems = useEditorState((state) => state.nodeProblems.get(id));
  const isEmpty = useEditorState((state) => !state.draft.nodes.some((node) => node.parentId === id));
  const branches = useMemo(() => branchesOf(type, data.settings), [type, data.settings]);
  return (
    <>
      <NodeResizer isVisible={selected} minWidth={300} minHeight={180} lineClassName="loop-line" handleClassName="loop-corner" />
      <div className={classes.loop} data-hue={hue} data-selected={selected || undefined} data-wrong={problems !== undefined || undefined}>
        <div className={classes.head}>
          <Icon size={17} aria-hidden />
          <span className={classes.label}>{labelOf({ id, data } as EditorNode)}</span>
          <span className={classes.kind}>{name}</span>
        </div>
        {isEmpty ? <p className={classes.hint}>Drag nodes in here: they run once for each item.</p> : null}
        <ProblemSign problems={problems} />
        <NodePorts nodeId={id} branches={branches} direction={direction} hasTarget hasSource />
      </div>
    </>
  );
});
