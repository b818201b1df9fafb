import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use, useMemo, useState } from 'react';
import { api, unwrap } from '../../../api/client';
import type { Job, ListedExecution, TrialRequest } from '../../../api/types';
import { toastError } from '../../../shared/toast';
import { templateQuery } from '../../templates/queries';
import { readPins, type Pin, type Pins } from './requests';

/** How many runs are offered to test on. */
const offered = 10;

/** A run that is to be started from the editor. */
export interface Plan {
  title: string;
  request: TrialRequest;
}

/** Trying a workflow while it is drawn: on which run, with which pins, and what is being tried. */
export interface Trial {
  /** The template; undefined for one that has neither been saved nor tried. */
  templateId: string | undefined;
  /** Says that an execution was started: what has not been saved is kept by the server from then on, in the archive. */
  tried: (execution: { template_id: string }) => void;
  /** The last runs, newest first. */
  runs: readonly ListedExecution[];
  runId: string | undefined;
  chooseRun: (id: string) => void;
  /** What the chosen run has recorded, by node as the record names it. */
  jobs: ReadonlyMap<string, Job>;
  pins: Pins;
  pin: (nodeId: string, pin: Pin | null) => void;
  /** The node whose test is open. */
  tested: string | null;
  test: (nodeId: string | null) => void;
  plan: Plan | null;
  setPlan: (plan: Plan | null) => void;
}

const noRuns: readonly ListedExecution[] = [];

export const TrialContext = createContext<Trial | null>(null);

/** The pins alone: nodes of a drawing are drawn again when these change, and not with all else that is tried. */
export const PinsContext = createContext<Pins>(new Map());

export function useTrial(): Trial {
  const trial = use(TrialContext);
  if (!trial) throw new Error('Nothing can be tried here.');
  return trial;
}

/** What of the trial there is for a template. The last run is read once somebody looks at a node. */
export function useTrialOf(templateId: string | undefined, isLooking: boolean, keep: (templateId: string) => void): Trial {
  const client = useQueryClient();
  const [chosen, chooseRun] = useState<string>();
  const [tested, test] = useState<string | null>(null);
  const [plan, setPlan] = useState<Plan | null>(null);
  const isOn = templateId !== undefined && (isLooking || tested !== null);
  const template = useQuery({ ...templateQuery(templateId ?? ''), enabled: templateId !== undefined });
  const list = useQuery({
    queryKey: ['executions', 'trial', templateId],
    queryFn: () => unwrap(api.GET('/api/executions', { params: { query: { template_id: templateId, limit: offered } } })),
    enabled: isOn,
  });
  const runs = list.data?.items ?? noRuns;
  // Tests are runs too; what they were made on tells more.
  const runId = chosen ?? (runs.find((run) => !run.given_nodes) ?? runs[0])?.id;
  const run = useQuery({
    queryKey: ['execution', runId, 'trial'],
    queryFn: () => unwrap(api.GET('/api/executions/{id}', { params: { path: { id: runId! } } })),
    enabled: isOn && runId !== undefined,
  });
  const jobs = useMemo(() => new Map(run.data?.jobs?.map((job) => [job.node_id, job])), [run.data]);
  const pins = useMemo(() => readPins(template.data?.pins_json), [template.data]);
  const { mutate } = useMutation({
    mutationFn: ({ nodeId, pin }: { nodeId: string; pin: Pin | null }) => {
      const params = { path: { id: templateId!, node: nodeId } };
      return unwrap(pin === null
        ? api.DELETE('/api/templates/{id}/pins/{node}', { params })
        : api.PUT('/api/templates/{id}/pins/{node}', { params, body: { output: pin.output as never, branch: pin.branch ?? null } }));
    },
    onSuccess: (row) => client.setQueryData(templateQuery(row.id).queryKey, row),
    onError: toastError,
  });
  return useMemo(
    () => ({ templateId, tried: (execution) => keep(execution.template_id), runs, runId, chooseRun, jobs, pins, pin: (nodeId, pin) => mutate({ nodeId, pin }), tested, test, plan, setPlan }),
    [templateId, keep, runs, runId, jobs, pins, mutate, tested, plan],
  );
}
