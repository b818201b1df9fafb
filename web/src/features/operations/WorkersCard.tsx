import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import type { components } from '../../api/schema';
import { useMayRun } from '../../app/session';
import { useNow } from '../../shared/clock';
import { ConfirmDialog } from '../../shared/ConfirmDialog';
import { formatAgo, formatCount, plural } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { Link } from '../../shared/routing';
import { useChange } from '../../shared/useChange';
import { Card } from './Card';
import classes from './OperationsPage.module.css';

type Queue = components['schemas']['TaskQueue'];
type QueuedTask = components['schemas']['QueuedTask'];

const limit = 100;

/** The tasks of workers elsewhere: how many wait in each queue and since when, and who works on what. */
export function WorkersCard() {
  const { data, error, refetch } = useQuery({
    queryKey: ['workers'],
    queryFn: async () => {
      const [queues, tasks] = await Promise.all([
        unwrap(api.GET('/api/workers/queues')),
        unwrap(api.GET('/api/workers/tasks', { params: { query: { limit } } })),
      ]);
      return { queues, held: tasks.filter((task) => task.worker != null) };
    },
    refetchInterval: 5_000,
  });
  const leased = data?.queues.reduce((sum, queue) => sum + (queue.leased ?? 0), 0) ?? 0;
  return (
    <Card title="Workers" text="Programs of yours that do the tasks of nodes of the type task. A worker that gives no sign of life until its lease ends loses the task to another one.">
      {error ? <LoadError error={error} isStale={data !== undefined} retry={() => void refetch()} /> : null}
      {data?.queues.length === 0 ? <p className={classes.note}>No tasks wait for a worker, and no worker has one.</p> : null}
      {data && data.queues.length > 0 ? <Queues queues={data.queues} /> : null}
      {data && data.held.length > 0 ? <Held tasks={data.held} /> : null}
      {data && leased > data.held.length ? <p className={classes.note}>The first {formatCount(data.held.length)} of {plural(leased, 'task')} that workers have.</p> : null}
    </Card>
  );
}

function Queues({ queues }: { queues: readonly Queue[] }) {
  const now = useNow();
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label="Queues">
        <thead><tr><th scope="col">Queue</th><th scope="col" className={classes.number}>Waiting</th><th scope="col" className={classes.number}>With workers</th><th scope="col" className={classes.number}>Oldest queued</th></tr></thead>
        <tbody>
          {queues.map((queue) => (
            <tr key={queue.queue}>
              <td className={classes.code}>{queue.queue}</td>
              <td className={classes.number}>{formatCount(queue.waiting)}</td>
              <td className={classes.number}>{formatCount(queue.leased)}</td>
              <td className={classes.number}>{formatAgo(queue.oldest_at, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What each worker has, one worker after the other. */
function Held({ tasks }: { tasks: readonly QueuedTask[] }) {
  const workers = [...new Set(tasks.map((task) => task.worker ?? ''))].sort((one, other) => one.localeCompare(other));
  return workers.map((worker) => (
    <section key={worker} className={classes.part} aria-label={worker}>
      <h3 className={classes.partName}>{worker}</h3>
      <ul className={classes.tasks}>{tasks.filter((task) => task.worker === worker).map((task) => <HeldTask key={task.id} task={task} />)}</ul>
    </section>
  ));
}

function HeldTask({ task }: { task: QueuedTask }) {
  const now = useNow();
  const mayRun = useMayRun();
  const [isAsked, setAsked] = useState(false);
  const release = useChange('workers', () => unwrap(api.POST('/api/workers/tasks/{id}/release', { params: { path: { id: task.id } } })), () => `Took back ${task.name}`);
  const progress = task.progress == null ? undefined : JSON.stringify(task.progress);
  const lost = task.lost_leases ?? 0;
  return (
    <li className={classes.task}>
      <div className={classes.grow}>
        <Link to="/executions/:executionId" params={{ executionId: task.execution_id }} search={{ node: task.node_id }} className={classes.code}>{task.name}</Link>
        <div className={classes.facts}>
          <span>{task.queue}</span>
          <span>taken {formatAgo(task.claimed_at, now)}</span>
          <span>lease {task.lease_expires_at && Date.parse(task.lease_expires_at) < now ? 'ended' : 'ends'} {formatAgo(task.lease_expires_at, now)}</span>
          {(task.attempt ?? 1) > 1 ? <span>attempt {task.attempt}</span> : null}
          {lost > 0 ? <span>lost by {plural(lost, 'worker')} before</span> : null}
          {progress ? <span className={classes.code} title={progress}>{progress.length > 60 ? `${progress.slice(0, 60)}…` : progress}</span> : null}
        </div>
      </div>
      {mayRun ? <Button size="xs" variant="default" leftSection={<Undo2 size={14} aria-hidden />} onClick={() => setAsked(true)} aria-label={`Take back ${task.name} of ${task.execution_id}`}>Take back …</Button> : null}
      {isAsked ? (
        <ConfirmDialog title={`Take “${task.name}” back?`} action="Take back" isDangerous isBusy={release.isPending} confirm={() => release.mutate(undefined, { onSettled: () => setAsked(false) })} close={() => setAsked(false)}>
          The task waits for a worker again. What {task.worker} reports of it from now on is refused; what it has done elsewhere stays done.
        </ConfirmDialog>
      ) : null}
    </li>
  );
}
