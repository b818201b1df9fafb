import { Alert, Button } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { describe, isUnreachable } from '../api/problem';
import classes from './LoadError.module.css';

interface Props {
  error: unknown;
  retry: () => void;
  /** Whether what was read before is still shown. */
  isStale?: boolean;
}

/** Says why something could not be read, and tries again on demand. */
export function LoadError({ error, retry, isStale }: Props) {
  // The banner of the page tells of that.
  if (isStale && isUnreachable(error)) return null;
  const { title, detail } = describe(error);
  return (
    <Alert color="red" variant="light" title={title} icon={<TriangleAlert size={18} />} role="alert" className={classes.alert}>
      <p className={classes.detail}>{detail}</p>
      <Button size="xs" variant="default" onClick={retry}>Try again</Button>
    </Alert>
  );
}
