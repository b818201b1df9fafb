import { Suspense, type ReactNode } from 'react';
import { ProblemError } from '../api/problem';
import { lazyPart } from '../shared/loadCode';
import { enterHost, FunctionKeyWanted, logIn, useSession } from './session';

const Login = lazyPart(() => import('./Login'), 'Login');

/** Shows the page once the server knows who looks at it. */
export function LoginGate({ children }: { children: ReactNode }) {
  const session = useSession();
  const isUnknown = session.error instanceof ProblemError && session.error.status === 401;
  if (session.isPending) return null;
  // Any other trouble is told of where it shows.
  if (session.error instanceof FunctionKeyWanted)
    return <Suspense><Login key="host" label="Function key" enter={enterHost} text="The Functions app needs a key for each call. Ask its administrator; it is kept until this tab is closed." /></Suspense>;
  return isUnknown
    ? <Suspense><Login key="server" label="Key or token" enter={logIn} text="Use a key from the administrator of this server, or a token of your organization." /></Suspense>
    : children;
}
