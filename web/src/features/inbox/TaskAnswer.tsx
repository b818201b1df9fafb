import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useSession } from '../../app/session';
import type { AnswerRequest, Task } from '../../api/types';
import { formatDateTime } from '../../shared/format';
import { LoadError } from '../../shared/LoadError';
import { Markdown } from '../../shared/Markdown';
import { toastDone } from '../../shared/toast';
import { AnswerForm } from './AnswerForm';
import classes from './Inbox.module.css';
import { answerTask, taskQuery } from './queries';

interface Props {
  id: string;
  /** Called when the task was answered. */
  answered?: () => void;
}

/** What a task asks, who has answered, and the form to answer it. */
export function TaskAnswer({ id, answered }: Props) {
  const { data: task, error, refetch } = useQuery(taskQuery(id));
  if (error && !task) return <LoadError error={error} retry={() => void refetch()} />;
  return task ? <Answer key={task.id} task={task} answered={answered} /> : null;
}

function Answer({ task, answered }: { task: Task; answered?: () => void }) {
  const client = useQueryClient();
  const session = useSession().data;
  const { mutate, isPending, error } = useMutation({
    mutationFn: (answer: AnswerRequest) => answerTask(task.id, answer),
    onSuccess: (after) => {
      toastDone(after.status === 'done' ? 'Decided' : 'Recorded; others are still asked');
      answered?.();
    },
    // What somebody else has decided meanwhile is told, and shown.
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: ['tasks'] }), client.invalidateQueries({ queryKey: ['execution', task.execution_id] })]),
  });
  return (
    <>
      <Markdown text={task.message ?? 'May it go on?'} />
      {task.required > 1 || task.answers.length > 0 ? (
        <section className={classes.answers} aria-label="Answers">
          {task.required > 1 ? <p className={classes.hint}>{task.required} people must agree.</p> : null}
          <ul>
            {task.answers.map((one) => (
              <li key={one.answered_by}>
                <b>{one.answered_by}</b>: {one.decision}{one.comment ? ` — ${one.comment}` : ''} <span className={classes.hint}>{formatDateTime(one.answered_at)}</span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {task.status === 'open' && task.may_answer
        ? <AnswerForm form={task.form} choices={task.choices} names={session?.is_open ? [...task.assignees, ...task.escalate_to] : null} isBusy={isPending} error={error} answer={mutate} />
        : <p className={classes.over} role="status">{stateOf(task)}</p>}
    </>
  );
}

function stateOf(task: Task): string {
  if (task.status === 'open') return `Waiting for ${[...task.assignees, ...task.groups].join(', ') || 'others'}.`;
  const last = task.answers.at(-1);
  if (task.decision) return `Closed: ${task.decision}${last ? `, by ${last.answered_by}` : ''}.`;
  return last ? `Closed: answered by ${last.answered_by}.` : `Closed: ${task.error_message ?? 'nobody answered.'}`;
}
