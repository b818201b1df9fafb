import { Button, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { isEnded } from '../../../api/types';
import { EmptyState } from '../../../shared/EmptyState';
import { LoadError } from '../../../shared/LoadError';
import { PageHead } from '../../../shared/PageHead';
import { useTemplateNames } from '../../templates/queries';
import { executionsQuery, type ExecutionFilter } from '../queries';
import { ExecutionTable } from './ExecutionTable';
import classes from './ExecutionsPage.module.css';
import { StatusFilter } from './StatusFilter';

/** All executions, newest first, as they go on. */
export function ExecutionsPage() {
  const filter = useSearch({ from: '/executions' });
  const navigate = useNavigate({ from: '/executions' });
  const names = useTemplateNames();
  const query = useInfiniteQuery({
    ...executionsQuery(filter),
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) => {
      const rows = state.data?.pages.flatMap((page) => page.items) ?? [];
      return rows.some((row) => !isEnded(row.status)) ? 2_000 : 10_000;
    },
  });
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  const change = (part: ExecutionFilter) => void navigate({ search: { ...filter, ...part }, replace: true });
  const isFiltered = filter.status !== undefined || filter.template !== undefined;

  return (
    <div className={classes.page}>
      <PageHead title="Executions" subtitle="Newest first, live" />
      <div className={classes.filters}>
        <StatusFilter value={filter.status} change={(status) => change({ status })} />
        <Select
          className={classes.select} aria-label="Workflow" placeholder="All workflows" clearable searchable value={filter.template ?? null}
          data={[...names].map(([value, label]) => ({ value, label }))} onChange={(template) => change({ template: template ?? undefined })}
          nothingFoundMessage="No such workflow" clearButtonProps={{ 'aria-label': 'All workflows' }}
        />
      </div>
      {query.isError ? <LoadError error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data && rows.length === 0 ? (
        <EmptyState
          icon={Activity}
          title={isFiltered ? 'No execution is like that' : 'Nothing has run yet'}
          text={isFiltered ? 'Choose another status or workflow.' : 'Run a workflow, and it shows here.'}
        >
          {isFiltered
            ? <Button variant="default" onClick={() => change({ status: undefined, template: undefined })}>Show all</Button>
            : <Button onClick={() => void navigate({ to: '/' })}>Go to the workflows</Button>}
        </EmptyState>
      ) : null}
      {rows.length > 0 ? <ExecutionTable rows={rows} names={names} /> : null}
      {query.hasNextPage ? <Button variant="default" className={classes.more} onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>Show older</Button> : null}
    </div>
  );
}
