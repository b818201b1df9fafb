import { Alert, Button } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { describe } from '../api/problem';
import classes from './LoadError.module.css';

interface Props {
  error: unknown;
  retry: () => void;
}

/** Says why something could not be read, and tries again on demand. */
export function LoadError({ error, retry }: Props) {
  const { title, detail } = describe(error);
  return (
    <Alert color="red" variant="light" title={title} icon={<TriangleAlert size={18} />} role="alert" className={classes.alert}>
      <p className={classes.detail}>{detail}</p>
      <Button size="xs" variant="default" onClick={retry}>Try again</Button>
    </Alert>
  );
}
