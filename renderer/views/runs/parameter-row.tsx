import { ActionIcon, Autocomplete, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useText } from '../../strings/text.ts';
import styles from './runs.module.css';
import type { DraftProblem, ParameterDraft } from './sweep-draft.ts';

interface ParameterRowProps {
  readonly draft: ParameterDraft;
  readonly paths: readonly string[];
  readonly problem: DraftProblem | null;
  readonly grid: boolean;
  readonly onChange: (draft: ParameterDraft) => void;
  /** Another setting was chosen: everything else is suggested anew. */
  readonly onPath: (path: string) => void;
  readonly onRemove: () => void;
}

const problemKeys = {
  path: 'runs.invalidPath',
  range: 'runs.invalidRange',
  values: 'runs.invalidValues',
} as const;

/** One setting that a sweep varies, and over which values. */
export function ParameterRow({ draft, paths, problem, grid, onChange, onPath, onRemove }: ParameterRowProps) {
  const text = useText();
  return (
    <div className={styles.parameter}>
      <Autocomplete
        label={text('runs.parameterPath')}
        data={[...paths]}
        value={draft.path}
        limit={12}
        w={260}
        onChange={(path) => (paths.includes(path) ? onPath(path) : onChange({ ...draft, path }))}
      />
      <NativeSelect
        label={text('runs.parameterKind')}
        data={[
          { value: 'choice', label: text('runs.parameterChoice') },
          { value: 'range', label: text('runs.parameterRange') },
        ]}
        value={draft.kind}
        onChange={({ currentTarget }) =>
          onChange({ ...draft, kind: currentTarget.value === 'range' ? 'range' : 'choice' })
        }
      />
      {draft.kind === 'choice' ? (
        <TextInput
          label={text('runs.parameterValues')}
          value={draft.values}
          w={260}
          onChange={({ currentTarget }) => onChange({ ...draft, values: currentTarget.value })}
        />
      ) : (
        <>
          <NumberInput
            label={text('runs.parameterLow')}
            value={draft.low}
            w={110}
            onChange={(low) => onChange({ ...draft, low: Number(low) })}
          />
          <NumberInput
            label={text('runs.parameterHigh')}
            value={draft.high}
            w={110}
            onChange={(high) => onChange({ ...draft, high: Number(high) })}
          />
          <NativeSelect
            label={text('runs.parameterScale')}
            data={[
              { value: 'linear', label: text('runs.scaleLinear') },
              { value: 'log', label: text('runs.scaleLog') },
            ]}
            value={draft.scale}
            onChange={({ currentTarget }) =>
              onChange({ ...draft, scale: currentTarget.value === 'log' ? 'log' : 'linear' })
            }
          />
          {grid && (
            <NumberInput
              label={text('runs.parameterPoints')}
              value={draft.points}
              min={2}
              max={100}
              w={100}
              onChange={(points) => onChange({ ...draft, points: Number(points) || 2 })}
            />
          )}
          <Switch
            label={text('runs.parameterInteger')}
            checked={draft.integer}
            mb={6}
            onChange={({ currentTarget }) => onChange({ ...draft, integer: currentTarget.checked })}
          />
        </>
      )}
      <ActionIcon aria-label={text('runs.parameterRemove', { path: draft.path })} onClick={onRemove} mb={2}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
      {problem !== null && (
        <span className={styles.error} role="alert">
          {text(problemKeys[problem])}
        </span>
      )}
    </div>
  );
}
