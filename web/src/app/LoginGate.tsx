import { Button, Center, PasswordInput, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { describe, ProblemError, toProblem } from '../api/problem';

async function call(method: 'GET' | 'POST', body?: unknown): Promise<true> {
  const response = await fetch('/api/session', {
    method,
    headers: body === undefined ? undefined : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw toProblem(response, await response.json().catch(() => null));
  return true;
}

/** Shows the page once the server knows who looks at it. The server keeps the key in a cookie that no script can read. */
export function LoginGate({ children }: { children: ReactNode }) {
  const session = useQuery({ queryKey: ['session'], queryFn: () => call('GET'), staleTime: 60_000, refetchOnWindowFocus: true });
  const isUnknown = session.error instanceof ProblemError && session.error.status === 401;
  if (session.isPending) return null;
  // Any other trouble is told of where it shows.
  return isUnknown ? <Login /> : children;
}

function Login() {
  const queries = useQueryClient();
  const [token, setToken] = useState('');
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  async function enter(event: FormEvent) {
    event.preventDefault();
    setIsBusy(true);
    try {
      await call('POST', { token: token.trim() });
      await queries.resetQueries();
    } catch (error) {
      setProblem(describe(error).detail);
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Center mih="100vh" p="md">
      <Paper component="form" withBorder p="xl" w={420} maw="100%" onSubmit={(event: FormEvent) => void enter(event)}>
        <Stack>
          <Title order={2}>Log in</Title>
          <Text c="dimmed" size="sm">This server wants to know who you are. Whoever runs it makes keys with: -- keys create</Text>
          <PasswordInput label="Key or token" value={token} onChange={(event) => setToken(event.currentTarget.value)} error={problem} autoFocus required />
          <Button type="submit" loading={isBusy} disabled={token.trim() === ''}>Log in</Button>
        </Stack>
      </Paper>
    </Center>
  );
}
