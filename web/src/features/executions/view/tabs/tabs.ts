/** What is told of an execution below its graph, and what each part is called in the address. */
export const tabs = ['timeline', 'events', 'outputs', 'checkpoints', 'metrics'] as const;
export type Tab = (typeof tabs)[number];
