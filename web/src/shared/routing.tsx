import {
  Component, createContext, lazy, Suspense, use, useCallback, useDeferredValue, useLayoutEffect, useMemo,
  type AnchorHTMLAttributes, type ComponentType, type ErrorInfo, type ReactNode, type Ref,
} from 'react';
import { inject, parse } from 'regexparam';
import { Link as PlainLink } from 'wouter';
import { navigate, usePathname, useSearch as useQuery } from 'wouter/use-browser-location';
import type { Routes } from '../app/routes';
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
type Names<P extends string> = P extends `${string}:${infer Name}/${infer Rest}` ? Name | Names<Rest> : P extends `${string}:${infer Name}` ? Name : never;
type ParamsOf<P extends string> = Record<Names<P>, string>;

/** Where a link leads. */
export type Target = { [P in Path]: { to: P; search?: SearchOf<P> } & ([Names<P>] extends [never] ? { params?: undefined } : { params: ParamsOf<P> }) }[Path];

/** The address of a view. */
export function hrefTo({ to, params, search = {} }: Target): string {
  const path = inject(to, Object.fromEntries(Object.entries<string>(params ?? {}).map(([name, value]) => [name, encodeURIComponent(value)])));
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
/** Finds the view of an address. */
export function match(routes: Readonly<Record<string, Route<object>>>, address: string): Match {
  const { pathname, searchParams } = new URL(address, 'http://page');
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  for (const [pattern, found] of Object.entries(routes)) {
    const { keys, pattern: form } = parse(pattern);
    const values = form.exec(path)?.slice(1);
    if (values) return { route: found, path, params: Object.fromEntries(keys.map((name, index) => [name, decodeURIComponent(values[index]!)])), search: found.readSearch(Object.fromEntries(searchParams)) };
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
  const address = useDeferredValue(usePathname()) + useQuery();
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

if (typeof window !== 'undefined') {
  window.addEventListener('pushState', () => (isForward = true));
  window.addEventListener('popstate', () => (isForward = false));
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
    if (step.to !== undefined) return navigate(hrefTo(step), step);
    const before = () => routes!.readSearch(Object.fromEntries(new URLSearchParams(location.search))) as SearchOf<P>;
    const search = typeof step.search === 'function' ? step.search(before()) : step.search;
    navigate(location.pathname + hrefTo({ to: '/', search } as Target).slice(1), step);
  }, [routes]);
}

type LinkProps = Target & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> & { ref?: Ref<HTMLAnchorElement> };

/** A link to a view, whose code is loaded as soon as the pointer or the focus is on it. */
export function Link({ to, params, search, ...rest }: LinkProps) {
  const prepare = () => void preload(to).catch(() => undefined);
  // Another tab is the browser's to open.
  const Anchor = rest.target === undefined ? PlainLink : 'a';
  return (
    <Anchor
      {...rest} href={hrefTo({ to, params, search } as Target)}
      onPointerEnter={(event) => {
        rest.onPointerEnter?.(event);
        prepare();
      }}
      onFocus={(event) => {
        rest.onFocus?.(event);
        prepare();
      }}
    />
  );
}

let preload: (path: Path) => Promise<unknown> = async () => undefined;

/** Says how links load the code of a view before it is shown. */
export function preloadWith(load: typeof preload) {
  preload = load;
}
