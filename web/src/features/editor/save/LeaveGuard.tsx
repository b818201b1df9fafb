import { useBlocker } from '@tanstack/react-router';
import { ConfirmDialog } from '../../../shared/ConfirmDialog';

/** Asks before what has not been saved is lost, by a link here or by closing the window. */
export function LeaveGuard({ isDirty }: { isDirty: boolean }) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  if (status !== 'blocked') return null;
  return (
    <ConfirmDialog title="Leave without saving?" action="Leave, and lose it" isDangerous isBusy={false} confirm={proceed} close={reset}>
      What you have changed in this workflow has not been saved.
    </ConfirmDialog>
  );
}
