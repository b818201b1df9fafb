import { Tabs } from '@mantine/core';
import { ChartNoAxesGantt, Flag, Gauge, PackageOpen, ScrollText, type LucideIcon } from 'lucide-react';
import { lazy, memo, Suspense, useEffect, useRef } from 'react';
import type { ExecutionDetails, ExecutionEvent } from '../../../../api/types';
import type { Graph } from '../../../../graph/model';
import { loadCode } from '../../../../shared/loadCode';
import type { Runs } from '../../model/runs';
import classes from './ExecutionTabs.module.css';
import type { Tab } from './tabs';

const TimelineTab = lazy(() => loadCode(() => import('./TimelineTab')));
const EventsTab = lazy(() => loadCode(() => import('./EventsTab')));
const OutputsTab = lazy(() => loadCode(() => import('./OutputsTab')));
const CheckpointsTab = lazy(() => loadCode(() => import('./CheckpointsTab')));
const MetricsTab = lazy(() => loadCode(() => import('./MetricsTab')));

const labels: Record<Tab, { label: string; icon: LucideIcon }> = {
  timeline: { label: 'Timeline', icon: ChartNoAxesGantt },
  events: { label: 'Events', icon: ScrollText },
  outputs: { label: 'Outputs', icon: PackageOpen },
  checkpoints: { label: 'Checkpoints', icon: Flag },
  metrics: { label: 'Metrics', icon: Gauge },
};

interface Props {
  tab: Tab;
  open: (tab: Tab) => void;
  execution: ExecutionDetails;
  graph: Graph | undefined;
  runs: Runs;
  events: readonly ExecutionEvent[];
  selected: string | undefined;
  select: (node: string | undefined) => void;
}

export const ExecutionTabs = memo(function ExecutionTabs({ tab, open, execution, graph, runs, events, selected, select }: Props) {
  // On a phone not all tabs fit, and the page itself must not move.
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [frame, current] = [list.current, list.current?.querySelector<HTMLElement>('[aria-selected="true"]')];
    if (!frame || !current) return;
    const [start, end] = [current.offsetLeft - frame.offsetLeft, current.offsetLeft - frame.offsetLeft + current.offsetWidth];
    if (start < frame.scrollLeft || end > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = start - (frame.clientWidth - current.offsetWidth) / 2;
  }, [tab]);
  return (
    <Tabs value={tab} onChange={(value) => open((value ?? 'timeline') as Tab)} keepMounted={false} className={classes.tabs}>
      <Tabs.List ref={list} className={classes.list} aria-label="About this execution">
        {(Object.keys(labels) as Tab[]).map((name) => {
          const { label, icon: Icon } = labels[name];
          return <Tabs.Tab key={name} value={name} leftSection={<Icon size={15} aria-hidden />}>{label}</Tabs.Tab>;
        })}
      </Tabs.List>
      <Suspense fallback={<div className={classes.loading} />}>
        <Tabs.Panel value="timeline" className={classes.panel}><TimelineTab execution={execution} graph={graph} runs={runs} events={events} selected={selected} select={select} /></Tabs.Panel>
        <Tabs.Panel value="events" className={classes.panel}><EventsTab events={events} runs={runs} select={select} /></Tabs.Panel>
        <Tabs.Panel value="outputs" className={classes.panel}><OutputsTab execution={execution} graph={graph} runs={runs} /></Tabs.Panel>
        <Tabs.Panel value="checkpoints" className={classes.panel}><CheckpointsTab execution={execution} graph={graph} /></Tabs.Panel>
        <Tabs.Panel value="metrics" className={classes.panel}><MetricsTab execution={execution} graph={graph} /></Tabs.Panel>
      </Suspense>
    </Tabs>
  );
});
