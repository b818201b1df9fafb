import type { ReactNode } from 'react';
import { ConnectionBanner } from './ConnectionBanner';
import { Header } from './Header';
import classes from './Shell.module.css';
import { useServerHealth } from './useServerHealth';

/** What is around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const health = useServerHealth();
  return (
    <>
      <a href="#content" className={classes.skip}>Skip to content</a>
      <Header />
      <ConnectionBanner {...health} />
      <main id="content" className={classes.main} data-stale={!health.isReachable || undefined} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
