import { ActionIcon, Button, Checkbox, Pill, Select, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Activity, Columns3, Download, Rows3 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { isEnded } from '../../../api/types';
import { EmptyState } from '../../../shared/EmptyState';
import { LoadError } from '../../../shared/LoadError';
import { PageHead } from '../../../shared/PageHead';
import { Menu, MenuItem } from '../../../shared/Menu';
import { Link, useNavigate, useSearch } from '../../../shared/routing';
import { saveText } from '../../../shared/saveText';
import { toastError } from '../../../shared/toast';
import { useTemplateNames } from '../../templates/queries';
import { executionsQuery, type ExecutionFilter } from '../queries';
import { ActiveWorkspaces } from './ActiveWorkspaces';
import { BulkBar } from './BulkBar';
import { allColumns, columns, useColumns } from './columns';
import { exportCsv } from './csv';
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
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const showAll = () => void navigate({ search: {}, replace: true });
  const [shown, setShown] = useColumns();
  const [isExporting, setExporting] = useState(false);
  const download = async () => {
    setExporting(true);
    await exportCsv(filter, names).then((csv) => saveText('executions.csv', 'text/csv', csv), toastError);
    setExporting(false);
  };

  return (
    <div className={classes.page}>
      <PageHead title="Executions" subtitle="Newest first, live">
        <Button variant="default" leftSection={<Rows3 size={16} aria-hidden />} renderRoot={(props) => <Link to="/batches" {...props} />}>Batches</Button>
        <SearchField className={classes.search} value={filter.search} find={find} isBusy={query.isPlaceholderData && query.isFetching} />
      </PageHead>
      <StaleNotice />
      <ActiveWorkspaces chosen={filter.workspace} choose={(workspace) => change({ workspace })} />
      <div className={classes.filters}>
        <StatusFilter value={filter.status} change={(status) => change({ status })} />
        {filter.workspace ? <Pill size="md" withRemoveButton onRemove={() => change({ workspace: undefined })} removeButtonProps={{ 'aria-label': 'All workspaces', 'aria-hidden': false, tabIndex: 0 }}>Workspace {filter.workspace}</Pill> : null}
        <div className={classes.narrow}>
          <Select
            className={classes.select} size="xs" aria-label="Workflow" placeholder="All workflows" clearable searchable value={filter.template ?? null}
            data={[...names].map(([value, label]) => ({ value, label }))} onChange={(template) => change({ template: template ?? undefined })}
            nothingFoundMessage="No such workflow" clearButtonProps={{ 'aria-label': 'All workflows' }}
          />
          <Select
            className={classes.by} size="xs" aria-label="Started by" placeholder="Started by anything" clearable value={filter.by ?? null} clearButtonProps={{ 'aria-label': 'Started by anything' }}
            data={[{ value: 'schedule', label: 'Schedules' }, { value: 'hook', label: 'Hooks' }, { value: 'batch', label: 'Batches' }, ...(filter.by && !['schedule', 'hook', 'batch'].includes(filter.by) ? [{ value: filter.by, label: filter.by }] : [])]}
            onChange={(by) => change({ by: by ?? undefined })}
          />
          <TextInput className={classes.day} size="xs" type="date" aria-label="First day, in UTC" title="First day, in UTC" max={filter.to} value={filter.from ?? ''} onChange={(event) => change({ from: event.currentTarget.value || undefined })} />
          <TextInput className={classes.day} size="xs" type="date" aria-label="Last day, in UTC" title="Last day, in UTC" min={filter.from} value={filter.to ?? ''} onChange={(event) => change({ to: event.currentTarget.value || undefined })} />
          {isFiltered ? <Button size="xs" variant="subtle" onClick={showAll}>Clear</Button> : null}
          <Menu width={190} target={<ActionIcon variant="default" size={30} aria-label="Columns" title="Columns"><Columns3 size={16} /></ActionIcon>}>
            {allColumns.map((column) => (
              <MenuItem
                key={column} isTicked={shown.includes(column)} icon={<Checkbox.Indicator size="xs" checked={shown.includes(column)} />}
                onClick={() => setShown(allColumns.filter((one) => shown.includes(one) !== (one === column)))}
              >
                {columns[column]}
              </MenuItem>
            ))}
          </Menu>
          <ActionIcon variant="default" size={30} loading={isExporting} onClick={() => void download()} aria-label="Export as CSV" title="Export these executions as CSV"><Download size={16} /></ActionIcon>
        </div>
      </div>
      {query.isError ? <LoadError error={query.error} isStale={query.data !== undefined} retry={() => void query.refetch()} /> : null}
      {query.data && rows.length === 0 ? (
        <EmptyState
          icon={Activity}
          title={isFiltered ? 'No matching executions' : 'Nothing has run yet'}
          text={isFiltered ? 'Try other filters. An id is found by its first characters.' : 'Run a workflow, and it shows here.'}
        >
          {isFiltered
            ? <Button variant="default" onClick={showAll}>Show all</Button>
            : <Button onClick={() => void navigate({ to: '/' })}>Go to the workflows</Button>}
        </EmptyState>
      ) : null}
      {rows.length > 0 ? <ExecutionTable rows={rows} names={names} shown={shown} chosen={chosen} choose={setChosen} /> : null}
      {query.hasNextPage ? <Button variant="default" className={classes.more} onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>Show older</Button> : null}
      {chosenRows.length > 0 ? <BulkBar rows={chosenRows} clear={() => setChosen(new Set())} /> : null}
    </div>
  );
}
