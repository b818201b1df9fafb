import { Button, Pill, Select } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { useCallback, useState } from 'react';
import { isEnded } from '../../../api/types';
import { EmptyState } from '../../../shared/EmptyState';
import { LoadError } from '../../../shared/LoadError';
import { PageHead } from '../../../shared/PageHead';
import { useTemplateNames } from '../../templates/queries';
import { executionsQuery, type ExecutionFilter } from '../queries';
import { ActiveWorkspaces } from './ActiveWorkspaces';
import { BulkBar } from './BulkBar';
import { ExecutionTable } from './ExecutionTable';
import classes from './ExecutionsPage.module.css';
import { SearchField } from './SearchField';
import { StaleNotice } from './StaleNotice';
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
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const chosenRows = rows.filter((row) => chosen.has(row.id));
  const change = useCallback((part: ExecutionFilter) => void navigate({ search: (before) => ({ ...before, ...part }), replace: true }), [navigate]);
  const find = useCallback((search: string | undefined) => change({ search }), [change]);
  const isFiltered = filter.status !== undefined || filter.template !== undefined || filter.workspace !== undefined || filter.search !== undefined;
  const showAll = () => change({ status: undefined, template: undefined, workspace: undefined, search: undefined });

  return (
    <div className={classes.page}>
      <PageHead title="Executions" subtitle="Newest first, live">
        <SearchField className={classes.search} value={filter.search} find={find} isBusy={query.isPlaceholderData && query.isFetching} />
      </PageHead>
      <StaleNotice />
      <ActiveWorkspaces chosen={filter.workspace} choose={(workspace) => change({ workspace })} />
      <div className={classes.filters}>
        <StatusFilter value={filter.status} change={(status) => change({ status })} />
        {filter.workspace ? <Pill size="md" withRemoveButton onRemove={() => change({ workspace: undefined })} removeButtonProps={{ 'aria-label': 'All workspaces', 'aria-hidden': false, tabIndex: 0 }}>Workspace {filter.workspace}</Pill> : null}
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
          title={isFiltered ? 'No matching executions' : 'Nothing has run yet'}
          text={isFiltered ? 'Try another status, workflow or search. An id is found by its beginning.' : 'Run a workflow, and it shows here.'}
        >
          {isFiltered
            ? <Button variant="default" onClick={showAll}>Show all</Button>
            : <Button onClick={() => void navigate({ to: '/' })}>Go to the workflows</Button>}
        </EmptyState>
      ) : null}
      {rows.length > 0 ? <ExecutionTable rows={rows} names={names} chosen={chosen} choose={setChosen} /> : null}
      {query.hasNextPage ? <Button variant="default" className={classes.more} onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>Show older</Button> : null}
      {chosenRows.length > 0 ? <BulkBar rows={chosenRows} clear={() => setChosen(new Set())} /> : null}
    </div>
  );
}
