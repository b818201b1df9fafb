import type { DragEvent } from 'react';

const prefix = 'application/x-workflow-node';

/** Says what is dragged from the palette. */
export function setDragged(event: DragEvent, nodeType: string): void {
  event.dataTransfer.setData(prefix, nodeType);
  event.dataTransfer.effectAllowed = 'move';
}

/** Under which name the dragged node type is given; undefined if something else is dragged. */
export function draggedType(event: DragEvent): string | undefined {
  return event.dataTransfer.types.find((type) => type === prefix);
}
