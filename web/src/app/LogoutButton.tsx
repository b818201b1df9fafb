import { ActionIcon } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { LogOut } from 'lucide-react';
import classes from './Header.module.css';
import { logOut, useSession } from './session';

/** Says who is logged in, and ends the session; not there on a server that is open to its one user. */
export function LogoutButton() {
  const queries = useQueryClient();
  const session = useSession().data;
  if (session === undefined || session.is_open) return null;

  async function leave() {
    await logOut();
    await queries.resetQueries();
  }

  return (
    <>
      <span className={classes.who} title={`${session.name}, ${session.scope}`}>{session.name}</span>
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Log out" title={`Log out ${session.name}`} onClick={() => void leave()}>
        <LogOut size={16} aria-hidden />
      </ActionIcon>
    </>
  );
}
