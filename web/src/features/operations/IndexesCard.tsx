import { Button, SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, unwrap } from '../../api/client';
import type { components } from '../../api/schema';
import { formatCount } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { Card } from './Card';
import classes from './OperationsPage.module.css';

type Report = components['schemas']['IndexReport'];
type View = keyof Report;

const few = 10;
const labels: Record<View, string> = { sizes: 'Largest', unused: 'Unused', duplicates: 'Duplicates', bloat: 'Bloat' };
const nothing: Record<View, string> = {
  sizes: 'There is no index.', unused: 'Every index is used.', duplicates: 'No index stands in for another.', bloat: 'No index is much larger than it needs to be.',
};

/** The indexes, and what is wrong with them. */
export function IndexesCard() {
  const { data, error, refetch, isFetching } = useQuery({ queryKey: ['indexes'], queryFn: () => unwrap(api.GET('/api/admin/indexes')) });
  const [view, setView] = useState<View>('sizes');
  const [isAll, setAll] = useState(false);
  const isNarrow = useMediaQuery('(max-width: 480px)', false, { getInitialValueInEffect: false });
  const rows = data ? rowsOf(data, view) : [];
  return (
    <Card
      title="Database indexes" text="For administrators of the database: indexes make reading quick, and cost room and time at each write. Which are large, never used, or the same as another one? In a new database most are unused; look again after some weeks. Nothing is changed here."
      buttons={<Button variant="default" size="sm" loading={isFetching} onClick={() => void refetch()}>Refresh</Button>}
    >
      {error ? <LoadError error={error} isStale={data !== undefined} retry={() => void refetch()} /> : null}
      {data ? (
        <>
          <SegmentedControl
            size="xs" className={classes.tabs} orientation={isNarrow ? 'vertical' : 'horizontal'} fullWidth={isNarrow} value={view} onChange={(next) => setView(next as View)} aria-label="Which indexes"
            data={(Object.keys(labels) as View[]).map((value) => ({ value, label: `${labels[value]} (${data[value].length})` }))}
          />
          {rows.length === 0 ? <p className={classes.text}>{nothing[view]}</p> : (
            <div className={classes.scroll}>
              <table className={classes.table}>
                <thead><tr><th scope="col">Index</th><th scope="col">Table</th><th scope="col" className={classes.number}>{columns[view]}</th></tr></thead>
                <tbody>
                  {(isAll ? rows : rows.slice(0, few)).map((row) => (
                    <tr key={row.name}><td className={classes.code}>{row.name}</td><td className={classes.code}>{row.table}</td><td className={classes.number}>{row.fact}</td></tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {rows.length > few ? <Button size="xs" variant="subtle" className={classes.more} onClick={() => setAll(!isAll)}>{isAll ? 'Show fewer' : `Show all ${rows.length}`}</Button> : null}
        </>
      ) : null}
    </Card>
  );
}

const columns: Record<View, string> = { sizes: 'Size', unused: 'Scans', duplicates: 'The same as', bloat: 'Bloat' };

interface Row {
  name: string;
  table: string;
  fact: ReactNode;
}

function rowsOf(report: Report, view: View): Row[] {
  switch (view) {
    case 'sizes': return report.sizes.map((row) => ({ name: row.indexname, table: row.tablename, fact: row.index_size }));
    case 'unused': return report.unused.map((row) => ({ name: row.indexname, table: row.tablename, fact: formatCount(row.idx_scan) }));
    case 'duplicates': return report.duplicates.map((row) => ({ name: row.indexname, table: row.tablename, fact: <span className={classes.code}>{row.duplicate_of}</span> }));
    case 'bloat': return report.bloat.map((row) => ({ name: row.indexname, table: row.tablename, fact: `${row.bloat_size} of ${row.index_size}` }));
  }
}
