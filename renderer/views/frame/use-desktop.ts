import { spotlight } from '@mantine/spotlight';
import { useEffect, useRef } from 'react';
import type { ShellCommand } from '../../../engine/contract/rpc/shell.ts';
import { notifyFault } from '../../components/notify.tsx';
import type { Shell } from '../../rpc/client.ts';
import type { RunningState } from '../../state/running.ts';
import { useWorkbench, type WorkbenchState } from '../../state/workbench.tsx';
import { type Text, useText } from '../../strings/text.ts';
import { useSaid } from '../../strings/use-said.ts';
import { type Actions, useActions } from './actions.ts';

/** On the desktop: does what the menu asks, shows progress in the taskbar, and tells when a run has ended. */
export function useDesktop(): void {
  const workbench = useWorkbench();
  const actions = useActions();
  const text = useText();
  const said = useSaid();
  // A stream that is opened anew could lose a command in between, so there is one for the life of the window.
  const latest = useRef({ actions, text, said });
  latest.current = { actions, text, said };
  useEffect(() => {
    const { shell } = workbench.connection;
    if (shell === null) return;
    const over = new AbortController();
    const obeyed = obey(
      workbench,
      shell,
      (command) => perform(command, workbench, latest.current.actions),
      over.signal,
    );
    // The shell lives as long as the window; an aborted stream is the end of this effect.
    obeyed.catch((error: unknown) => (over.signal.aborted ? undefined : notifyFault(error)));
    const leave = [showProgress(shell, workbench), tellEnds(shell, workbench, () => latest.current)];
    return () => {
      over.abort();
      for (const stop of leave) stop();
    };
  }, [workbench]);
}

async function obey(
  { restored }: WorkbenchState,
  shell: Shell,
  perform: (command: ShellCommand) => void,
  signal: AbortSignal,
): Promise<void> {
  // "Start Training" means the project that is about to be shown again. Why it is not, the window tells elsewhere.
  await restored.catch(() => undefined);
  for await (const command of await shell.commands(undefined, { signal })) perform(command);
}

function perform(command: ShellCommand, state: WorkbenchState, actions: Actions): void {
  const { frame, connection } = state;
  switch (command.command) {
    case 'new':
      frame.getState().go('start');
      return;
    case 'open':
      connection.shell
        ?.openFolder()
        .then((path) => (path === null ? undefined : actions.openProject(path)))
        .catch(notifyFault);
      return;
    case 'openPath':
      void actions.openProject(command.path);
      return;
    case 'save':
      frame.getState().setNaming(true);
      return;
    case 'train':
      void actions.train();
      return;
    case 'stop':
      void actions.stop();
      return;
    case 'palette':
      spotlight.open();
      return;
    case 'settings':
      frame.getState().go('settings');
      return;
    case 'go':
      frame.getState().go(command.step);
      return;
    case 'engineLost':
      // A port does not tell that the process behind it is gone.
      connection.wire.lose();
      return;
    case 'engineRestored':
      // The preload script hands over the new port by itself.
      return;
  }
}

/** Share of the run that is done; null before that is known. */
function progressOf({ run, step, epochs, stepsPerEpoch }: RunningState): number | null {
  if (run === null) return null;
  const total = epochs * (stepsPerEpoch ?? 0);
  return total === 0 ? 0 : Math.min(1, step / total);
}

function showProgress(shell: Shell, { running }: WorkbenchState): () => void {
  let shown: number | null = null;
  return running.store.subscribe((state) => {
    const done = progressOf(state);
    // A taskbar has no more than a hundred pixels.
    const fraction = done === null ? null : Math.round(100 * done) / 100;
    if (fraction === shown) return;
    shown = fraction;
    shell.setProgress({ fraction }).catch(notifyFault);
  });
}

/** What a run is in that will not go on by itself, unless a person stopped it. */
const ends: ReadonlySet<string> = new Set(['done', 'failed', 'diverged']);

/** A notification for each run that ends; the shell keeps it to itself while the window is looked at. */
function tellEnds(
  shell: Shell,
  { project }: WorkbenchState,
  now: () => { readonly text: Text; readonly said: (sentence: string) => string },
): () => void {
  return project.subscribe((state, before) => {
    if (before.running === null || state.running === before.running) return;
    const ended = state.runs.find(({ record }) => record.id === before.running)?.record;
    if (ended === undefined || !ends.has(ended.status)) return;
    const { text, said } = now();
    const failed = ended.status !== 'done';
    const body = failed && ended.error !== null ? said(ended.error.message) : ended.name;
    shell
      .notify({ title: text(failed ? 'frame.runFailed' : 'frame.runEnded', { run: ended.name }), body })
      .catch(notifyFault);
  });
}
