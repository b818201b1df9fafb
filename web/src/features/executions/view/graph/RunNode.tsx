import type { NodeProps } from '@xyflow/react';
import { memo, useContext } from 'react';
import { DetailContext } from '../../../../graph/detail';
import { kindOf } from '../../../../shared/nodeKinds';
import { NodeFacts } from './NodeFacts';
import { NodeHandles } from './NodeHandles';
import classes from './RunNode.module.css';
import { useIsSelected } from './selection';
import type { RunFlowNode } from './toFlow';

/** A node of a running graph. */
export const RunNode = memo(function RunNode({ id, data }: NodeProps<RunFlowNode>) {
  const { icon: Icon, hue, name } = kindOf(data.nodeType);
  const isSelected = useIsSelected(id);
  const detail = useContext(DetailContext);
  if (detail === 'block') return <div className={classes.block} data-status={data.status ?? 'none'} data-hue={hue} data-selected={isSelected || undefined} />;
  const isFar = detail === 'name';
  return (
    <div className={classes.node} data-status={data.status ?? 'none'} data-hue={hue} data-selected={isSelected || undefined} data-far={isFar || undefined}>
      <div className={classes.top}>
        <span className={classes.icon}><Icon size={18} aria-hidden /></span>
        <span className={classes.words}>
          <span className={classes.label} title={data.label}>{data.label}</span>
          {isFar ? (data.jobs > 1 ? <span className={classes.items} data-bad={data.failed > 0 || undefined}>{data.done}/{data.jobs}{data.failed > 0 ? `, ${data.failed} failed` : ''}</span> : null) : <span className={classes.kind}>{name}</span>}
        </span>
      </div>
      {isFar ? null : <NodeFacts data={data} />}
      <NodeHandles handles={data.handles} />
    </div>
  );
});
