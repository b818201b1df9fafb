import { Button, Loader } from '@mantine/core';
import { Compass } from 'lucide-react';
import { Suspense, useCallback, useDeferredValue, useMemo, useRef, type CSSProperties } from 'react';
import { isMissing } from '../../../api/problem';
import { aspectOf } from '../../../graph/layout';
import { useLayout } from '../../../graph/useLayout';
import { useTemplateNames } from '../../templates/queries';
import { lazyPart, prepareCode } from '../../../shared/loadCode';
import { EmptyState } from '../../../shared/EmptyState';
import { ResizeHandle, useSize } from '../../../shared/resize';
import { LoadError } from '../../../shared/LoadError';
import { Link, useNavigate, useParams, useSearch } from '../../../shared/routing';
import classes from './ExecutionPage.module.css';
import { ExecutionHead } from './head/ExecutionHead';
import { RunGraph } from './graph/RunGraph';
import { WaitingNotice } from './head/WaitingNotice';
import { ExecutionTabs } from './tabs/ExecutionTabs';
import type { Tab } from './tabs/tabs';
import { useExecution } from './useExecution';

const loadInspector = () => import('./inspector/Inspector');
const prepareInspector = prepareCode(loadInspector);
const Inspector = lazyPart(loadInspector, 'Inspector');

const inspectorSizes = { least: 340, most: 1_100 };

/** One execution: its graph as it runs, and everything that is known of it. */
export function ExecutionPage() {
  const { executionId } = useParams({ from: '/executions/:executionId' });
  const { node, tab = 'timeline' } = useSearch({ from: '/executions/:executionId' });
  // The graph marks a node as soon as it is chosen; what is said of it may take a frame more.
  const selected = useDeferredValue(node);
  const navigate = useNavigate({ from: '/executions/:executionId' });
  const view = useExecution(executionId);
  const names = useTemplateNames();
  const layout = useLayout(view.graph);
  const { execution, graph, runs } = view;
  const [width, setWidth] = useSize('inspector-width', { ...inspectorSizes, first: 460 });
  const side = useRef<HTMLDivElement>(null);
  // A flat graph leaves room for what is below it.
  const shape = useMemo(() => ({ '--graph-aspect': layout ? aspectOf(layout) : 0.4 }) as CSSProperties, [layout]);

  const select = useCallback((chosen: string | undefined) => {
    void navigate({ search: (search) => ({ ...search, node: chosen }), replace: true });
  }, [navigate]);
  const open = useCallback((next: Tab) => void navigate({ search: (search) => ({ ...search, tab: next }), replace: true }), [navigate]);
  const close = useCallback(() => select(undefined), [select]);

  if (!execution && isMissing(view.query.error)) {
    return (
      <EmptyState icon={Compass} title="Execution not found" text="It may have been archived, or the link is incomplete.">
        <Button renderRoot={(props) => <Link to="/executions" {...props} />}>Go to the executions</Button>
      </EmptyState>
    );
  }

  if (!execution) {
    return (
      <div className={classes.page}>
        {view.query.error ? <LoadError error={view.query.error} retry={() => void view.query.refetch()} /> : <div className={classes.loading}><Loader /></div>}
      </div>
    );
  }

  const name = names.get(execution.template_id) ?? execution.template_id;
  return (
    <div className={classes.page}>
      <ExecutionHead execution={execution} name={name} runs={runs} connection={view.connection} progress={view.progress} select={select} />
      <WaitingNotice runs={runs} graph={graph} selected={selected} select={select} />
      {view.template.error ? <LoadError error={view.template.error} isStale={graph !== undefined} retry={() => void view.template.refetch()} /> : null}
      {/* A pointer or a focus near the graph is about to choose a node. */}
      <section className={classes.stage} style={shape} aria-label="Graph" onPointerEnter={prepareInspector} onFocus={prepareInspector}>
        {graph && layout ? <RunGraph key={executionId} graph={graph} layout={layout} runs={runs} selected={selected} select={select} cover={side} isOver={view.isOver} /> : <div className={classes.loading}><Loader size="sm" /></div>}
        {view.undrawn > 0 ? <p className={classes.note}>{view.undrawn} nodes that ran are not in this drawing; they are listed below only.</p> : null}
      </section>
      <ExecutionTabs tab={tab} open={open} execution={execution} graph={graph} runs={runs} events={view.events} select={select} selected={selected} />
      {selected !== undefined ? (
        <div ref={side} className={classes.side} style={{ '--inspector-width': `${width}px` } as CSSProperties}>
          <ResizeHandle label="Width of the inspector" size={width} change={setWidth} {...inspectorSizes} />
          <Suspense>
            <Inspector key={selected} execution={execution} id={selected} graph={graph} run={runs.get(selected)} events={view.events} close={close} />
          </Suspense>
        </div>
      ) : null}
    </div>
  );
}
