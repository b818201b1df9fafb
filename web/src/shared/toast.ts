import type { ReactNode } from 'react';
import { describe } from '../api/problem';

export interface Toast {
  id: number;
  isError: boolean;
  title?: string;
  message: ReactNode;
  milliseconds: number;
}

const most = 4;
const listeners = new Set<() => void>();
let toasts: readonly Toast[] = [];
let lastId = 0;

function set(next: readonly Toast[]) {
  toasts = next;
  listeners.forEach((listener) => listener());
}

const show = (toast: Omit<Toast, 'id'>) => set([...toasts, { ...toast, id: ++lastId }].slice(-most));

export const shownToasts = () => toasts;

export function onToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const closeToast = (id: number) => set(toasts.filter((toast) => toast.id !== id));

export function toastError(error: unknown): void {
  const { title, detail } = describe(error);
  show({ isError: true, title, message: detail, milliseconds: 9_000 });
}

export function toastDone(message: ReactNode, milliseconds = 3_500): void {
  show({ isError: false, message, milliseconds });
}
