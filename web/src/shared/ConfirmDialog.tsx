import { lazyPart } from './loadCode';

/** Loaded when something is to be confirmed. */
export const ConfirmDialog = lazyPart(() => import('./ConfirmModal'), 'ConfirmModal');
