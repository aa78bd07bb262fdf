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
  | { readonly kind: 'batch'; readonly size: number; readonly accumulation: number }
  /** Gates of large recurrences as halves on a graphics card. */
  | { readonly kind: 'storage' };

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
export function memoryRemedies({ where }: Pick<Fault, 'where'>, experiment: Experiment): readonly Remedy[] {
  const { training, model, backend } = experiment;
  const { batchSize, gradientAccumulation } = training;
  if (where !== 'training.batchSize') return [];
  const remedies: Remedy[] = [];
  if (batchSize > 1) {
    const size = Math.ceil(batchSize / 2);
    remedies.push({ kind: 'batch', size, accumulation: 2 * gradientAccumulation });
  }
  if (backend.storage === 'float32' && model.layers.some(canBeHalved)) remedies.push({ kind: 'storage' });
  return remedies;
}

/** Layers that a graphics card can keep in float16 (`halfSlots` of the engine's WebGPU backend decides). */
function canBeHalved({ units, layerNormalization }: Experiment['model']['layers'][number]): boolean {
  return units > 192 && units % 4 === 0 && !layerNormalization;
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
    case 'storage':
      return [[['backend', 'storage'], 'float16']];
  }
}
