import { Select } from '@mantine/core';
import { useMemo } from 'react';
import type { RunView } from '../../engine/contract/rpc/runs.ts';
import { useChoice, useProject } from '../state/workbench.tsx';
import { useText } from '../strings/text.ts';
import { useNumbers } from '../strings/use-numbers.ts';

/** The runs, newest first. */
function newestFirst(runs: readonly RunView[]): readonly RunView[] {
  return [...runs].sort((a, b) => b.record.created.localeCompare(a.record.created));
}

/**
 * The run that the screens look at: the chosen one, else the one that trains, else the newest that qualifies.
 * @param qualifies leaves runs out that a screen can show nothing of
 */
export function useChosenRun(qualifies: (view: RunView) => boolean): RunView | null {
  const runs = useProject((state) => state.runs);
  const running = useProject((state) => state.running);
  const chosen = useChoice((state) => state.run);
  return useMemo(() => {
    const fitting = newestFirst(runs).filter(qualifies);
    const by = (id: string | null) => fitting.find(({ record }) => record.id === id);
    return by(chosen) ?? by(running) ?? fitting[0] ?? null;
  }, [runs, running, chosen, qualifies]);
}

interface RunChoiceProps {
  readonly value: RunView;
  readonly qualifies: (view: RunView) => boolean;
}

/** Chooses the run for all screens after training. */
export function RunChoice({ value, qualifies }: RunChoiceProps) {
  const text = useText();
  const numbers = useNumbers();
  const runs = useProject((state) => state.runs);
  const choose = useChoice((state) => state.choose);
  return (
    <Select
      label={text('train.run')}
      w={280}
      searchable
      allowDeselect={false}
      data={newestFirst(runs)
        .filter(qualifies)
        .map(({ record }) => ({
          value: record.id,
          label: `${record.name} · ${numbers.moment(record.created)}`,
        }))}
      value={value.record.id}
      onChange={choose}
    />
  );
}
