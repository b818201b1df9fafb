/** What can start executions, and who may; what each part is called in the address. */
export const triggerTabs = ['schedules', 'hooks', 'keys'] as const;
export type TriggerTab = (typeof triggerTabs)[number];
