import { Button, CloseButton, JsonInput, NumberInput, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useReactFlow } from '@xyflow/react';
import { FlaskConical, Pin, PinOff, TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { api, unwrap } from '../../../api/client';
import { isObject, notJson, parseJson, type Json, type JsonObject } from '../../../api/json';
import { ProblemError } from '../../../api/problem';
import { isEnded, type ExecutionDetails, type Job, type StartRequest } from '../../../api/types';
import { formatCost, formatCount, formatDateTime, formatDuration } from '../../../shared/format';
import { JsonView } from '../../../shared/JsonView';
import { Link } from '../../../shared/routing';
import { StatusBadge } from '../../../shared/StatusBadge';
import { toastError } from '../../../shared/toast';
import { OutputView } from '../../executions/view/output/OutputView';
import { labelOf, type Draft, type EditorNode } from '../model/draft';
import { ancestorsOf } from '../model/scope';
import { useEditor, useEditorState } from '../store';
import { testOf } from './requests';
import classes from './TestDock.module.css';
import { useTrial } from './useTrial';

/** The choice of data that is typed in instead of taken from a run. */
const typed = 'typed';

/** Tests the node that is open for it. */
export function TestDock() {
  const { tested } = useTrial();
  const node = useEditorState((state) => state.draft.nodes.find((one) => one.id === tested));
  return node ? <Dock key={node.id} node={node} /> : null;
}

function Dock({ node }: { node: EditorNode }) {
  const editor = useEditor();
  const client = useQueryClient();
  const { templateId, tried, runs, runId, chooseRun, jobs, pins, pin, test } = useTrial();
  const [isTyped, setTyped] = useState(false);
  const [text, setText] = useState(() => JSON.stringify(dataBefore(node.id, editor.store.getState().draft, jobs), null, 2));
  const [items, setItems] = useState<readonly number[]>(() => loopsOf(node, editor.store.getState().draft).map(() => 0));
  const path = [node.id, ...items].join('#');
  const source = isTyped || runId === undefined ? typed : runId;
  const run = useMutation({
    mutationFn: async (): Promise<ExecutionDetails> => {
      const data = source === typed ? { outputs: parse(text) } : { runId: source };
      const body = { ...testOf(path, editor.store.getState().draft, pins, data), template_id: templateId } as StartRequest;
      const started = await unwrap(api.POST('/api/executions', { body }));
      setTyped(source === typed);
      tried(started);
      return restOf(started.id);
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: ['executions'] }),
    onError: (error) => (error instanceof ProblemError && error.errors.length > 0 ? undefined : toastError(error)),
  });
  const result = run.data?.jobs?.find((one) => one.node_id === path);
  const shown = result ?? (source === typed ? undefined : jobs.get(path));
  const choices = useMemo(() => [
    ...runs.map((one) => ({ value: one.id, label: `${(one.given_nodes ?? 0) > 0 ? 'Test' : 'Run'} of ${formatDateTime(one.created_at)}, ${one.status}` })),
    { value: typed, label: 'Data typed in' },
  ], [runs]);
  const label = labelOf(node);
  const { fitView, getViewport, setViewport } = useReactFlow();
  // What is tested stays in sight above the test; afterwards the drawing is as it was.
  useEffect(() => {
    const before = getViewport();
    const frame = requestAnimationFrame(() => void fitView({ nodes: [{ id: node.id }], maxZoom: 1, padding: 0.6, duration: 200 }));
    return () => {
      cancelAnimationFrame(frame);
      void setViewport(before, { duration: 200 });
    };
  }, [fitView, getViewport, setViewport, node.id]);

  return (
    <section className={classes.dock} aria-label={`Test of ${label}`}>
      <header className={classes.head}>
        <FlaskConical size={17} aria-hidden />
        <h2 className={classes.title}>Test {label}</h2>
        <Select
          size="xs" className={classes.source} aria-label="Data to test on" data={choices} value={source} allowDeselect={false} comboboxProps={{ width: 320, position: 'top-start' }}
          onChange={(value) => {
            setTyped(value === typed);
            if (value !== null && value !== typed) chooseRun(value);
          }}
        />
        {items.map((item, depth) => (
          <NumberInput key={depth} size="xs" className={classes.item} aria-label="Item of the loop" prefix="Item " min={0} value={item} onChange={(value) => setItems(items.map((old, at) => (at === depth ? Number(value) || 0 : old)))} />
        ))}
        <Button size="compact-sm" loading={run.isPending} leftSection={<FlaskConical size={14} aria-hidden />} onClick={() => run.mutate()}>Test this node</Button>
        <span className={classes.note}>Runs this node alone, with the settings as they are here.</span>
        <CloseButton className={classes.close} onClick={() => test(null)} aria-label="Close the test" />
      </header>
      {run.error instanceof ProblemError && run.error.errors.length > 0 ? (
        <ul className={classes.wrong}>
          {run.error.errors.map((problem) => <li key={problem.pointer + problem.detail}><TriangleAlert size={14} aria-hidden /> {problem.detail} <span>Expected: {problem.expected}.</span></li>)}
        </ul>
      ) : null}
      <div className={classes.columns}>
        <div className={classes.column}>
          <h3>{source === typed && !result ? 'Outputs of the nodes before it' : 'Input'}</h3>
          {source === typed && !result ? <JsonInput aria-label="Outputs of the nodes before it" value={text} onChange={setText} autosize minRows={4} maxRows={14} formatOnBlur validationError={notJson} /> : null}
          {shown?.input !== undefined && shown.input !== null ? <JsonView value={shown.input} open={2} /> : null}
        </div>
        <div className={classes.column}>
          <h3>{result ? 'Output of this test' : 'Output in that run'}</h3>
          {shown ? <Outcome job={shown} executionId={result ? run.data!.id : source} /> : <p className={classes.none}>{source === typed ? 'Not tested yet.' : 'It did not run there.'}</p>}
          {shown?.output !== undefined && shown.output !== null ? (
            <Button
              size="compact-xs" variant="default" className={classes.pin} leftSection={pins.has(node.id) ? <PinOff size={13} aria-hidden /> : <Pin size={13} aria-hidden />}
              onClick={() => pin(node.id, pins.has(node.id) ? null : { output: shown.output as Json, branch: shown.branch ?? undefined })}
            >
              {pins.has(node.id) ? 'Unpin the output' : 'Pin this output'}
            </Button>
          ) : null}
        </div>
      </div>
    </section>
  );
}

function Outcome({ job, executionId }: { job: Job; executionId: string }) {
  return (
    <>
      <p className={classes.facts}>
        <StatusBadge status={job.status} size="sm" />
        <span>{formatDuration(job.duration)}</span>
        <span>{formatCount(job.tokens_used)} tokens</span>
        <span>{formatCost(job.cost_usd)}</span>
        {job.branch ? <span>Branch {job.branch}</span> : null}
        <Link to="/executions/:executionId" params={{ executionId }} target="_blank">Open the execution</Link>
      </p>
      {job.error_message ? <p className={classes.error}><TriangleAlert size={15} aria-hidden /> {job.error_message}</p> : null}
      {job.output !== null && job.output !== undefined ? <OutputView output={job.output} /> : null}
    </>
  );
}

/** The loops that a node is in, the outermost first. */
function loopsOf(node: EditorNode, { nodes }: Pick<Draft, 'nodes'>): string[] {
  const parent = nodes.find((one) => one.id === node.parentId);
  return parent ? [...loopsOf(parent, { nodes }), parent.id] : [];
}

/** What the nodes before a node gave last, to begin typing with. */
function dataBefore(nodeId: string, draft: Draft, jobs: ReadonlyMap<string, Job>): JsonObject {
  return Object.fromEntries(ancestorsOf(nodeId, draft).filter((node) => node.parentId === undefined).map((node) => [node.id, (jobs.get(node.id)?.output ?? {}) as Json]));
}

function parse(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw new ProblemError({ title: 'Not tested', status: 400, detail: value === undefined ? notJson : 'The outputs have to be an object: { "node": … }.' });
  return value;
}

/** An execution once it has ended or waits. */
async function restOf(id: string): Promise<ExecutionDetails> {
  for (let turn = 0; ; turn++) {
    const execution = await unwrap(api.GET('/api/executions/{id}', { params: { path: { id }, query: { wait: 20 } } }));
    if (isEnded(execution.status) || execution.status === 'paused' || turn === 15 || execution.jobs?.some((job) => job.status === 'waiting')) return execution;
  }
}
