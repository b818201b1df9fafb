import { Button, Modal, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { formatCost } from '../../shared/format';
import classes from './Batches.module.css';
import type { Batch } from './queries';

interface Props {
  batch: Batch;
  isBusy: boolean;
  go: (limit: number) => void;
  close: () => void;
}

/** Asks for a new limit, before a batch goes on that has reached its old one. */
export function MoreCost({ batch, isBusy, go, close }: Props) {
  const [limit, setLimit] = useState<number | string>(Math.ceil(batch.cost_usd * 2 * 100) / 100);
  return (
    <Modal opened onClose={close} title="New cost limit" centered>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          go(Number(limit));
        }}
      >
        <NumberInput label="All rows together, in US dollars" description={`They have cost ${formatCost(batch.cost_usd)}`} min={0} decimalScale={4} value={limit} onChange={setLimit} data-autofocus />
        <Button type="submit" className={classes.submit} loading={isBusy} disabled={!(Number(limit) > batch.cost_usd)}>Resume</Button>
      </form>
    </Modal>
  );
}
