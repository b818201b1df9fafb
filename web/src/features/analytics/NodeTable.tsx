import type { components } from '../../api/schema';
import { formatCount, formatDuration } from '../../shared/format';
import { kindOf } from '../../shared/nodeKinds';
import { Link } from '../../shared/routing';
import classes from './AnalyticsPage.module.css';

interface Props {
  title: string;
  by: 'slowest' | 'failing';
  rows: readonly components['schemas']['NodeTroubleRow'][];
}

/** Nodes that are worth a look. */
export function NodeTable({ title, by, rows }: Props) {
  return (
    <section className={classes.card} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {rows.length === 0 ? <p className={classes.none}>{by === 'failing' ? 'No node failed in this period.' : 'No node ran in this period.'}</p> : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col" className={classes.number}>Runs</th>
              {by === 'failing' ? <th scope="col" className={classes.number}>Failed</th> : <th scope="col" className={classes.number}>Average</th>}
              {by === 'failing' ? <th scope="col" className={classes.number}>Retried</th> : <th scope="col" className={classes.number}>p95</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.template_id}/${row.node_id}/${row.job_type}`}>
                <th scope="row">
                  <Link to="/templates/:templateId" params={{ templateId: row.template_id }} search={{ node: row.node_id }} className={classes.link}>{row.node_label ?? row.node_id}</Link>
                  <span className={classes.small}>{kindOf(row.job_type).name} · {row.template_name ?? row.template_id}</span>
                </th>
                <td className={classes.number}>{formatCount(row.jobs)}</td>
                {by === 'failing' ? <td className={classes.number} data-bad>{formatCount(row.failed)}</td> : <td className={classes.number}>{formatDuration(row.avg_seconds)}</td>}
                {by === 'failing' ? <td className={classes.number}>{formatCount(row.retried)}</td> : <td className={classes.number}>{formatDuration(row.p95_seconds)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
