import {
  CircleDot, CircleX, Clock3, FileInput, FileOutput, Frame, GitBranch, Globe, Hammer, Image, Images, Merge, PenLine, Radio, Repeat, Route, Shuffle,
  StickyNote, UserCheck, Workflow, type LucideIcon,
} from 'lucide-react';
import { titleOf } from './format';

export interface NodeKind {
  icon: LucideIcon;
  hue: 'text' | 'image' | 'flow' | 'data' | 'time' | 'person' | 'loop' | 'stop' | 'plain';
  name: string;
}

const kinds: Record<string, NodeKind> = {
  generate_copy: { icon: PenLine, hue: 'text', name: 'Generate copy' },
  generate_image: { icon: Image, hue: 'image', name: 'Generate image' },
  attach_images: { icon: Images, hue: 'image', name: 'Attach images' },
  http_request: { icon: Globe, hue: 'data', name: 'HTTP request' },
  transform: { icon: Shuffle, hue: 'data', name: 'Transform' },
  condition: { icon: GitBranch, hue: 'flow', name: 'Condition' },
  switch: { icon: Route, hue: 'flow', name: 'Switch' },
  delay: { icon: Clock3, hue: 'time', name: 'Delay' },
  approval: { icon: UserCheck, hue: 'person', name: 'Approval' },
  wait_for_signal: { icon: Radio, hue: 'time', name: 'Wait for signal' },
  task: { icon: Hammer, hue: 'data', name: 'Task' },
  for_each: { icon: Repeat, hue: 'loop', name: 'For each' },
  sub_workflow: { icon: Workflow, hue: 'loop', name: 'Sub-workflow' },
  fail: { icon: CircleX, hue: 'stop', name: 'Fail' },
  input: { icon: FileInput, hue: 'plain', name: 'Input' },
  output: { icon: FileOutput, hue: 'plain', name: 'Output' },
  merge: { icon: Merge, hue: 'plain', name: 'Merge' },
  default: { icon: CircleDot, hue: 'plain', name: 'Step' },
  group: { icon: Frame, hue: 'plain', name: 'Frame' },
  annotation: { icon: StickyNote, hue: 'plain', name: 'Note' },
  note: { icon: StickyNote, hue: 'plain', name: 'Note' },
};

/** How nodes of a type look; types that a team has added look plain. */
export function kindOf(type: string): NodeKind {
  return kinds[type] ?? { icon: CircleDot, hue: 'plain', name: titleOf(type) };
}

/** Whether nodes of a type are there for the eye only: they do not run, and no edge leads to them. */
export function isDrawing(type: string): boolean {
  return type === 'group' || type === 'annotation' || type === 'note';
}

export function isKnownKind(type: string): boolean {
  return type in kinds;
}

const noteHues: Record<string, NodeKind['hue']> = { blue: 'loop', green: 'person', pink: 'image' };

/** The colour of a note; yellow unless one was chosen. */
export function noteHue(color: unknown): NodeKind['hue'] {
  return noteHues[String(color)] ?? 'flow';
}

/** Whether nodes of a type are notes: a text on the drawing. */
export function isNote(type: string): boolean {
  return isDrawing(type) && type !== 'group';
}
