import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
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
  return (
    <div className={classes.loop} data-status={data.status ?? 'none'} data-hue={hue} data-selected={isSelected || undefined}>
      <div className={classes.head}>
        <Icon size={16} aria-hidden className={classes.icon} />
        <span className={classes.label} title={data.label}>{data.label}</span>
        <NodeFacts data={data} />
      </div>
      <NodeHandles handles={data.handles} />
    </div>
  );
});
