import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { kindOf } from '../../../../shared/nodeKinds';
import { NodeFacts } from './NodeFacts';
import { NodeHandles } from './NodeHandles';
import classes from './RunNode.module.css';
import type { RunFlowNode } from './toFlow';

/** A node of a running graph. */
export const RunNode = memo(function RunNode({ data, selected }: NodeProps<RunFlowNode>) {
  const { icon: Icon, hue, name } = kindOf(data.nodeType);
  return (
    <div className={classes.node} data-status={data.status ?? 'none'} data-hue={hue} data-selected={selected || undefined}>
      <div className={classes.top}>
        <span className={classes.icon}><Icon size={18} aria-hidden /></span>
        <span className={classes.words}>
          <span className={classes.label} title={data.label}>{data.label}</span>
          <span className={classes.kind}>{name}</span>
        </span>
      </div>
      <div className={classes.facts}><NodeFacts data={data} /></div>
      <NodeHandles handles={data.handles} />
    </div>
  );
});
