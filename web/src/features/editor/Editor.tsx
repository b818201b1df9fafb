import { ActionIcon, Button, CloseButton } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { Plus, SlidersHorizontal } from 'lucide-react';
import { useCallback, useState, type CSSProperties } from 'react';
import type { Direction } from '../../graph/layout';
import { formatDateTime } from '../../shared/format';
import { lazyPart, prepareCode } from '../../shared/loadCode';
import { ResizeHandle, useSize } from '../../shared/resize';
import { Canvas } from './canvas/Canvas';
import classes from './Editor.module.css';
import { EditorBar } from './EditorBar';
import type { Draft } from './model/draft';
import type { NodeTypes } from './model/nodeTypes';
import { Palette } from './palette/Palette';
import { SelectionForm } from './panel/SelectionForm';
import { WorkflowForm } from './panel/WorkflowForm';
import { forgetKept, type Kept } from './save/kept';
import { useKeeping } from './save/useKeeping';
import { useSave, type Origin, type Way } from './save/useSave';
import { createEditor, EditorContext, useEditor, useEditorState } from './store';
import { PinsContext, TrialContext, useTrialOf } from './trial/useTrial';
import { useFailure, type Failure } from './useFailure';
import { useKeys } from './useKeys';

const loadNodeForm = () => import('./panel/NodeForm');
const prepareNodeForm = prepareCode(loadNodeForm);
const NodeForm = lazyPart(loadNodeForm, 'NodeForm');
const TestDock = lazyPart(() => import('./trial/TestDock'), 'TestDock');
const SaveDialog = lazyPart(() => import('./save/SaveDialog'), 'SaveDialog');

interface Props {
  draft: Draft;
  direction: Direction;
  types: NodeTypes;
  origin: Origin;
  /** Under which id this browser keeps what is not saved. */
  place: string;
  /** What it had kept, if that is what is drawn here; and whether the workflow itself has been deleted. */
  kept: Kept | null;
  isGone: boolean;
  reload: () => void;
  /** Says under which id the drawing is kept from now on. */
  adopt: (id: string) => void;
}

const panelSizes = { least: 300, most: 760 };

/** A workflow and everything with which it is drawn. */
export function Editor({ draft, direction, types, ...rest }: Props) {
  const [editor] = useState(() => createEditor(draft, types, direction, rest.kept === null));
  return (
    <EditorContext value={editor}>
      <Workbench {...rest} />
    </EditorContext>
  );
}

function Workbench({ origin: first, place, kept, isGone, reload, adopt }: Omit<Props, 'draft' | 'direction' | 'types'>) {
  const editor = useEditor();
  const [origin, setOrigin] = useState(first);
  const isDirty = useEditorState((state) => state.revision !== state.savedRevision);
  // What was tried before it was saved has a template in the archive; saving takes it from there.
  const [triedId, keepTried] = useState<string>();
  const { save, isSaving, obstacle, forget } = useSave(origin, setOrigin, adopt, triedId);
  useKeeping(origin.id ?? place, origin.tag);
  const [isTold, setTold] = useState(false);
  const discard = () => {
    editor.saved(editor.store.getState().revision);
    forgetKept(place);
    reload();
  };
  const [drawer, setDrawer] = useState<'palette' | 'panel' | null>(null);
  const isNarrow = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false });
  const saveAs = useCallback((way: Way) => save(way).then(() => true, () => false), [save]);
  const saveOver = useCallback(() => void saveAs('over'), [saveAs]);
  const [isHelping, setHelping] = useState(false);
  const help = useCallback(() => setHelping(true), []);
  useKeys(editor, saveOver, help);
  const [width, setWidth] = useSize('panel-width', { ...panelSizes, first: Math.min(420, Math.max(320, window.innerWidth * 0.27)) });
  const [hidden, setHidden] = useLocalStorage<Partial<Record<'palette' | 'panel', boolean>>>({ key: 'hidden-panels', defaultValue: {}, getInitialValueInEffect: false });
  const panels = {
    hasPalette: !hidden.palette, hasPanel: !hidden.panel,
    togglePalette: () => setHidden({ ...hidden, palette: !hidden.palette }), togglePanel: () => setHidden({ ...hidden, panel: !hidden.panel }),
  };
  const isLooking = useEditorState((state) => state.draft.nodes.some((one) => one.selected));
  const trial = useTrialOf(origin.id ?? triedId, isLooking, keepTried);
  const failure = useFailure();

  return (
    <TrialContext value={trial}><PinsContext value={trial.pins}>
    <div className={classes.editor}>
      <EditorBar id={origin.id} isDirty={isDirty} isSaving={isSaving} failedRun={failure?.run} save={() => saveAs('over')} isHelping={isHelping} setHelping={setHelping} panels={panels} />
      {kept && !isTold ? (
        <div className={classes.restored} role="status">
          <span>Your unsaved changes of {formatDateTime(new Date(kept.at).toISOString())} are back.{isGone ? ' The workflow itself has been deleted: save it as a new one, or discard it.' : ''}</span>
          <Button size="compact-sm" variant="default" onClick={discard}>Discard them</Button>
          <CloseButton size="sm" onClick={() => setTold(true)} aria-label="Close this notice" />
        </div>
      ) : null}
      <div className={classes.stage}>
        {(isNarrow ? drawer !== 'palette' : hidden.palette) ? null : <div className={isNarrow ? classes.drawer : classes.palette}><Palette /></div>}
        {/* A pointer or a focus near the canvas is about to choose a node. */}
        <div className={classes.canvas} onPointerEnter={prepareNodeForm} onFocus={prepareNodeForm}>
          <Canvas />
          {trial.tested === null ? null : <TestDock />}
          {isNarrow ? (
            <div className={classes.fabs}>
              <ActionIcon size="xl" radius="xl" variant="filled" onClick={() => setDrawer(drawer === 'palette' ? null : 'palette')} aria-label="Node types" aria-expanded={drawer === 'palette'}><Plus size={20} /></ActionIcon>
              <ActionIcon size="xl" radius="xl" variant="default" onClick={() => setDrawer(drawer === 'panel' ? null : 'panel')} aria-label="Settings" aria-expanded={drawer === 'panel'}><SlidersHorizontal size={19} /></ActionIcon>
            </div>
          ) : null}
        </div>
        {(isNarrow ? drawer !== 'panel' : hidden.panel) ? null : (
          <div className={classes.side} style={{ '--panel-width': `${width}px` } as CSSProperties}>
            <ResizeHandle label="Width of the settings" size={width} change={setWidth} {...panelSizes} />
            <Panel id={origin.id} failure={failure} />
          </div>
        )}
      </div>
      {obstacle && origin.id ? <SaveDialog id={origin.id} obstacle={obstacle} isBusy={isSaving} save={(way) => void saveAs(way)} reload={discard} close={forget} /> : null}
    </div>
    </PinsContext></TrialContext>
  );
}

/** The settings of the node that is selected, or those of the workflow. */
function Panel({ id, failure }: { id: string | undefined; failure: Failure | null }) {
  const editor = useEditor();
  const count = useEditorState((state) => state.draft.nodes.filter((one) => one.selected).length);
  const node = useEditorState((state) => (count === 1 ? state.draft.nodes.find((one) => one.selected) : undefined));
  if (count > 1) return <SelectionForm count={count} />;
  return node ? <NodeForm key={node.id} node={node} failure={failure} close={() => editor.select([])} /> : <WorkflowForm id={id} />;
}
