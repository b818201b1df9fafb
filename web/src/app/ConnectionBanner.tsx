import { Button } from '@mantine/core';
import { WifiOff } from 'lucide-react';
import { formatClock } from '../shared/format';
import classes from './ConnectionBanner.module.css';
import type { ServerHealth } from './useServerHealth';

/** Says that the server is gone, since when, and what that means for what is shown. */
export function ConnectionBanner({ isReachable, lastAnswer, isTrying, retry }: ServerHealth) {
  return (
    <div role="status" aria-live="polite">
      {isReachable ? null : (
        <div className={classes.banner}>
          <WifiOff size={16} aria-hidden />
          <span>The server cannot be reached{lastAnswer > 0 ? `. What you see is as of ${formatClock(lastAnswer)}` : ''}. This page reconnects by itself.</span>
          <Button size="compact-sm" variant="default" loading={isTrying} onClick={retry}>Try now</Button>
        </div>
      )}
    </div>
  );
}
