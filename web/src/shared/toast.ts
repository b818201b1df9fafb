import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { describe } from '../api/problem';

export function toastError(error: unknown): void {
  const { title, detail } = describe(error);
  notifications.show({ color: 'red', title, message: detail, autoClose: 9_000 });
}

export function toastDone(message: ReactNode, milliseconds = 3_500): void {
  notifications.show({ color: 'teal', message, autoClose: milliseconds });
}
