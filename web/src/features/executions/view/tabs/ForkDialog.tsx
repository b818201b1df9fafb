import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { GitFork } from 'lucide-react';
import { useState } from 'react';
import { isObject, type JsonObject } from '../../../../api/json';
import type { Checkpoint, ExecutionDetails } from '../../../../api/types';
import { plural } from '../../../../shared/format';
import { useNavigate } from '../../../../shared/routing';
import { toastError } from '../../../../shared/toast';
import { ParamField } from '../../../templates/ParamField';
import { fieldsOf, paramsOf, problemOf } from '../../../templates/params';
import type { Graph } from '../../../../graph/model';
import { forkExecution } from '../../calls';
import { atCheckpoint } from '../../model/checkpoint';
import classes from './CheckpointsTab.module.css';

interface Props {
  execution: ExecutionDetails;
  checkpoint: Checkpoint;
  graph: Graph | undefined;
  close: () => void;
}

/** Starts another execution from a checkpoint, with other params where that is wanted. */
export function ForkDialog({ execution, checkpoint, graph, close }: Props) {
  const given = isObject(execution.config_json) && isObject(execution.config_json.params) ? execution.config_json.params : {};
  const [fields, setFields] = useState(() => fieldsOf(given));
  const [isChecked, setChecked] = useState(false);
  const counted = graph && atCheckpoint(graph, checkpoint);
  const navigate = useNavigate();
  const client = useQueryClient();
  const fork = useMutation({
    mutationFn: () => forkExecution(execution.id, checkpoint.id, changed(given, paramsOf(fields))),
    onSuccess: async ({ id }) => {
      void client.invalidateQueries({ queryKey: ['executions'] });
      await navigate({ to: '/executions/:executionId', params: { executionId: id } });
    },
    onError: toastError,
  });
  return (
    <Modal opened onClose={close} title="Fork from this checkpoint" size="lg">
      <form
        className={classes.form} noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setChecked(true);
          if (fields.every((field) => problemOf(field) === null)) fork.mutate();
        }}
      >
        <p className={classes.hint}>
          {counted ? `${plural(counted.done, 'node')} ${counted.done === 1 ? 'is' : 'are'} done at this checkpoint and not run again. A new execution runs the other ${counted.left} with these params. ` : ''}
          This execution stays as it is.
        </p>
        {fields.map((field) => (
          <ParamField key={field.name} field={field} isChecked={isChecked} change={(value) => setFields((all) => all.map((one) => (one.name === field.name ? { ...one, value } : one)))} />
        ))}
        <Button type="submit" className={classes.submit} loading={fork.isPending} leftSection={<GitFork size={15} aria-hidden />}>Fork</Button>
      </form>
    </Modal>
  );
}

function changed(before: JsonObject, after: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)));
}
