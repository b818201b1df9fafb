import { ActionIcon, Menu } from '@mantine/core';
import { EllipsisVertical, FlaskConical, Pin, PinOff, SkipForward, StepForward } from 'lucide-react';
import type { Json } from '../../../api/json';
import { labelOf, type EditorNode } from '../model/draft';
import { useEditor } from '../store';
import { runFrom, runTo } from './requests';
import { useTrial } from './useTrial';

/** What can be tried with a node. */
export function NodeActions({ node }: { node: EditorNode }) {
  const editor = useEditor();
  const { templateId, runId, jobs, pins, pin, test, setPlan } = useTrial();
  const last = jobs.get(node.id);
  const label = labelOf(node);
  const draft = () => editor.store.getState().draft;
  return (
    <Menu position="bottom-end" width={250} withinPortal>
      <Menu.Target><ActionIcon variant="subtle" color="gray" aria-label={`Try ${label}`}><EllipsisVertical size={17} /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<FlaskConical size={15} />} onClick={() => test(node.id)}>Test this node</Menu.Item>
        <Menu.Item leftSection={<StepForward size={15} />} onClick={() => setPlan({ title: `Run to “${label}”`, request: runTo(node.id, draft(), pins) })}>Run to here</Menu.Item>
        <Menu.Item disabled={runId === undefined} leftSection={<SkipForward size={15} />} onClick={() => setPlan({ title: `Run from “${label}”`, request: runFrom(node.id, draft(), pins, runId!) })}>Run from here</Menu.Item>
        <Menu.Divider />
        {pins.has(node.id)
          ? <Menu.Item leftSection={<PinOff size={15} />} onClick={() => pin(node.id, null)}>Unpin the output</Menu.Item>
          : <Menu.Item disabled={templateId === undefined || last?.output === undefined || last.output === null} leftSection={<Pin size={15} />} onClick={() => pin(node.id, { output: last!.output as Json, branch: last!.branch ?? undefined })}>Pin the last output</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  );
}
