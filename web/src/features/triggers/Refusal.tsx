import { describe, ProblemError } from '../../api/problem';
import classes from './Triggers.module.css';

/** Why the server did not take a form, everything at once. */
export function Refusal({ error }: { error: unknown }) {
  if (!error) return null;
  const problems = error instanceof ProblemError ? error.errors : [];
  return (
    <div className={classes.wrong} role="alert">
      {problems.length === 0 ? describe(error).detail : problems.map((problem) => <p key={problem.pointer + problem.detail}>{problem.detail} Expected: {problem.expected}.</p>)}
    </div>
  );
}
