import { ActionIcon } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Plus, SlidersHorizontal } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { Direction } from '../../graph/layout';
import { Canvas } from './canvas/Canvas';
import classes from './Editor.module.css';
import { EditorBar } from './EditorBar';
import type { Draft } from './model/draft';
import type { NodeTypes } from './model/nodeTypes';
import { Palette } from './palette/Palette';
import { NodeForm } from './panel/NodeForm';
import { SelectionForm } from './panel/SelectionForm';
import { WorkflowForm } from './panel/WorkflowForm';
import { ConflictDialog } from './save/ConflictDialog';
import { LeaveGuard } from './save/LeaveGuard';
import { useSave, type Origin, type Way } from './save/useSave';
import { createEditor, EditorContext, useEditor, useEditorState } from './store';
import { TestDock } from './trial/TestDock';
import { TrialContext, useTrialOf } from './trial/trial';
import { useFailure, type Failure } from './useFailure';
import { useKeys } from './useKeys';

interface Props {
  draft: Draft;
  direction: Direction;
  types: NodeTypes;
  origin: Origin;
  reload: () => void;
  /** Says under which id the drawing is kept from now on. */
  adopt: (id: string) => void;
}

/** A workflow and everything with which it is drawn. */
export function Editor({ draft, direction, types, ...rest }: Props) {
  const [editor] = useState(() => createEditor(draft, types, direction));
  return (
    <EditorContext value={editor}>
      <Workbench {...rest} />
    </EditorContext>
  );
}

function Workbench({ origin: first, reload, adopt }: Pick<Props, 'origin' | 'reload' | 'adopt'>) {
  const editor = useEditor();
  const [origin, setOrigin] = useState(first);
  const isDirty = useEditorState((state) => state.revision !== state.savedRevision);
  const { save, isSaving, isStale, forget } = useSave(origin, setOrigin, adopt);
  const [drawer, setDrawer] = useState<'palette' | 'panel' | null>(null);
  const isNarrow = useMediaQuery('(max-width: 900px)', false, { getInitialValueInEffect: false });
  const saveAs = useCallback((way: Way) => save(way).then(() => true, () => false), [save]);
  const saveOver = useCallback(() => void saveAs('over'), [saveAs]);
  useKeys(editor, saveOver);
  const isLooking = useEditorState((state) => state.draft.nodes.some((one) => one.selected));
  const trial = useTrialOf(origin.id, isLooking);
  const failure = useFailure();

  return (
    <TrialContext value={trial}>
    <div className={classes.editor}>
      <EditorBar id={origin.id} isDirty={isDirty} isSaving={isSaving} failedRun={failure?.run} save={() => saveAs('over')} />
      <div className={classes.stage}>
        {isNarrow && drawer !== 'palette' ? null : <div className={classes.drawer}><Palette /></div>}
        <div className={classes.canvas}>
          <Canvas />
          <TestDock />
          {isNarrow ? (
            <div className={classes.fabs}>
              <ActionIcon size="xl" radius="xl" variant="filled" onClick={() => setDrawer(drawer === 'palette' ? null : 'palette')} aria-label="Node types" aria-expanded={drawer === 'palette'}><Plus size={20} /></ActionIcon>
              <ActionIcon size="xl" radius="xl" variant="default" onClick={() => setDrawer(drawer === 'panel' ? null : 'panel')} aria-label="Settings" aria-expanded={drawer === 'panel'}><SlidersHorizontal size={19} /></ActionIcon>
            </div>
          ) : null}
        </div>
        {isNarrow && drawer !== 'panel' ? null : <Panel failure={failure} />}
      </div>
      <LeaveGuard isDirty={isDirty} />
      {isStale ? <ConflictDialog isBusy={isSaving} save={(way) => void saveAs(way)} reload={reload} close={forget} /> : null}
    </div>
    </TrialContext>
  );
}

/** The settings of the node that is selected, or those of the workflow. */
function Panel({ failure }: { failure: Failure | null }) {
  const editor = useEditor();
  const count = useEditorState((state) => state.draft.nodes.filter((one) => one.selected).length);
  const node = useEditorState((state) => (count === 1 ? state.draft.nodes.find((one) => one.selected) : undefined));
  if (count > 1) return <SelectionForm count={count} />;
  return node ? <NodeForm key={node.id} node={node} failure={failure} close={() => editor.select([])} /> : <WorkflowForm />;
}
