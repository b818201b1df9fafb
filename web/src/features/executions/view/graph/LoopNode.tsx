import type { NodeProps } from '@xyflow/react';
import { memo, useContext } from 'react';
import { DetailContext } from '../../../../graph/detail';
import { kindOf } from '../../../../shared/nodeKinds';
import classes from './LoopNode.module.css';
import { NodeFacts } from './NodeFacts';
import { NodeHandles } from './NodeHandles';
import { useIsSelected } from './selection';
import type { RunFlowNode } from './toFlow';

/** A node with a body: its frame, in which the nodes of the body stand. */
export const LoopNode = memo(function LoopNode({ id, data }: NodeProps<RunFlowNode>) {
  const { icon: Icon, hue } = kindOf(data.nodeType);
  const isSelected = useIsSelected(id);
  const isFar = useContext(DetailContext) !== 'full';
  return (
    <div className={classes.loop} data-status={data.status ?? 'none'} data-hue={hue} data-selected={isSelected || undefined} data-far={isFar || undefined}>
      <div className={classes.head}>
        <Icon size={isFar ? 24 : 16} aria-hidden className={classes.icon} />
        <span className={classes.label} title={data.label}>{data.label}</span>
        {isFar ? null : <NodeFacts data={data} />}
      </div>
      <NodeHandles handles={data.handles} />
    </div>
  );
});
