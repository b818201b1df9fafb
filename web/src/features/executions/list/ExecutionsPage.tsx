import { Button, Pill, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Activity, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { ExecutionRow } from '../../../api/types';
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
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const rows = matching(all, useDeferredValue(text), names);
  const chosenRows = rows.filter((row) => chosen.has(row.id));
  const change = (part: ExecutionFilter) => void navigate({ search: { ...filter, ...part }, replace: true });
  const isFiltered = filter.status !== undefined || filter.template !== undefined || filter.workspace !== undefined || text !== '';
  const showAll = () => {
    setText('');
    change({ status: undefined, template: undefined, workspace: undefined });
  };

  return (
    <div className={classes.page}>
      <PageHead title="Executions" subtitle="Newest first, live">
        <TextInput
          className={classes.search} type="search" value={text} placeholder="Name, id or error" aria-label="Search the executions" leftSection={<Search size={15} aria-hidden />}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </PageHead>
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
          title={isFiltered ? 'No execution is like that' : 'Nothing has run yet'}
          text={isFiltered ? (query.hasNextPage ? 'Older ones have not been searched yet.' : 'Choose another status, workflow or word.') : 'Run a workflow, and it shows here.'}
        >
          {isFiltered
            ? <Button variant="default" onClick={showAll}>Show all</Button>
            : <Button onClick={() => void navigate({ to: '/' })}>Go to the workflows</Button>}
        </EmptyState>
      ) : null}
      {rows.length > 0 ? <ExecutionTable rows={rows} names={names} chosen={chosen} choose={setChosen} /> : null}
      {query.hasNextPage ? <Button variant="default" className={classes.more} onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>{text === '' ? 'Show older' : 'Search older'}</Button> : null}
      {chosenRows.length > 0 ? <BulkBar rows={chosenRows} clear={() => setChosen(new Set())} /> : null}
    </div>
  );
}

function matching(rows: ExecutionRow[], text: string, names: ReadonlyMap<string, string>): ExecutionRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter((row) => [row.id, names.get(row.template_id), row.template_id, row.workspace_id, row.error_message].some((value) => value?.toLowerCase().includes(wanted)));
}
