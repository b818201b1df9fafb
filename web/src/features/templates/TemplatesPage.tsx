import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Archive, FileUp, Link2, Plus, Search, Workflow } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import type { TemplateSummary } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { lazyPart } from '../../shared/loadCode';
import { LoadError } from '../../shared/LoadError';
import { PageHead } from '../../shared/PageHead';
import { plural } from '../../shared/format';
import { Menu, MenuItem } from '../../shared/Menu';
import { Link } from '../../shared/routing';
import { DropOverlay } from './DropOverlay';
import { TemplateCard } from './TemplateCard';
import classes from './TemplatesPage.module.css';
import { templatesQuery } from './queries';
import { tagsOf } from './tags';
import { useImport } from './useImport';

const AddressDialog = lazyPart(() => import('./AddressDialog'), 'AddressDialog');
const ImportProblems = lazyPart(() => import('./ImportProblems'), 'ImportProblems');
const RunDialog = lazyPart(() => import('./RunDialog'), 'RunDialog');

const orders = {
  newest: { label: 'Newest first', compare: (a: TemplateSummary, b: TemplateSummary) => (b.created_at ?? '').localeCompare(a.created_at ?? '') },
  changed: { label: 'Last changed', compare: (a: TemplateSummary, b: TemplateSummary) => (b.updated_at ?? b.created_at ?? '').localeCompare(a.updated_at ?? a.created_at ?? '') },
  run: { label: 'Last run', compare: (a: TemplateSummary, b: TemplateSummary) => (b.last_run_at ?? '').localeCompare(a.last_run_at ?? '') },
  name: { label: 'By name', compare: (a: TemplateSummary, b: TemplateSummary) => a.name.localeCompare(b.name) },
} as const;
type Order = keyof typeof orders;

/** The gallery of workflows. */
export function TemplatesPage() {
  const [isArchive, setArchive] = useState(false);
  const query = useInfiniteQuery(templatesQuery(isArchive));
  const imports = useImport();
  const [text, setText] = useState('');
  const [order, setOrder] = useState<Order>('newest');
  const [tag, setTag] = useState<string | null>(null);
  const [isAddressing, setAddressing] = useState(false);
  const [toRun, setToRun] = useState<TemplateSummary | null>(null);
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const tags = [...new Set(all.flatMap((one) => tagsOf(one.category)))].sort();
  const shown = useMatching(all, text).filter((one) => tag === null || tagsOf(one.category).includes(tag)).sort(orders[order].compare);

  const importButton = (
    <Menu width={210} target={<Button variant="default" leftSection={<FileUp size={16} aria-hidden />} loading={imports.isBusy}>Import</Button>}>
      <MenuItem icon={<FileUp size={15} />} onClick={imports.choose}>From files …</MenuItem>
      <MenuItem icon={<Link2 size={15} />} onClick={() => setAddressing(true)}>From an address …</MenuItem>
    </Menu>
  );
  const newButton = (
    <Button leftSection={<Plus size={16} aria-hidden />} renderRoot={(props) => <Link to="/templates/:templateId" params={{ templateId: 'new' }} {...props} />}>New workflow</Button>
  );

  return (
    <div className={classes.page}>
      <PageHead title="Workflows" subtitle={query.data ? plural(all.length, 'workflow') + (query.hasNextPage ? ' and more' : '') : undefined}>
        {all.length > 6 ? (
          <TextInput
            className={classes.search} value={text} onChange={(event) => setText(event.currentTarget.value)} type="search"
            placeholder="Find a workflow" aria-label="Find a workflow" leftSection={<Search size={15} aria-hidden />}
          />
        ) : null}
        {importButton}
        {newButton}
      </PageHead>

      {all.length > 0 || isArchive ? (
        <div className={classes.tools}>
          <SegmentedControl size="xs" data={[{ value: 'library', label: 'Library' }, { value: 'archive', label: 'Archive' }]} value={isArchive ? 'archive' : 'library'} onChange={(value) => setArchive(value === 'archive')} aria-label="Library or archive" />
          {tags.length > 0 ? <NativeSelect size="xs" w={170} aria-label="Tag" data={[{ value: '', label: 'All tags' }, ...tags]} value={tag ?? ''} onChange={(event) => setTag(event.currentTarget.value || null)} /> : null}
          <NativeSelect size="xs" w={150} aria-label="Order" data={Object.entries(orders).map(([value, { label }]) => ({ value, label }))} value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)} />
        </div>
      ) : null}
      {query.isError ? <LoadError error={query.error} isStale={query.data !== undefined} retry={() => void query.refetch()} /> : null}
      {query.isPending ? <div className={classes.grid} aria-busy="true" aria-label="Loading">{[1, 2, 3, 4, 5, 6].map((key) => <div key={key} className={classes.ghost} />)}</div> : null}

      {query.data && all.length === 0 && isArchive ? <EmptyState icon={Archive} title="The archive is empty" text="Workflows that have run cannot be deleted. Archive them, and they are here." /> : null}
      {query.data && all.length === 0 && !isArchive ? (
        <EmptyState
          icon={Workflow}
          title="No workflows yet"
          text={<>Draw one, or drop a workflow file anywhere on this page, or choose a file. The folder <code>samples/</code> of the project has some to begin with; any export of React Flow’s <code>toObject()</code> with a name will do.</>}
        >
          {newButton}
          {importButton}
        </EmptyState>
      ) : null}

      {all.length > 0 && shown.length === 0 ? <EmptyState icon={Search} title="No matches" text="Names, descriptions and tags are searched." /> : null}
      <ul className={classes.grid}>
        {shown.map((template) => <TemplateCard key={template.id} template={template} run={() => setToRun(template)} />)}
      </ul>
      {query.hasNextPage ? <Button variant="default" onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage} className={classes.more}>Show more</Button> : null}

      {isAddressing ? <AddressDialog take={imports.takeFrom} close={() => setAddressing(false)} /> : null}
      <DropOverlay take={imports.take} />
      {imports.failures.length > 0 ? <ImportProblems failures={imports.failures} close={imports.dismiss} /> : null}
      {toRun ? <RunDialog templateId={toRun.id} name={toRun.name} close={() => setToRun(null)} /> : null}
    </div>
  );
}

function useMatching(all: TemplateSummary[], text: string): TemplateSummary[] {
  const wanted = useDeferredValue(text).trim().toLowerCase();
  if (wanted === '') return all;
  return all.filter(({ name, description, category }) => [name, description, category].some((value) => value?.toLowerCase().includes(wanted)));
}
