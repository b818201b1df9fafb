/** What can start executions, who may, and who is told; what each part is called in the address. */
export const triggerTabs = ['schedules', 'hooks', 'subscriptions', 'keys'] as const;
export type TriggerTab = (typeof triggerTabs)[number];

export const deliveryStatuses = ['failed', 'pending', 'delivered'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];
