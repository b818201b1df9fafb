import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { api, unwrap } from '../../api/client';
import { plural } from '../../shared/format';
import { toastError } from '../../shared/toast';
import { Card } from './Card';
import classes from './OperationsPage.module.css';

/** The partitions of the tables that may have some. */
export function PartitionsCard() {
  const { data, mutate, isPending } = useMutation({ mutationFn: () => unwrap(api.POST('/api/admin/partitions')), onError: toastError });
  return (
    <Card
      title="Partitions" text="Events are kept by quarter. The partitions of the next quarters are made every night, and by this button."
      buttons={<Button variant="default" size="sm" leftSection={<Layers size={15} aria-hidden />} loading={isPending} onClick={() => mutate()}>Make what is missing</Button>}
    >
      {data ? <div role="status">{data.tables.map((table) => <Table key={table.table} {...table} />)}</div> : null}
    </Card>
  );
}

interface TableProps {
  table: string;
  is_partitioned: boolean;
  made?: { name: string }[];
  partitions?: string[];
}

function Table({ table, is_partitioned: isPartitioned, made = [], partitions = [] }: TableProps) {
  const isNew = new Set(made.map((partition) => partition.name));
  const count = isNew.size === 0 ? 'Nothing was missing.' : `Made ${plural(isNew.size, 'partition')}.`;
  return (
    <section className={classes.part}>
      <h3 className={classes.partName}>{table}</h3>
      {isPartitioned ? (
        <ul className={classes.chips}>
          {partitions.map((name) => <li key={name} className={classes.chip} data-new={isNew.has(name) || undefined}>{name.replace(`${table}_`, '')}</li>)}
        </ul>
      ) : null}
      <p className={classes.note}>{isPartitioned ? count : 'It is one table, without partitions.'}</p>
    </section>
  );
}
