import { Button } from '@mantine/core';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { describe } from '../api/problem';
import { EmptyState } from '../shared/EmptyState';

/** Shown in place of a part that failed. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const { title, detail } = describe(error);
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <EmptyState icon={TriangleAlert} title={title} text={detail}>
      <Button onClick={again}>Try again</Button>
    </EmptyState>
  );
}
