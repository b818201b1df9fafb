import { Button, Center, PasswordInput, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { describe } from '../api/problem';

interface Props {
  label: string;
  text: string;
  enter: (token: string) => Promise<unknown>;
}

/** Asks for a key or a token. */
export function Login({ label, text, enter }: Props) {
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setIsBusy(true);
    try {
      await enter(token.trim());
      await queries.resetQueries();
    } catch (error) {
      setProblem(describe(error).detail);
    } finally {
      setIsBusy(false);
    }
  }

  function change(text: string) {
    setToken(text);
    setProblem(undefined);
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper component="form" withBorder p="xl" w={420} maw="100%" onSubmit={(event: FormEvent) => void submit(event)}>
        <Stack>
          <Title order={1} size="h2">Log in</Title>
          <Text size="sm">{text}</Text>
          <PasswordInput
            label={label}
            value={token}
            onChange={(event) => change(event.currentTarget.value)}
            error={problem}
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
          />
          <Button type="submit" loading={isBusy} disabled={token.trim() === ''}>Log in</Button>
        </Stack>
      </Paper>
    </Center>
  );
}
