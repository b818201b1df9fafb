import { Button, Modal, SegmentedControl, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { scopes } from './queries';
import { Refusal } from './Refusal';
import classes from './Triggers.module.css';

interface Props {
  /** Gets the new key, which is shown once. */
  created: (key: string) => void;
  close: () => void;
}

/** Makes a key. */
export function KeyDialog({ created, close }: Props) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState('run');
  const [workspaces, setWorkspaces] = useState<string[]>([]);
  const [queues, setQueues] = useState<string[]>([]);
  const client = useQueryClient();
  const given = (list: string[]) => (list.length > 0 ? list : undefined);
  const save = useMutation({
    mutationFn: () => unwrap(api.POST('/api/keys', { body: { name: name.trim(), scope, workspaces: given(workspaces), queues: scope === 'work' ? given(queues) : undefined } })),
    onSuccess: ({ key }) => {
      void client.invalidateQueries({ queryKey: ['keys'] });
      if (key) created(key);
      close();
    },
  });
  return (
    <Modal opened onClose={close} title="New key" size="lg">
      <form
        className={classes.form} noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <TextInput label="Name" description="Whose it is, or what it is for" placeholder="Ada" value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <div>
          <p className={classes.hint} id="scope">What it may do</p>
          <SegmentedControl data={scopes} value={scope} onChange={setScope} aria-labelledby="scope" fullWidth />
          <p className={classes.hint} role="status">{scopes.find(({ value }) => value === scope)?.text}</p>
        </div>
        {scope === 'work' ? <TagsInput label="Queues" description="Which ones it takes tasks from; leave empty for all" placeholder={queues.length === 0 ? 'All queues' : undefined} value={queues} onChange={setQueues} acceptValueOnBlur /> : null}
        <TagsInput label="Workspaces" description="Which ones it may reach; leave empty for all of yours" placeholder={workspaces.length === 0 ? 'All of yours' : undefined} value={workspaces} onChange={setWorkspaces} acceptValueOnBlur />
        <Refusal error={save.error} />
        <div className={classes.end}>
          <Button variant="default" onClick={close}>Cancel</Button>
          <Button type="submit" loading={save.isPending} disabled={name.trim() === ''}>Create</Button>
        </div>
      </form>
    </Modal>
  );
}
