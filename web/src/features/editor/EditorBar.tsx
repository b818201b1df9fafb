import { ActionIcon, Button } from '@mantine/core';
import { useReactFlow } from '@xyflow/react';
import { ArrowLeft, Download, EllipsisVertical, FileUp, History, Keyboard, LayoutTemplate, ListVideo, PanelLeft, PanelRight, Play, Redo2, RotateCw, Save, Undo2, type LucideIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { elkLayout } from '../../graph/elkLayout';
import type { ExecutionRow } from '../../api/types';
import { isTyping } from '../../shared/isTyping';
import { lazyPart } from '../../shared/loadCode';
import { Menu, MenuItem } from '../../shared/Menu';
import { Popup } from '../../shared/Popup';
import { hrefTo, Link } from '../../shared/routing';
import { toastDone, toastError } from '../../shared/toast';
import type { Asked } from './Commands';
import { saveDrawing, chooseDrawing } from './files';
import { Problems } from './Problems';
import classes from './Editor.module.css';
import { graphOf } from './model/graph';
import { useEditor, useEditorState } from './store';
import { pinned } from './trial/requests';
import { useTrial } from './trial/useTrial';
import { useRetry } from './useFailure';
import { keyHelp } from './useKeys';

const VersionsDialog = lazyPart(() => import('./versions/VersionsDialog'), 'VersionsDialog');
const Commands = lazyPart(() => import('./Commands'), 'Commands');
const RunDialog = lazyPart(() => import('../templates/RunDialog'), 'RunDialog');

export interface Panels {
  hasPalette: boolean;
  hasPanel: boolean;
  togglePalette: () => void;
  togglePanel: () => void;
}

interface Props {
  id: string | undefined;
  isDirty: boolean;
  isSaving: boolean;
  /** The execution that failed and is being fixed here. */
  failedRun: string | undefined;
  /** Saves, and says whether that went well. */
  save: () => Promise<boolean>;
  isHelping: boolean;
  setHelping: (isHelping: boolean) => void;
  /** Which panels are shown beside the canvas. */
  panels: Panels;
}

/** What can be done with the drawing as a whole. */
export function EditorBar({ id, isDirty, isSaving, failedRun, save, isHelping, setHelping, panels }: Props) {
  const editor = useEditor();
  const name = useEditorState((state) => state.draft.name);
  const canUndo = useEditorState((state) => state.history.past.length > 0);
  const canRedo = useEditorState((state) => state.history.future.length > 0);
  const [isRunning, setRunning] = useState(false);
  const [isVersioning, setVersioning] = useState(false);
  const finding = useFinding();
  const { templateId, tried, pins, plan, setPlan, chooseRun } = useTrial();
  const { fitView } = useReactFlow();
  const isNew = id === undefined;

  const tidy = async () => {
    try {
      editor.place(await elkLayout(graphOf(editor.store.getState().draft)));
      requestAnimationFrame(() => void fitView({ padding: 0.12, maxZoom: 1, duration: 250 }));
    } catch (error) {
      toastError(error);
    }
  };
  const retry = useRetry(failedRun ?? '');
  // Who tries a part stays with the drawing, and may look at the run beside it.
  const started = (execution: ExecutionRow) => {
    const executionId = execution.id;
    setPlan(null);
    tried(execution);
    chooseRun(executionId);
    toastDone(<a href={hrefTo({ to: '/executions/:executionId', params: { executionId } })} target="_blank" rel="noreferrer">Started. Open the execution</a>, 9_000);
  };
  const run = async () => {
    if (isDirty && !(await save())) return;
    if (editor.store.getState().allProblems.length > 0) toastDone('It cannot run yet. Fix its problems first.');
    else setRunning(true);
  };

  return (
    <div className={classes.bar}>
      <title>{`${isDirty ? '• ' : ''}${name} · Workflow Functions`}</title>
      <Link to="/" className={classes.back} aria-label="Back to the workflows"><ArrowLeft size={15} aria-hidden /> <span className={classes.word}>Workflows</span></Link>
      <h1 className={classes.name}>{name || 'Untitled workflow'}</h1>
      {isDirty || isNew ? <span className={classes.dirty} role="status">{isNew ? 'Not saved yet' : 'Changed'}</span> : null}
      <div className={classes.tools} role="toolbar" aria-label="Drawing">
        <Tool icon={Undo2} label="Undo (Ctrl Z)" disabled={!canUndo} act={editor.undo} />
        <Tool icon={Redo2} label="Redo (Ctrl Shift Z)" disabled={!canRedo} act={editor.redo} />
        <Tool icon={LayoutTemplate} label="Tidy up" act={() => void tidy()} />
        <Popup label="Keys" isOpen={isHelping} setOpen={setHelping} target={<ActionIcon variant="subtle" color="gray" size="lg" aria-label="Keys" title="Keys (?)"><Keyboard size={18} /></ActionIcon>}>
          <dl className={classes.help}>{keyHelp.map(([key, what]) => <div key={key} className={classes.drawer}><dt>{key}</dt><dd>{what}</dd></div>)}</dl>
        </Popup>
      </div>
      <div className={classes.panels} role="toolbar" aria-label="Panels">
        <Tool icon={PanelLeft} label={panels.hasPalette ? 'Hide the node types' : 'Show the node types'} act={panels.togglePalette} />
        <Tool icon={PanelRight} label={panels.hasPanel ? 'Hide the settings' : 'Show the settings'} act={panels.togglePanel} />
      </div>
      <div className={classes.end}>
        <Problems />
        <Button variant={isDirty || isNew ? 'filled' : 'default'} leftSection={<Save size={16} aria-hidden />} loading={isSaving} disabled={!isDirty && !isNew} onClick={() => void save()}>Save</Button>
        <Button variant={isDirty || isNew ? 'default' : 'filled'} leftSection={<Play size={14} fill="currentColor" aria-hidden />} onClick={() => void run()}>{isDirty ? 'Save and run' : 'Run'}</Button>
        {failedRun ? (
          <Button
            color="teal" leftSection={<RotateCw size={15} aria-hidden />} loading={retry.isPending} title="Goes on from the failure with this workflow; what has completed is not run again"
            onClick={async () => (!isDirty || await save()) && retry.mutate()}
          >
            {isDirty ? 'Save and retry' : 'Retry the execution'}
          </Button>
        ) : null}
        <Menu width={220} target={<ActionIcon variant="subtle" color="gray" size="lg" aria-label="More"><EllipsisVertical size={18} /></ActionIcon>}>
          <MenuItem icon={<FileUp size={15} />} onClick={() => chooseDrawing(editor)}>Replace by a file …</MenuItem>
          <MenuItem icon={<Download size={15} />} onClick={() => saveDrawing(editor.store.getState().draft)}>Save as a file</MenuItem>
          {id === undefined ? null : <MenuItem icon={<History size={15} />} onClick={() => setVersioning(true)}>Versions</MenuItem>}
          {id === undefined ? null : <MenuItem icon={<ListVideo size={15} />} link={(props) => <Link to="/executions" search={{ template: id }} {...props} />}>Its executions</MenuItem>}
        </Menu>
      </div>
      {finding ? (
        <Commands
          asked={finding}
          commands={[
            { label: 'Save', keys: 'Ctrl S', run: () => void save() }, { label: 'Run', run: () => void run() }, { label: 'Tidy up', run: () => void tidy() },
            { label: 'Undo', keys: 'Ctrl Z', run: editor.undo }, { label: 'Redo', keys: 'Ctrl Shift Z', run: editor.redo }, { label: 'Keyboard shortcuts', keys: '?', run: () => setHelping(true) },
            { label: 'Show the whole workflow', run: () => void fitView({ padding: 0.12, maxZoom: 1, duration: 250 }) }, { label: 'Save as a file', run: () => saveDrawing(editor.store.getState().draft) },
          ]}
        />
      ) : null}
      {isRunning && id !== undefined ? <RunDialog templateId={id} name={name} request={pinned(pins, editor.store.getState().draft)} close={() => setRunning(false)} /> : null}
      {isVersioning && id !== undefined ? <VersionsDialog templateId={id} close={() => setVersioning(false)} /> : null}
      {plan ? <RunDialog templateId={templateId} defaults={editor.store.getState().draft.defaultParams} name={name} title={plan.title} request={plan.request} onStart={started} close={() => setPlan(null)} /> : null}
    </div>
  );
}

/** Ctrl K looks for something to do, `/` for a node. */
function useFinding(): Asked | undefined {
  const [finding, setFinding] = useState<Asked>();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isAll = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
      if (!isAll && (event.key !== '/' || isTyping(event.target))) return;
      event.preventDefault();
      setFinding({ isForNodes: !isAll });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return finding;
}

function Tool({ icon: Icon, label, disabled, act }: { icon: LucideIcon; label: string; disabled?: boolean; act: () => void }) {
  return <ActionIcon variant="subtle" color="gray" size="lg" className={classes.tool} disabled={disabled} onClick={act} aria-label={label} title={label}><Icon size={18} /></ActionIcon>;
}
