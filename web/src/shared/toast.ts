import { notifications } from '@mantine/notifications';
import { describe } from '../api/problem';

export function toastError(error: unknown): void {
  const { title, detail } = describe(error);
  notifications.show({ color: 'red', title, message: detail, autoClose: 9_000 });
}

export function toastDone(message: string): void {
  notifications.show({ color: 'teal', message, autoClose: 3_500 });
}
