import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Database, Server } from 'lucide-react';
import { api } from '../../api/client';
import { isObject } from '../../api/json';
import { Card } from './Card';
import classes from './OperationsPage.module.css';

/** What a check says, in words. */
const words: Readonly<Record<string, string>> = { ok: 'OK', leads: 'Runs executions', 'stands by': 'Stands by for another server', unreachable: 'Cannot be reached', '…': 'Checking' };
const names: Readonly<Record<string, string>> = { server: 'Server', process: 'Takes new work', database: 'Database', engine: 'Engine', documents: 'Documents' };
const well = new Set(['ok', 'leads', 'stands by']);

/** Whether the server can work. What is down is said by the answer itself, which is 503 then. */
export function HealthCard() {
  const { data, isError } = useQuery({
    queryKey: ['readiness'],
    queryFn: async () => {
      const { data: fine, error } = await api.GET('/api/health/ready');
      const answer: unknown = fine ?? error;
      return isObject(answer) && isObject(answer.checks) ? Object.entries(answer.checks).map(([name, state]) => ({ name, state: String(state) })) : [];
    },
    refetchInterval: 5_000,
    retry: false,
  });
  const checks = [{ name: 'server', state: isError ? 'unreachable' : data ? 'ok' : '…' }, ...(isError ? [] : data ?? [])];
  return (
    <Card title="Health" text="Checked every five seconds. Load balancers ask /api/health/ready.">
      <ul className={classes.checks} aria-live="polite">
        {checks.map(({ name, state }) => (
          <li key={name} className={classes.check}>
            {name === 'database' ? <Database size={17} aria-hidden /> : <Server size={17} aria-hidden />} {names[name] ?? name}
            <span data-status={well.has(state) ? 'completed' : state === '…' ? 'pending' : 'failed'} className={classes.state}>
              {well.has(state) ? <CircleCheck size={16} aria-hidden /> : <CircleAlert size={16} aria-hidden />} {words[state] ?? state}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
