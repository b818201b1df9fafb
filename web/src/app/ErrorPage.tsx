import { Button } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { describe } from '../api/problem';
import { EmptyState } from '../shared/EmptyState';

/** Shown in place of a part that failed. */
export function ErrorPage({ error, reset }: { error: unknown; reset: () => void }) {
  const { title, detail } = describe(error);
  return (
    <EmptyState icon={TriangleAlert} title={title} text={detail}>
      <Button onClick={reset}>Try again</Button>
    </EmptyState>
  );
}
