const cursors = new Map<string, number>();

/** The id of the last event of an execution that has come over its stream; 0 for none. */
export function lastEventId(executionId: string): number {
  return cursors.get(executionId) ?? 0;
}

export function setLastEventId(executionId: string, eventId: number): void {
  cursors.set(executionId, eventId);
}
