import { Button } from '@mantine/core';
import { Compass } from 'lucide-react';
import { EmptyState } from '../shared/EmptyState';
import { Link } from '../shared/routing';

export function NotFound() {
  return (
    <EmptyState icon={Compass} title="Page not found" text="The link may be old or incomplete.">
      <Button renderRoot={(props) => <Link to="/" {...props} />}>Go to the workflows</Button>
    </EmptyState>
  );
}
