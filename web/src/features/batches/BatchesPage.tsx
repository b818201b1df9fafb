import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Plus, Rows3 } from 'lucide-react';
import { useNow } from '../../shared/clock';
import { EmptyState } from '../../shared/EmptyState';
import { formatAgo, formatCost, formatCount } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { PageHead } from '../../shared/PageHead';
import { Link } from '../../shared/routing';
import { StatusBadge } from '../../shared/StatusBadge';
import { useTemplateNames } from '../templates/queries';
import { BatchBar } from './BatchBar';
import classes from './Batches.module.css';
import { batchesQuery, type Batch } from './queries';

/** All batches, newest first, as they go on. */
export function BatchesPage() {
  const query = useInfiniteQuery(batchesQuery);
  const batches = query.data?.pages.flatMap((page) => page.items) ?? [];
  const add = <Button leftSection={<Plus size={16} aria-hidden />} renderRoot={(props) => <Link to="/batches/new" {...props} />}>Run many</Button>;
  return (
    <div className={classes.page}>
      <PageHead title="Batches" subtitle="A workflow for each row of a list">{batches.length > 0 ? add : null}</PageHead>
      {query.error ? <LoadError error={query.error} isStale={query.data !== undefined} retry={() => void query.refetch()} /> : null}
      {query.data && batches.length === 0
        ? <EmptyState icon={Rows3} title="No batches yet" text="A batch runs a workflow for each row of a table: one text for each product, one picture for each headline.">{add}</EmptyState>
        : null}
      <ul className={classes.list} aria-label="Batches">{batches.map((batch) => <Card key={batch.id} batch={batch} />)}</ul>
      {query.hasNextPage ? <Button variant="default" mt="md" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older</Button> : null}
    </div>
  );
}

function Card({ batch }: { batch: Batch }) {
  const names = useTemplateNames();
  const now = useNow(false);
  const workflow = names.get(batch.template_id) ?? batch.template_id;
  return (
    <li className={classes.card}>
      <div className={classes.line}>
        <h2 className={classes.title}><Link to="/batches/:batchId" params={{ batchId: batch.id }}>{batch.name ?? workflow}</Link></h2>
        <StatusBadge status={batch.status} size="sm" />
      </div>
      <BatchBar batch={batch} />
      <div className={classes.facts}>
        <span>{formatCount(batch.rows_completed)} of {formatCount(batch.rows_total)} completed</span>
        {batch.rows_failed > 0 ? <span className={classes.bad}>{formatCount(batch.rows_failed)} failed</span> : null}
        <span>{formatCost(batch.cost_usd)}</span>
        {batch.name ? <span>{workflow}</span> : null}
        <span>{formatAgo(batch.created_at, now)}{batch.created_by ? ` by ${batch.created_by}` : ''}</span>
      </div>
    </li>
  );
}
