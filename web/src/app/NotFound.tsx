import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { EmptyState } from '../shared/EmptyState';

export function NotFound() {
  return (
    <EmptyState icon={Compass} title="There is nothing at this address" text="The link may be old, or it may have been cut off.">
      <Link to="/">Go to the workflows</Link>
    </EmptyState>
  );
}
