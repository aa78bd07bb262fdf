import { useEffect } from 'react';
import { steps } from '../../state/frame.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { useActions } from './actions.ts';

const mac = /mac/i.test(navigator.platform);

/** How a shortcut is written on this system: "⌘K" or "Ctrl+K". */
export function commandKey(key: string): string {
  return mac ? `⌘${key}` : `Ctrl+${key}`;
}

function typesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  );
}

/** 1 to 5 for the steps; with Ctrl or Cmd: Enter trains, the period stops, S keeps a version, Z goes back. */
export function useKeyboard(): void {
  const { frame, experiment } = useWorkbench();
  const actions = useActions();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const command = mac ? event.metaKey : event.ctrlKey;
      if (!command) {
        const step = steps[Number(event.key) - 1];
        if (step === undefined || event.altKey || event.shiftKey || typesText(event.target)) return;
        frame.getState().go(step);
      } else if (event.key === 'Enter') void actions.train();
      else if (event.key === '.') void actions.stop();
      else if (event.key.toLowerCase() === 's') frame.getState().setNaming(true);
      else if (event.key.toLowerCase() === 'z') {
        // A text field that is being written has an undo of its own until it is left.
        if (typesText(event.target) && !(event.target instanceof HTMLInputElement && event.target.readOnly))
          return;
        if (event.shiftKey) experiment.getState().redo();
        else experiment.getState().undo();
      } else if (event.key.toLowerCase() === 'y') {
        if (typesText(event.target)) return;
        experiment.getState().redo();
      } else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [actions, frame, experiment]);
}
