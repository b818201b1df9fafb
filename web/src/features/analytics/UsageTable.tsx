import { formatCost, formatCount } from '../../shared/format';
import { kindOf } from '../../shared/nodeKinds';
import classes from './AnalyticsPage.module.css';
import type { Total } from './series';

interface Props {
  title: string;
  totals: readonly Total[];
  /** Whether the names are those of node types. */
  isType?: boolean;
}

const most = 8;

/** Costs and tokens, drawn to scale. Where nothing costs, the tokens are what is drawn. */
export function UsageTable({ title, totals, isType }: Props) {
  const shown = totals.filter((total) => total.cost > 0 || total.tokens > 0).slice(0, most);
  const measure = shown.some((total) => total.cost > 0) ? 'cost' : 'tokens';
  const largest = Math.max(...shown.map((total) => total[measure]), Number.MIN_VALUE);
  return (
    <section className={classes.card} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {shown.length === 0 ? <p className={classes.none}>No tokens and no costs in this period.</p> : (
        <table className={classes.table}>
          <thead><tr><th scope="col">{isType ? 'Node type' : 'Workspace'}</th><th scope="col" className={classes.number}>Tokens</th><th scope="col" className={classes.number}>Cost</th></tr></thead>
          <tbody>
            {shown.map((total) => (
              <tr key={total.name}>
                <th scope="row" className={classes.bar}>
                  <span className={classes.fill} style={{ width: `${(total[measure] / largest) * 100}%` }} aria-hidden />
                  <span className={classes.name}>{isType ? kindOf(total.name).name : total.name}</span>
                </th>
                <td className={classes.number}>{formatCount(total.tokens)}</td>
                <td className={classes.number}>{formatCost(total.cost)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
