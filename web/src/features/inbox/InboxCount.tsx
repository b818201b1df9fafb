import { useQuery } from '@tanstack/react-query';
import classes from './Inbox.module.css';
import { openCountQuery } from './queries';

/** How many tasks wait for the user, beside the link to them. */
export function InboxCount() {
  const { data: count } = useQuery(openCountQuery);
  return count ? <span className={classes.count} aria-label={`${count} open`}>{count < 100 ? count : '99+'}</span> : null;
}
