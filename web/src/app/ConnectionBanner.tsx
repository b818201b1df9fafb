import { WifiOff } from 'lucide-react';
import classes from './ConnectionBanner.module.css';
import { useServerHealth } from './useServerHealth';

/** Says that the server is gone, for as long as it is. */
export function ConnectionBanner() {
  const isReachable = useServerHealth();
  return (
    <div role="status" aria-live="polite">
      {isReachable ? null : (
        <div className={classes.banner}>
          <WifiOff size={16} aria-hidden />
          The server cannot be reached. What runs goes on where it left off; this page reconnects by itself.
        </div>
      )}
    </div>
  );
}
