import { Button, Center, PasswordInput, Paper, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { describe, ProblemError } from '../api/problem';
import { enterHost, FunctionKeyWanted, logIn, useSession } from './session';

/** Shows the page once the server knows who looks at it. */
export function LoginGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const isUnknown = session.error instanceof ProblemError && session.error.status === 401;
  if (session.isPending) return null;
  // Any other trouble is told of where it shows.
  if (session.error instanceof FunctionKeyWanted)
    return <Login key="host" label="Function key" enter={enterHost} text="The Functions app wants a key with each call. Whoever runs it gives you one; it is kept until this tab is closed." />;
  return isUnknown
    ? <Login key="server" label="Key or token" enter={logIn} text="This server has to know who you are. Whoever runs it gives you a key, or you have a token of your organization." />
    : children;
}

interface LoginProps {
  label: string;
  text: string;
  enter: (token: string) => Promise<unknown>;
}

function Login({ label, text, enter }: LoginProps) {
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
