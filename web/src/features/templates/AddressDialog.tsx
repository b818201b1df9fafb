import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { describe } from '../../api/problem';

interface Props {
  take: (address: string) => Promise<void>;
  close: () => void;
}

/** Asks where a workflow file is. */
export function AddressDialog({ take, close }: Props) {
  const [address, setAddress] = useState('');
  const fetching = useMutation({ mutationFn: () => take(address), onSuccess: close });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    fetching.mutate();
  };
  return (
    <Modal opened onClose={close} title="Import from an address" lockScroll={false}>
      <form onSubmit={submit}>
        <TextInput
          label="Address of the workflow file" type="url" required data-autofocus placeholder="https://github.com/team/workflows/blob/main/launch.json" value={address}
          description="The server fetches it. A page of GitHub that shows the file will do." error={fetching.isError ? describe(fetching.error).detail : null}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button type="submit" mt="md" loading={fetching.isPending} disabled={address.trim() === ''}>Import</Button>
      </form>
    </Modal>
  );
}
