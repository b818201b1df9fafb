import { NodeResizer, type NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { noteHue } from '../../../shared/nodeKinds';
import type { EditorNode } from '../model/draft';
import classes from './StepNode.module.css';

/** A note for people, as large as one draws it. */
export const NoteNode = memo(function NoteNode({ data, selected }: NodeProps<EditorNode>) {
  const { note, color, label } = data.settings;
  const text = [note, label].find((one) => typeof one === 'string' && one !== '') as string | undefined;
  return (
    <>
      <NodeResizer isVisible={selected} minWidth={140} minHeight={60} lineClassName="loop-line" handleClassName="loop-corner" />
      <div className={classes.note} data-hue={noteHue(color)} data-selected={selected || undefined} data-empty={text === undefined || undefined}>{text ?? 'Write the note in the panel'}</div>
    </>
  );
});
