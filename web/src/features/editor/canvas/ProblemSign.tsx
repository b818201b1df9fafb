import type { Problem } from '../../../api/types';
import { plural } from '../../../shared/format';
import classes from './StepNode.module.css';

/** How many problems a node has. */
export function ProblemSign({ problems }: { problems: readonly Problem[] | undefined }) {
  if (!problems) return null;
  return (
    <span className={classes.problems} role="img" aria-label={plural(problems.length, 'problem')} title={problems.map((problem) => problem.detail).join('\n')}>
      {problems.length}
    </span>
  );
}
