/** What can be told of, and how people read it. */
export const events: ReadonlyMap<string, string> = new Map([
  ['execution.started', 'Execution started'],
  ['execution.completed', 'Execution completed'],
  ['execution.failed', 'Execution failed'],
  ['execution.paused', 'Execution paused'],
  ['execution.over_cost', 'Cost limit reached'],
  ['task.opened', 'Task opened'],
  ['task.reminded', 'Task reminded'],
  ['task.answered', 'Task answered'],
]);
