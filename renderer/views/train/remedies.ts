import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { Fault } from '../../../engine/contract/rpc/common.ts';
import { type Path, parsePath } from '../../state/document.ts';

/** One change of the configuration that may keep a run from ending as it did. */
export type Remedy =
  | { readonly kind: 'clipping' }
  | { readonly kind: 'rate'; readonly rate: number }
  | { readonly kind: 'activation'; readonly path: string }
  | { readonly kind: 'normalize' }
  /** The same updates with less memory: batches half as large, twice as many for one update. */
  | { readonly kind: 'batch'; readonly size: number; readonly accumulation: number };

/** Where the steps are too large, they are made this much smaller. */
const rateDivisor = 10;

/** What can be changed about a run that diverged, the likeliest first. */
export function remediesOf(fault: Pick<Fault, 'where' | 'hint'>, experiment: Experiment): readonly Remedy[] {
  const { training, data } = experiment;
  const remedies: Remedy[] = [];
  if (/^model\.layers\.\d+\.(candidate|gate)Activation$/.test(fault.where ?? '')) {
    remedies.push({ kind: 'activation', path: fault.where ?? '' });
  }
  if (fault.hint?.includes('data.normalize') === true && data.normalize === 'none') {
    remedies.push({ kind: 'normalize' });
  }
  if (training.clipping.kind !== 'globalNorm') remedies.push({ kind: 'clipping' });
  remedies.push({ kind: 'rate', rate: Number((training.learningRate / rateDivisor).toPrecision(3)) });
  return remedies;
}

/** What can be changed about a run for which there was no memory; nothing for what failed in another way. */
export function memoryRemedies({ where }: Pick<Fault, 'where'>, { training }: Experiment): readonly Remedy[] {
  const { batchSize, gradientAccumulation } = training;
  if (where !== 'training.batchSize' || batchSize < 2) return [];
  return [{ kind: 'batch', size: Math.ceil(batchSize / 2), accumulation: 2 * gradientAccumulation }];
}

/** The places of the configuration that a remedy changes, and what it puts there. */
export function changesOf(remedy: Remedy): readonly (readonly [path: Path, value: unknown])[] {
  switch (remedy.kind) {
    case 'clipping':
      return [[['training', 'clipping'], { kind: 'globalNorm', threshold: 1 }]];
    case 'rate':
      return [[['training', 'learningRate'], remedy.rate]];
    case 'activation':
      return [[parsePath(remedy.path), remedy.path.endsWith('gateActivation') ? 'sigmoid' : 'tanh']];
    case 'normalize':
      return [[['data', 'normalize'], 'standard']];
    case 'batch':
      return [
        [['training', 'batchSize'], remedy.size],
        [['training', 'gradientAccumulation'], remedy.accumulation],
      ];
  }
}
