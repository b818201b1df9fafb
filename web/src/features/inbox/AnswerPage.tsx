import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link2Off } from 'lucide-react';
import { linkedDocumentUrl } from '../../api/client';
import type { AnswerRequest } from '../../api/types';
import { describe } from '../../api/problem';
import { EmptyState } from '../../shared/EmptyState';
import { Markdown } from '../../shared/Markdown';
import { AnswerForm } from './AnswerForm';
import classes from './Inbox.module.css';
import { answerByLink, linkedTaskQuery } from './queries';

/** Answers one task by a link, without a login. */
export function AnswerPage({ token }: { token: string }) {
  const client = useQueryClient();
  const { data: task, error } = useQuery(linkedTaskQuery(token));
  const answer = useMutation({
    mutationFn: (answer: AnswerRequest) => answerByLink(token, answer),
    onSuccess: (after) => client.setQueryData(linkedTaskQuery(token).queryKey, after),
  });
  if (error) return <EmptyState icon={Link2Off} title="This link cannot be used" text={describe(error).detail} />;
  if (!task) return null;
  return (
    <main className={classes.linked}>
      <title>{`${task.template_name ?? 'Task'} · Workflow Functions`}</title>
      <h1 className={classes.heading}>{task.template_name ?? 'A question'}</h1>
      <p className={classes.hint}>You answer as {task.answers_as}.</p>
      <Markdown text={(task.message ?? 'May it go on?').replaceAll('/api/documents/', `/api/answers/${encodeURIComponent(token)}/documents/`)} />
      {answer.isSuccess
        ? <p className={classes.over} role="status">Thank you. {task.status === 'done' ? 'It is decided.' : 'Others are still asked.'}</p>
        : task.may_answer
          ? <AnswerForm form={task.form} choices={task.choices} names={null} isBusy={answer.isPending} error={answer.error} answer={answer.mutate} pictureUrl={(id) => linkedDocumentUrl(token, id)} />
          : <p className={classes.over} role="status">It is over: others have answered.</p>}
    </main>
  );
}
