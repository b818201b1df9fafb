import { Button, Menu } from '@mantine/core';
import { ChevronDown, RotateCw, StepForward } from 'lucide-react';
import type { RetryFrom } from '../calls';

interface Props {
  isBusy: boolean;
  retry: (from: RetryFrom) => void;
}

/** Ways to run what failed again: only what is not done, or all of it; as the workflow was, or as it is now. */
export function RetryMenu({ isBusy, retry }: Props) {
  return (
    <Menu position="bottom-end" width={300}>
      <Menu.Target>
        <Button leftSection={<RotateCw size={15} aria-hidden />} rightSection={<ChevronDown size={14} aria-hidden />} loading={isBusy}>Retry</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>The workflow as it was</Menu.Label>
        <Menu.Item leftSection={<StepForward size={15} />} onClick={() => retry({ from: 'failed', template: 'same' })}>Go on from what failed</Menu.Item>
        <Menu.Item leftSection={<RotateCw size={15} />} onClick={() => retry({ from: 'start', template: 'same' })}>From the start</Menu.Item>
        <Menu.Divider />
        <Menu.Label>The workflow as it is now</Menu.Label>
        <Menu.Item leftSection={<StepForward size={15} />} onClick={() => retry({ from: 'failed', template: 'current' })}>Go on from what failed</Menu.Item>
        <Menu.Item leftSection={<RotateCw size={15} />} onClick={() => retry({ from: 'start', template: 'current' })}>From the start</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
