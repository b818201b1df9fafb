import { Outlet } from '@tanstack/react-router';
import { ConnectionBanner } from './ConnectionBanner';
import { Header } from './Header';
import classes from './Shell.module.css';

/** What is around every page. */
export function Shell() {
  return (
    <>
      <a href="#content" className={classes.skip}>Skip to content</a>
      <Header />
      <ConnectionBanner />
      <main id="content" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
