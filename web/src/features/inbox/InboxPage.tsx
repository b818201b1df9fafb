import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Inbox } from 'lucide-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { EmptyState } from '../../shared/EmptyState';
import { isTyping } from '../../shared/isTyping';
import { LoadError } from '../../shared/LoadError';
import { PageHead } from '../../shared/PageHead';
import { Link, useNavigate, useSearch } from '../../shared/routing';
import { documentsQuery } from '../executions/queries';
import { Deliverables } from '../executions/view/output/Deliverables';
import classes from './Inbox.module.css';
import { taskQuery, tasksQuery, type Asked, type TaskStatus } from './queries';
import { TaskAnswer } from './TaskAnswer';
import { TaskList } from './TaskList';

const route = { from: '/inbox' } as const;

/** What workflows ask people: the list, and the chosen one beside what was made. J and K go to the next one and the one before. */
export function InboxPage() {
  const { asked = 'me', status = 'open', task: chosen } = useSearch(route);
  const navigate = useNavigate(route);
  const query = useInfiniteQuery(tasksQuery(asked, status));
  const tasks = query.data?.pages.flatMap((page) => page.items) ?? [];
  // What is shown stays, also once others have decided it and it has left the list.
  const list = `${asked} ${status}`;
  const [first, setFirst] = useState<{ list: string; id: string }>();
  if (first?.list !== list && tasks[0]) setFirst({ list, id: tasks[0].id });
  const shown = chosen ?? (first?.list === list ? first.id : undefined);
  const place = tasks.findIndex((task) => task.id === shown);
  const select = (id: string | undefined) => void navigate({ search: (search) => ({ ...search, task: id }), replace: true });
  const go = (by: number) => {
    const next = tasks[place + by];
    if (next) select(next.id);
  };
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'j') go(1);
    if (event.key === 'k') go(-1);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  return (
    <div className={classes.page}>
      <PageHead title="Inbox" subtitle="What workflows ask people. J: next, K: previous.">
        <SegmentedControl
          aria-label="Assigned to" value={asked} onChange={(value) => void navigate({ search: { asked: value as Asked, status } })}
          data={[{ value: 'me', label: 'Mine' }, { value: 'groups', label: 'My groups’' }, { value: 'anyone', label: 'All' }]}
        />
        <SegmentedControl
          aria-label="Status" value={status} onChange={(value) => void navigate({ search: { asked, status: value as TaskStatus } })}
          data={[{ value: 'open', label: 'Open' }, { value: 'done', label: 'Done' }]}
        />
      </PageHead>
      {query.error ? <LoadError error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && tasks.length === 0 && shown === undefined
        ? <EmptyState icon={Inbox} title={status === 'open' ? 'No open tasks' : 'No tasks are done yet'} text="A workflow asks people with a node of the type approval." />
        : (
          <div className={classes.columns}>
            <div>
              <TaskList tasks={tasks} selected={shown} select={select} />
              {query.hasNextPage ? <Button variant="default" size="xs" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button> : null}
            </div>
            {shown === undefined ? null : <Chosen key={shown} id={shown} answered={() => select(tasks[place + 1]?.id ?? shown)} />}
          </div>
        )}
    </div>
  );
}

function Chosen({ id, answered }: { id: string; answered: () => void }) {
  const executionId = useQuery(taskQuery(id)).data?.execution_id;
  const documents = useInfiniteQuery({ ...documentsQuery(executionId ?? ''), enabled: executionId !== undefined });
  const made = documents.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <section className={classes.task} aria-label="Task">
        <TaskAnswer id={id} answered={answered} />
        {executionId ? <Link to="/executions/:executionId" params={{ executionId }} className={classes.hint}>Show the execution</Link> : null}
      </section>
      {made.length > 0 ? <section className={classes.made} aria-label="What was made"><Deliverables made={made} /></section> : null}
    </>
  );
}
