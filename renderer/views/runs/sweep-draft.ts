import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { SweepConfig } from '../../../engine/contract/rpc/sweeps.ts';
import { parsePath, readJson, valueAt } from '../../state/document.ts';

/** A setting to vary, as it is being written. */
export interface ParameterDraft {
  readonly key: number;
  readonly path: string;
  readonly kind: 'choice' | 'range';
  /** Values of a list, separated by commas. */
  readonly values: string;
  readonly low: number;
  readonly high: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
  readonly points: number;
}

export type DraftProblem = 'path' | 'range' | 'values';

/** A first suggestion for a setting: around the value it has now. */
export function draftFor(key: number, path: string, experiment: Experiment): ParameterDraft {
  const value = valueAt(experiment, parsePath(path));
  const number = typeof value === 'number' ? value : 1;
  const integer = Number.isInteger(number);
  const small = number > 0 && number < 0.1;
  return {
    key,
    path,
    kind: typeof value === 'number' ? 'range' : 'choice',
    values: typeof value === 'number' ? [number / 2, number, number * 2].join(', ') : String(value ?? ''),
    low: small ? number / 10 : integer ? Math.max(1, Math.round(number / 2)) : number / 2,
    high: small ? number * 10 : number === 0 ? 1 : number * 2,
    scale: small || integer ? 'log' : 'linear',
    integer: integer && !small,
    points: 5,
  };
}

/** What keeps a draft from being used, or null. */
export function problemOf(draft: ParameterDraft, experiment: Experiment): DraftProblem | null {
  if (draft.path === '' || valueAt(experiment, parsePath(draft.path)) === undefined) return 'path';
  if (draft.kind === 'choice') return valuesOf(draft.values).length === 0 ? 'values' : null;
  return draft.low < draft.high && (draft.scale === 'linear' || draft.low > 0) ? null : 'range';
}

/** `32, 64` is two numbers, `gru, lstm` two texts; JSON is taken as it is. */
export function valuesOf(text: string): readonly unknown[] {
  const list = readJson(`[${text}]`);
  if (Array.isArray(list)) return list;
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => readJson(part) ?? part);
}

export function toParameter(draft: ParameterDraft): SweepConfig['parameters'][number] {
  const { path, low, high, scale, integer, points } = draft;
  return draft.kind === 'choice'
    ? { kind: 'choice', path, values: [...valuesOf(draft.values)] }
    : { kind: 'range', path, low, high, scale, integer, points };
}

/** Points of the grid over all settings. */
export function gridSize(drafts: readonly ParameterDraft[]): number {
  return drafts.reduce(
    (size, draft) => size * (draft.kind === 'choice' ? valuesOf(draft.values).length : draft.points),
    1,
  );
}
