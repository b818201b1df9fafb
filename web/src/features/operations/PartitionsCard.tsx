import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { plural } from '../../shared/format';
import { toastError } from '../../shared/toast';
import { Card } from './Card';
import classes from './OperationsPage.module.css';

/** The partitions of the tables that may have some. */
export function PartitionsCard() {
  const [isAsked, setAsked] = useState(false);
  const { data, mutate, isPending } = useMutation({ mutationFn: () => unwrap(api.POST('/api/admin/partitions')), onError: toastError, onSettled: () => setAsked(false) });
  return (
    <Card
      title="Room for new events" text="The database keeps the events of each quarter in a part of their own. The parts for the next quarters are created every night; if the nightly run failed, create them here."
      buttons={<Button variant="default" size="sm" leftSection={<Layers size={15} aria-hidden />} onClick={() => setAsked(true)}>Check and create …</Button>}
    >
      {data ? <div role="status">{data.tables.map((table) => <Table key={table.table} {...table} />)}</div> : null}
      {isAsked ? (
        <ConfirmDialog title="Create the parts that are missing?" action="Check and create" isBusy={isPending} confirm={() => mutate()} close={() => setAsked(false)}>
          Lists the parts (partitions) of the database, and creates those of this and the next quarters that are missing. Nothing is moved or deleted.
        </ConfirmDialog>
      ) : null}
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
  const count = isNew.size === 0 ? 'Nothing was missing.' : `Created ${plural(isNew.size, 'partition')}.`;
  return (
    <section className={classes.part}>
      <h3 className={classes.partName}>{table}</h3>
      {isPartitioned ? (
        <ul className={classes.chips}>
          {partitions.map((name) => <li key={name} className={classes.chip} data-new={isNew.has(name) || undefined}>{name.replace(`${table}_`, '')}</li>)}
        </ul>
      ) : null}
      <p className={classes.note}>{isPartitioned ? count : 'Stored in one table, without partitions.'}</p>
    </section>
  );
}
