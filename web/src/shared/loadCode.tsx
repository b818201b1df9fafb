import { lazy, Suspense, type ComponentType } from 'react';
import { send } from '../api/functionKey';

const between = 1_500;
const reloadedFor = 'reloaded-for';

let isReloading = false;

/**
 * Loads a part of the page. While the server is away it waits until the server is back, so that nothing on the screen is lost. If the server
 * is there and does not have that part, it has another version of the page by now, and the page is loaded anew, once.
 */
export async function loadCode<Part>(load: () => Promise<Part>): Promise<Part> {
  for (let wasThere = false; ; ) {
    try {
      const part = await load();
      sessionStorage.removeItem(reloadedFor);
      return part;
    } catch (error) {
      const isThere = await serverAnswers();
      // The reader may refuse to leave what is not saved; then the part stays away.
      if (isThere && wasThere && !isReloading) {
        if (sessionStorage.getItem(reloadedFor) === location.href) throw error;
        sessionStorage.setItem(reloadedFor, location.href);
        isReloading = true;
        location.reload();
      }
      wasThere = isThere;
    }
    await new Promise((done) => setTimeout(done, between));
  }
}

async function serverAnswers(): Promise<boolean> {
  try {
    return (await send('/api/health/live', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
}

/** Loads a part that is about to be asked for. Where that fails, it is loaded when it is shown. */
export function prepareCode(load: () => Promise<unknown>): () => void {
  return () => void load().catch(() => undefined);
}

/** A component whose code is loaded when it is first shown. */
export function lazyPart<Name extends string, Props extends object>(load: () => Promise<Record<Name, ComponentType<Props>>>, name: Name): ComponentType<Props> {
  const Part = lazy(() => loadCode(load).then((part) => ({ default: part[name] }))) as unknown as ComponentType<Props>;
  return (props) => <Suspense><Part {...props} /></Suspense>;
}
