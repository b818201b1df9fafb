import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Layers } from 'lucide-react';
import { api, unwrap } from '../../api/client';
import { plural } from '../../shared/format';
import { toastError } from '../../shared/toast';
import { Card } from './Card';
import classes from './OperationsPage.module.css';

/** The partitions of the events. */
export function PartitionsCard() {
  const { data, mutate, isPending } = useMutation({ mutationFn: () => unwrap(api.POST('/api/admin/partitions')), onError: toastError });
  const made = new Set(data?.made?.map((partition) => partition.name));
  return (
    <Card
      title="Partitions" text="Events are kept by quarter. The partitions of the next quarters are made every night, and by this button."
      buttons={<Button variant="default" size="sm" leftSection={<Layers size={15} aria-hidden />} loading={isPending} onClick={() => mutate()}>Make what is missing</Button>}
    >
      {data ? (
        <div role="status">
          {data.is_partitioned ? (
            <ul className={classes.chips}>
              {data.partitions?.map((name) => <li key={name} className={classes.chip} data-new={made.has(name) || undefined}>{name.replace(`${data.table}_`, '')}</li>)}
            </ul>
          ) : null}
          <p className={classes.note}>
            {data.is_partitioned ? (made.size === 0 ? 'Nothing was missing.' : `Made ${plural(made.size, 'partition')}.`) : `${data.table} is not partitioned in this database; it was there before, and stays as it is.`}
          </p>
        </div>
      ) : null}
    </Card>
  );
}
