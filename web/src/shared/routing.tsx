import {
  Component, createContext, lazy, startTransition, Suspense, use, useCallback, useEffect, useLayoutEffect, useMemo, useState,
  type AnchorHTMLAttributes, type ComponentType, type ErrorInfo, type ReactNode, type Ref,
} from 'react';
import type { Routes } from '../app/router';
import { loadCode } from './loadCode';

/** A view: the component that is loaded for it, and what its address may ask for behind the question mark. */
export interface Route<Search extends object> {
  Page: ComponentType;
  load: () => Promise<unknown>;
  readSearch: (search: Readonly<Record<string, string>>) => Search;
}

export function route<Name extends string, Search extends object = object>(
  load: () => Promise<Record<Name, ComponentType>>, name: Name, readSearch: (search: Readonly<Record<string, string>>) => Search = () => ({}) as Search,
): Route<Search> {
  const part = () => loadCode(load).then((page) => ({ default: page[name] as ComponentType }));
  return { Page: lazy(part), load: part, readSearch };
}

export type Path = keyof Routes;
type SearchOf<P extends Path> = ReturnType<Routes[P]['readSearch']>;
type Names<P extends string> = P extends `${string}$${infer Name}/${infer Rest}` ? Name | Names<Rest> : P extends `${string}$${infer Name}` ? Name : never;
type ParamsOf<P extends string> = Record<Names<P>, string>;

/** Where a link leads. */
export type Target = { [P in Path]: { to: P; search?: SearchOf<P> } & ([Names<P>] extends [never] ? { params?: undefined } : { params: ParamsOf<P> }) }[Path];

/** The address of a view. */
export function hrefTo({ to, params, search = {} }: Target): string {
  const values = new Map<string, string>(Object.entries(params ?? {}));
  const path = to.replace(/\$(\w+)/g, (_, name: string) => encodeURIComponent(values.get(name) ?? ''));
  const asked = new URLSearchParams(Object.entries(search).filter(([, value]) => value !== undefined && value !== null).map(([name, value]) => [name, String(value)])).toString();
  return asked === '' ? path : `${path}?${asked}`;
}

interface Match {
  route: Route<object> | undefined;
  path: string;
  params: Readonly<Record<string, string>>;
  search: object;
}

const Matched = createContext<Match>({ route: undefined, path: '/', params: {}, search: {} });
const listeners = new Set<() => void>();
const here = () => location.pathname + location.search;

/** Finds the view of an address. */
export function match(routes: Readonly<Record<string, Route<object>>>, address: string): Match {
  const { pathname, searchParams } = new URL(address, 'http://page');
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  for (const [pattern, found] of Object.entries(routes)) {
    const names = [...pattern.matchAll(/\$(\w+)/g)].map(([, name]) => name!);
    const values = new RegExp(`^${pattern.replace(/\$\w+/g, '([^/]+)')}$`).exec(path)?.slice(1);
    if (values) return { route: found, path, params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(values[index]!)])), search: found.readSearch(Object.fromEntries(searchParams)) };
  }
  return { route: undefined, path, params: {}, search: {} };
}

interface RouterProps {
  routes: Readonly<Record<string, Route<object>>>;
  /** What is around every view. */
  around: ComponentType<{ children: ReactNode }>;
  notFound: ReactNode;
  failed: ComponentType<{ error: unknown; reset: () => void }>;
}

/** Shows the view of the address. The one before stays until the next one has been loaded. */
export function Router({ routes, around: Around, notFound, failed }: RouterProps) {
  const [address, setAddress] = useState(here);
  useEffect(() => {
    const read = () => {
      const set = () => setAddress(here());
      // The same view is asked for something else: inputs that the address fills must not lag behind.
      if (location.pathname === new URL(address, 'http://page').pathname) set();
      else startTransition(set);
    };
    listeners.add(read);
    window.addEventListener('popstate', read);
    return () => {
      listeners.delete(read);
      window.removeEventListener('popstate', read);
    };
  }, [address]);
  const matched = useMemo(() => match(routes, address), [routes, address]);
  const Page = matched.route?.Page;
  useLayoutEffect(() => {
    if (isForward) window.scrollTo(0, 0);
  }, [matched.path]);
  return (
    <Matched value={matched}>
      <Around><Guard path={matched.path} failed={failed}>{Page ? <Suspense><Page /></Suspense> : notFound}</Guard></Around>
    </Matched>
  );
}

/** Whether the address was changed by the page; where somebody goes back, the browser scrolls. */
let isForward = false;

if (typeof window !== 'undefined') window.addEventListener('popstate', () => (isForward = false));

function goTo(href: string, isReplaced = false) {
  isForward = true;
  history[isReplaced ? 'replaceState' : 'pushState'](null, '', href);
  listeners.forEach((listener) => listener());
}

/** Shows in place of a view that its code failed, until another one is chosen. */
class Guard extends Component<{ children: ReactNode; path: string; failed: RouterProps['failed'] }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }

  override componentDidUpdate({ path }: { path: string }) {
    if (path !== this.props.path && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render() {
    const { failed: Failed, children } = this.props;
    return this.state.error === undefined ? children : <Failed error={this.state.error} reset={() => this.setState({ error: undefined })} />;
  }
}

/** The path of the view that is shown. */
export const usePath = () => use(Matched).path;

/** What the address asks for behind the question mark. */
export function useSearch<P extends Path>(_: { from: P }): SearchOf<P> {
  return use(Matched).search as SearchOf<P>;
}

export function useParams<P extends Path>(_: { from: P }): ParamsOf<P> {
  return use(Matched).params as ParamsOf<P>;
}

/** Elsewhere, or the same view asked for something else. */
type Step<P extends Path> = (Target | { to?: undefined; search: SearchOf<P> | ((before: SearchOf<P>) => SearchOf<P>) }) & { replace?: boolean };

export function useNavigate<P extends Path = Path>(_?: { from: P }) {
  const routes = use(Matched).route;
  return useCallback((step: Step<P>) => {
    if (step.to !== undefined) return goTo(hrefTo(step), step.replace);
    const before = () => routes!.readSearch(Object.fromEntries(new URLSearchParams(location.search))) as SearchOf<P>;
    const search = typeof step.search === 'function' ? step.search(before()) : step.search;
    goTo(location.pathname + hrefTo({ to: '/', search } as Target).slice(1), step.replace);
  }, [routes]);
}

type LinkProps = Target & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & { ref?: Ref<HTMLAnchorElement> };

/** A link to a view, whose code is loaded as soon as the pointer or the focus is on it. */
export function Link({ to, params, search, onClick, ...rest }: LinkProps) {
  const href = hrefTo({ to, params, search } as Target);
  const prepare = () => void preload(to).catch(() => undefined);
  return (
    <a
      {...rest} href={href}
      onPointerEnter={(event) => {
        rest.onPointerEnter?.(event);
        prepare();
      }}
      onFocus={(event) => {
        rest.onFocus?.(event);
        prepare();
      }}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || (rest.target ?? '_self') !== '_self') return;
        event.preventDefault();
        goTo(href);
      }}
    />
  );
}

let preload: (path: Path) => Promise<unknown> = async () => undefined;

/** Says how links load the code of a view before it is shown. */
export function preloadWith(load: typeof preload) {
  preload = load;
}
