import { ActionIcon } from '@mantine/core';
import { EllipsisVertical, FlaskConical, Pin, PinOff, SkipForward, StepForward } from 'lucide-react';
import type { Json } from '../../../api/json';
import { labelOf, type EditorNode } from '../model/draft';
import { useEditor } from '../store';
import { runFrom, runTo } from './requests';
import { useTrial } from './useTrial';
import { Menu, MenuItem, MenuLine } from '../../../shared/Menu';

/** What can be tried with a node. */
export function NodeActions({ node }: { node: EditorNode }) {
  const editor = useEditor();
  const { templateId, runId, jobs, pins, pin, test, setPlan } = useTrial();
  const last = jobs.get(node.id);
  const label = labelOf(node);
  const draft = () => editor.store.getState().draft;
  return (
    <Menu width={250} target={<ActionIcon variant="subtle" color="gray" aria-label={`Try ${label}`}><EllipsisVertical size={17} /></ActionIcon>}>
      <MenuItem icon={<FlaskConical size={15} />} onClick={() => test(node.id)}>Test this node</MenuItem>
      <MenuItem icon={<StepForward size={15} />} onClick={() => setPlan({ title: `Run to “${label}”`, request: runTo(node.id, draft(), pins) })}>Run to here</MenuItem>
      <MenuItem disabled={runId === undefined} icon={<SkipForward size={15} />} onClick={() => setPlan({ title: `Run from “${label}”`, request: runFrom(node.id, draft(), pins, runId!) })}>Run from here</MenuItem>
      <MenuLine />
      {pins.has(node.id)
        ? <MenuItem icon={<PinOff size={15} />} onClick={() => pin(node.id, null)}>Unpin the output</MenuItem>
        : <MenuItem disabled={templateId === undefined || last?.output === undefined || last.output === null} icon={<Pin size={15} />} onClick={() => pin(node.id, { output: last!.output as Json, branch: last!.branch ?? undefined })}>Pin the last output</MenuItem>}
    </Menu>
  );
}
