import type { NodeProps } from '@xyflow/react';
import { Pin } from 'lucide-react';
import { memo, use, useContext, useMemo } from 'react';
import { DetailContext } from '../../../graph/detail';
import { isDrawing, kindOf } from '../../../shared/nodeKinds';
import type { EditorNode } from '../model/draft';
import { branchesOf } from '../model/nodeTypes';
import { useEditorState } from '../store';
import { PinsContext } from '../trial/useTrial';
import { NodePorts } from './NodePorts';
import { ProblemSign } from './ProblemSign';
import classes from './StepNode.module.css';

/** A node that is being drawn. */
export const StepNode = memo(function StepNode({ id, data, selected }: NodeProps<EditorNode>) {
  const { icon: Icon, hue, name } = kindOf(data.nodeType);
  const type = useEditorState((state) => state.types.get(data.nodeType));
  const direction = useEditorState((state) => state.direction);
  const problems = useEditorState((state) => state.nodeProblems.get(id));
  const isPinned = use(PinsContext).has(id);
  const branches = useMemo(() => branchesOf(type, data.settings), [type, data.settings]);
  const isBlock = useContext(DetailContext) === 'block';
  const shown = [data.settings.label, data.settings.note].find((text) => typeof text === 'string' && text !== '') as string | undefined ?? id;
  const ports = isDrawing(data.nodeType) ? null : <NodePorts nodeId={id} branches={branches} direction={direction} hasTarget={data.nodeType !== 'input'} hasSource={data.nodeType !== 'output'} isMarked={isBlock} />;
  if (isBlock) return <div className={classes.block} data-hue={hue} data-selected={selected || undefined} data-wrong={problems !== undefined || undefined} role="img" aria-label={shown}>{ports}</div>;
  return (
    <div className={classes.node} data-hue={hue} data-selected={selected || undefined} data-wrong={problems !== undefined || undefined}>
      <div className={classes.top}>
        <span className={classes.icon}><Icon size={19} aria-hidden /></span>
        <span className={classes.words}>
          <span className={classes.label}>{shown}</span>
          <span className={classes.kind}>{name}</span>
        </span>
      </div>
      <ProblemSign problems={problems} />
      {isPinned ? <span className={classes.pin} title="Its output is pinned: runs from the editor use it"><Pin size={12} aria-label="Pinned" /></span> : null}
      {ports}
    </div>
  );
});
