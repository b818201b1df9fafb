import { useQuery } from '@tanstack/react-query';
import { isObject } from '../../../../api/json';
import type { ExecutionDetails } from '../../../../api/types';
import { isEnded } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { formatCost, formatCount, formatDuration } from '../../../../shared/format';
import { kindOf } from '../../../../shared/nodeKinds';
import { LoadError } from '../../../../shared/LoadError';
import { baseNodeId, secondsOf } from '../../model/runs';
import { metricsQuery } from '../../queries';
import classes from './MetricsTab.module.css';

interface Props {
  execution: ExecutionDetails;
  graph: Graph | undefined;
}

/** What the execution took: time, tokens, calls, money. */
export default function MetricsTab({ execution, graph }: Props) {
  const { data, error, refetch } = useQuery(metricsQuery(execution.id));
  const metrics = data?.[0];
  if (error && !data) return <LoadError error={error} retry={() => void refetch()} />;
  if (!metrics) return <p className={classes.none}>{isEnded(execution.status) ? 'No metrics were recorded.' : 'Metrics are recorded when the execution ends.'}</p>;
  const labels = new Map(graph?.nodes.map((node) => [node.id, node.label]));
  return (
    <div className={classes.metrics}>
      <dl className={classes.tiles}>
        {/* The measured one is in whole seconds. */}
        <Tile name="Duration" value={formatDuration(secondsOf({ startedAt: execution.started_at ?? null, completedAt: execution.completed_at ?? null }, 0) ?? metrics.total_duration_seconds)} />
        <Tile name="Cost" value={formatCost(metrics.total_cost_usd)} />
        <Tile name="Tokens" value={formatCount(metrics.total_tokens_used)} />
        <Tile name="API calls" value={formatCount(metrics.total_api_calls)} />
        <Tile name="Memory" value={metrics.max_memory_mb ? `${formatCount(metrics.max_memory_mb)} MB` : '—'} />
      </dl>
      <div className={classes.charts}>
        <BarList title="Slowest nodes" bars={statsOf(metrics.node_stats, 'duration', labels)} format={formatDuration} />
        <BarList title="Tokens by node" bars={statsOf(metrics.node_stats, 'tokens', labels)} format={formatCount} />
        <BarList title="Cost by node type" bars={costsOf(metrics.cost_breakdown)} format={formatCost} />
      </div>
    </div>
  );
}

function Tile({ name, value }: { name: string; value: string }) {
  return (
    <div className={classes.tile}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function statsOf(stats: unknown, field: string, labels: ReadonlyMap<string, string>): Bar[] {
  if (!isObject(stats)) return [];
  return Object.entries(stats).map(([id, node]) => {
    const base = baseNodeId(id);
    return { name: `${labels.get(base) ?? base}${id.slice(base.length)}`, value: isObject(node) && typeof node[field] === 'number' ? node[field] : 0 };
  });
}

function costsOf(breakdown: unknown): Bar[] {
  if (!isObject(breakdown)) return [];
  return Object.entries(breakdown).map(([type, cost]) => ({ name: kindOf(type).name, value: typeof cost === 'number' ? cost : 0 }));
}

interface Bar {
  name: string;
  value: number;
}

interface BarListProps {
  title: string;
  bars: Bar[];
  format: (value: number) => string;
}

const mostBars = 10;

/** The largest of some values, drawn to scale. */
function BarList({ title, bars, format }: BarListProps) {
  const shown = bars.filter((bar) => bar.value > 0).sort((a, b) => b.value - a.value).slice(0, mostBars);
  const largest = shown[0]?.value ?? 1;
  return (
    <section>
      <h3 className={classes.barsTitle}>{title}</h3>
      {shown.length === 0 ? <p className={classes.noBars}>None</p> : null}
      <ul className={classes.list}>
        {shown.map((bar) => (
          <li key={bar.name} className={classes.row}>
            <span className={classes.bar} style={{ width: `${(bar.value / largest) * 100}%` }} aria-hidden />
            <span className={classes.name}>{bar.name}</span>
            <span className={classes.value}>{format(bar.value)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
