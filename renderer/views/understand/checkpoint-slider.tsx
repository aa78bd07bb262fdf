import { useId } from 'react';
import type { RunView } from '../../../engine/contract/rpc/runs.ts';
import { lastValue, useAsync } from '../../state/async.ts';
import { useWorkbench } from '../../state/workbench.tsx';
import { useText } from '../../strings/text.ts';
import { useNumbers } from '../../strings/use-numbers.ts';
import styles from './understand.module.css';

interface CheckpointSliderProps {
  readonly project: string;
  readonly view: RunView;
  /** Step of a checkpoint, or null for the weights the run ended with. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
}

/** Goes through the weights that were kept of a run, from the first checkpoint to the end. */
export function CheckpointSlider({ project, view, value, onChange }: CheckpointSliderProps) {
  const text = useText();
  const numbers = useNumbers();
  const id = useId();
  const { workbench } = useWorkbench().connection;
  const run = view.record.id;
  // A new epoch may have brought a new checkpoint.
  const [loaded] = useAsync(`${project}/${run}/${view.record.epoch}`, (signal) =>
    workbench.runs.checkpoints({ project, run }, { signal }),
  );
  const checkpoints = [...(lastValue(loaded) ?? [])].sort((a, b) => a.step - b.step);
  const found = checkpoints.findIndex(({ step }) => step === value);
  const position = found === -1 ? checkpoints.length : found;
  const shown = checkpoints[position];
  const stated =
    shown === undefined
      ? text('understand.checkpointFinal')
      : text(shown.best ? 'understand.checkpointBest' : 'understand.checkpointAt', {
          epoch: numbers.count(shown.epoch),
          step: numbers.count(shown.step),
        });
  return (
    <div className={styles.field}>
      <label className={styles.fieldLabel} htmlFor={id}>
        {text('understand.checkpoint')}
      </label>
      <div className={styles.checkpoint}>
        <input
          id={id}
          type="range"
          min={0}
          max={checkpoints.length}
          value={position}
          disabled={checkpoints.length === 0}
          aria-valuetext={stated}
          onChange={({ currentTarget }) => onChange(checkpoints[Number(currentTarget.value)]?.step ?? null)}
        />
        <span className="numbers">{stated}</span>
      </div>
    </div>
  );
}
