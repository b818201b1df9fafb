import { Button, Textarea, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import { documentUrl } from '../../api/client';
import { ProblemError } from '../../api/problem';
import type { AnswerRequest } from '../../api/types';
import { capital } from '../../shared/format';
import { fieldsOf, initialValues, valuesOf } from './form';
import { FormFieldInput } from './FormFieldInput';
import classes from './Inbox.module.css';

interface Props {
  form: unknown;
  choices: readonly string[];
  /** Who may be named as the one who answers, where the server knows nobody; null where it does. */
  names: readonly string[] | null;
  isBusy: boolean;
  error: unknown;
  answer: (answer: AnswerRequest) => void;
  /** Where the pictures are that can be chosen. */
  pictureUrl?: (id: string) => string;
}

const verbs: Record<string, string> = { approved: 'Approve', rejected: 'Reject' };

/** The form of a task, a comment, and a button for each choice. */
export function AnswerForm({ form, choices, names, isBusy, error, answer, pictureUrl = documentUrl }: Props) {
  const fields = fieldsOf(form);
  const [entered, setEntered] = useState(() => initialValues(fields));
  const [comment, setComment] = useState('');
  const [name, setName] = useState('');
  const people = useId();
  const problems = error instanceof ProblemError ? error.errors : [];
  const problemOf = (field: string) => problems.find(({ pointer }) => pointer === `/values/${field}` || pointer.startsWith(`/values/${field}/`))?.detail ?? null;
  const decide = (decision: string) => answer({
    decision,
    ...(fields.length > 0 ? { values: valuesOf(fields, entered) as AnswerRequest['values'] } : {}),
    ...(comment.trim() === '' ? {} : { comment: comment.trim() }),
    ...(name.trim() === '' ? {} : { decided_by: name.trim() }),
  });
  return (
    <div className={classes.answer}>
      {fields.map((field) => (
        <FormFieldInput key={field.name} field={field} value={entered[field.name] ?? ''} error={problemOf(field.name)} change={(value) => setEntered({ ...entered, [field.name]: value })} pictureUrl={pictureUrl} />
      ))}
      <Textarea label="Comment" autosize minRows={2} maxRows={6} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
      {names === null ? null : (
        <>
          <TextInput label="Answered by" description="This server has no logins: say who you are" list={people} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <datalist id={people}>{names.map((one) => <option key={one} value={one} />)}</datalist>
        </>
      )}
      {error ? <p className={classes.error} role="alert">{error instanceof Error ? error.message : String(error)}</p> : null}
      <div className={classes.buttons}>
        {choices.map((choice, index) => (
          <Button
            key={choice} loading={isBusy} onClick={() => decide(choice)} color={choice === 'approved' ? 'teal' : choice === 'rejected' ? 'red' : undefined}
            variant={index === 0 ? 'filled' : 'light'}
          >
            {verbs[choice] ?? capital(choice)}
          </Button>
        ))}
      </div>
    </div>
  );
}
