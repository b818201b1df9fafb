import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { EmptyState } from '../shared/EmptyState';

export function NotFound() {
  return (
    <EmptyState icon={Compass} title="There is nothing at this address" text="The link may be old, or it may have been cut off.">
      <Button renderRoot={(props) => <Link to="/" {...props} />}>Go to the workflows</Button>
    </EmptyState>
  );
}
