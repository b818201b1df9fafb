import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Archive, ScanSearch } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { formatCount, formatDateTime, plural } from '../../shared/format';
import { toastError } from '../../shared/toast';
import { Card } from './Card';
import classes from './OperationsPage.module.css';

/** What goes to the archive: first shown, then done. */
export function RetentionCard() {
  const [isAsked, setAsked] = useState(false);
  const { data, mutate, isPending, variables } = useMutation({
    mutationFn: (isDry: boolean) => unwrap(api.POST('/api/admin/retention', { params: { query: { dry_run: isDry } } })),
    onError: toastError,
    onSettled: () => setAsked(false),
  });
  return (
    <Card
      title="Old executions" text="Executions that ended long ago move to the archive every night, with everything that belongs to them. Preview shows what would move; nothing is changed by it."
      buttons={(
        <>
          <Button variant="default" size="sm" leftSection={<ScanSearch size={15} aria-hidden />} loading={isPending && variables} onClick={() => mutate(true)}>Preview</Button>
          <Button color="red" variant="light" size="sm" leftSection={<Archive size={15} aria-hidden />} loading={isPending && !variables} onClick={() => setAsked(true)}>Archive now …</Button>
        </>
      )}
    >
      {data ? (
        <div role="status">
          {data.tables.length > 0 ? (
            <div className={classes.scroll}>
              <table className={classes.table}>
                <thead><tr><th scope="col">Table</th><th scope="col">Quarter</th><th scope="col">Archive</th><th scope="col" className={classes.number}>Rows</th></tr></thead>
                <tbody>
                  {data.tables.map((line) => (
                    <tr key={`${line.table}/${line.quarter}`}><td className={classes.code}>{line.table}</td><td>{line.quarter}</td><td className={classes.code}>{line.archive_table}</td><td className={classes.number}>{formatCount(line.rows)}</td></tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : null}
          <p className={classes.note}>
            {data.total_rows === 0 ? 'Nothing is old enough yet.' : data.dry_run ? `${plural(data.total_rows ?? 0, 'row')} would move to the archive.` : `${plural(data.total_rows ?? 0, 'row')} moved to the archive.`}
            {(data.held_count ?? 0) > 0 ? ` ${plural(data.held_count!, 'execution is', 'executions are')} kept, because something else needs ${data.held_count === 1 ? 'it' : 'them'}.` : ''}
            {' '}As of {formatDateTime(data.at)}.
          </p>
        </div>
      ) : null}
      {isAsked ? (
        <ConfirmDialog title="Archive old executions now?" action="Archive now" isDangerous isBusy={isPending} confirm={() => mutate(false)} close={() => setAsked(false)}>
          Does now what is done every night: rows move from the application’s tables to the archive. Archived executions are not shown on this page any more.
        </ConfirmDialog>
      ) : null}
    </Card>
  );
}
