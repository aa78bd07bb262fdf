import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Fault } from '../../engine/contract/rpc/common.ts';
import { toFault } from '../rpc/fault.ts';
import { Said } from './said.tsx';

/** Says for a while that something was done. */
export function notify(message: string): void {
  notifications.show({ message });
}

/** Says what a failed action means to the person; longer than a success, as it wants something of them. */
export function notifyFault(error: unknown): void {
  const fault: Fault = toFault(error);
  notifications.show({
    color: 'red',
    title: <Said>{fault.message}</Said>,
    message: [fault.where, fault.hint].flatMap((part) =>
      part === null
        ? []
        : [
            <div key={part}>
              <Said>{part}</Said>
            </div>,
          ],
    ),
    autoClose: 12_000,
  });
}

/** Says that something was taken away, with the button that brings it back. */
export function notifyUndo(message: string, undoLabel: string, undo: () => Promise<void> | void): void {
  const id = notifications.show({
    autoClose: 15_000,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button
          variant="default"
          onClick={() => {
            notifications.hide(id);
            Promise.resolve(undo()).catch(notifyFault);
          }}
        >
          {undoLabel}
        </Button>
      </Group>
    ),
  });
}
