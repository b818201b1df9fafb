import { Activity, BookOpenText, ChartColumn, Inbox, Workflow, Wrench, Zap } from 'lucide-react';
import { Link, usePath } from '../shared/routing';
import { InboxCount } from '../features/inbox/InboxCount';
import { ColorSchemeToggle } from './ColorSchemeToggle';
import classes from './Header.module.css';
import { LogoutButton } from './LogoutButton';

const pages = [
  { to: '/', label: 'Workflows', icon: Workflow },
  { to: '/executions', label: 'Executions', icon: Activity },
  { to: '/inbox', label: 'Inbox', icon: Inbox },
  { to: '/triggers', label: 'Triggers', icon: Zap },
  { to: '/analytics', label: 'Analytics', icon: ChartColumn },
  { to: '/operations', label: 'Operations', icon: Wrench },
] as const;

export function Header() {
  const path = usePath();
  return (
    <header className={classes.header}>
      <Link to="/" className={classes.brand} aria-label="Workflow Functions, home">
        <img src="/icon.svg" alt="" width={26} height={26} />
        <span className={classes.name}>Workflow Functions</span>
      </Link>
      <nav className={classes.nav} aria-label="Pages">
        {pages.map(({ to, label, icon: Icon }) => (
          <Link key={to} to={to} className={classes.link} data-active={path === to || path.startsWith(`${to}/`) || undefined} aria-current={path === to ? 'page' : undefined}>
            <Icon size={16} aria-hidden />
            <span className={classes.label}>{label}</span>
            {to === '/inbox' ? <InboxCount /> : null}
          </Link>
        ))}
      </nav>
      <div className={classes.end}>
        <a href="/scalar" className={classes.link} title="The HTTP API">
          <BookOpenText size={16} aria-hidden />
          <span className={classes.wide}>API</span>
          <span className={classes.narrow}><span className="visually-hidden">API</span></span>
        </a>
        <ColorSchemeToggle />
        <LogoutButton />
      </div>
    </header>
  );
}
