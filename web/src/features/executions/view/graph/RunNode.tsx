import type { NodeHandle, NodeProps } from '@xyflow/react';
import { RefreshCw } from 'lucide-react';
import { memo, useContext } from 'react';
import { DetailContext } from '../../../../graph/detail';
import { useNow } from '../../../../shared/clock';
import { capital, formatCost, formatCount, formatDuration } from '../../../../shared/format';
import { isNote, kindOf, noteHue } from '../../../../shared/nodeKinds';
import { secondsOf } from '../../model/runs';
import classes from './RunNode.module.css';
import { useIsSelected } from './selection';
import type { RunFlowNode, RunNodeData } from './toFlow';

/** A node of a running graph. */
export const RunNode = memo(function RunNode({ id, data }: NodeProps<RunFlowNode>) {
  const { icon: Icon, hue, name } = kindOf(data.nodeType);
  const isSelected = useIsSelected(id);
  const detail = useContext(DetailContext);
  if (detail === 'block') return <div className={classes.block} data-status={data.status ?? 'none'} data-hue={hue} data-selected={isSelected || undefined} />;
  const isFar = detail === 'name';
  if (isNote(data.nodeType)) return <div className={classes.note} data-hue={noteHue(data.color)} data-far={isFar || undefined}>{data.label}</div>;
  return (
    <div className={classes.node} data-status={data.status ?? 'none'} data-hue={hue} data-selected={isSelected || undefined} data-far={isFar || undefined}>
      <div className={classes.top}>
        <span className={classes.icon}><Icon size={18} aria-hidden /></span>
        <span className={classes.words}>
          <span className={classes.label} title={data.label}>{data.label}</span>
          {isFar
            ? data.total > 1 ? <span className={classes.items} data-bad={data.failed > 0 || undefined}>{itemsOf(data)}</span> : null
            : <span className={classes.kind}>{data.total > 1 ? <>{itemsOf(data)}{data.failed > 0 ? <span className={classes.failed}> · {formatCount(data.failed)} failed</span> : null}</> : name}</span>}
        </span>
      </div>
      {isFar ? null : <Facts data={data} />}
      <Handles handles={data.handles} />
    </div>
  );
});

/** A node with a body: its frame, in which the nodes of the body stand. */
export const LoopNode = memo(function LoopNode({ id, data }: NodeProps<RunFlowNode>) {
  const { icon: Icon, hue } = kindOf(data.nodeType);
  const isSelected = useIsSelected(id);
  const isFar = useContext(DetailContext) !== 'full';
  return (
    <div className={classes.loop} data-status={data.status ?? 'none'} data-hue={hue} data-selected={isSelected || undefined} data-far={isFar || undefined}>
      <div className={classes.loopHead}>
        <Icon size={isFar ? 24 : 16} aria-hidden className={classes.loopIcon} />
        <span className={classes.label} title={data.label}>{data.label}</span>
        {isFar ? null : <Facts data={data} />}
      </div>
      <Handles handles={data.handles} />
    </div>
  );
});

function itemsOf({ done, total }: RunNodeData): string {
  return `${formatCount(done)} / ${formatCount(total)}`;
}

/** What became of a node so far, in a line: status, time, attempts, cost. */
function Facts({ data }: { data: RunNodeData }) {
  const { status, attempts, cost } = data;
  return (
    <div className={classes.facts} data-status={status ?? 'none'}>
      <span className={classes.status}><span className={classes.dot} aria-hidden />{capital(status ?? 'not started')}</span>
      {attempts > 1 ? <span className={classes.attempts} title={`${attempts} attempts`}><RefreshCw size={10} aria-hidden />{attempts}</span> : null}
      {cost > 0 ? <span>{formatCost(cost)}</span> : null}
      <span className={classes.time}>{status === 'skipped' ? '' : <Time data={data} />}</span>
    </div>
  );
}

function Time({ data }: { data: RunNodeData }) {
  const isTicking = data.startedAt !== null && data.completedAt === null && (data.status === 'running' || data.status === 'waiting');
  const now = useNow(isTicking);
  return isTicking || data.completedAt ? formatDuration(secondsOf(data, now)) : null;
}

/**
 * Marks where edges begin and end. Nothing is connected here, so these are not React Flow's handles, which would cost more than
 * the rest of a node; they carry the class and the attributes by which React Flow finds the places of handles.
 */
function Handles({ handles }: { handles: readonly NodeHandle[] }) {
  return handles.map(({ id, type, position, x, y }) => (
    <span
      key={`${type}:${id ?? ''}`} className={`${classes.handle} ${type}`} data-handleid={id ?? undefined} data-handlepos={position}
      style={{ left: x, top: y }} aria-hidden
    />
  ));
}
