import type { z } from 'zod';
import type { presetSchema } from '../../../engine/contract/rpc/experiments.ts';

export type Preset = z.infer<typeof presetSchema>;

/** Sets of changes that belong together; the window names and explains them by their id. */
export const presets: readonly Preset[] = [
  {
    id: 'quick-look',
    assignments: ['training.epochs=5', 'model.layers=[{"units":32}]', 'training.batchSize=64'],
    tasks: [],
  },
  {
    id: 'balanced',
    assignments: [
      'model.layers=[{"units":64}]',
      'training.epochs=50',
      'training.batchSize=32',
      'training.optimizer=adam',
      'training.learningRate=0.001',
      'training.clipping={"kind":"globalNorm","threshold":1}',
      'training.earlyStopping={"patience":10}',
    ],
    tasks: [],
  },
  {
    id: 'large',
    assignments: [
      'model.layers=[{"units":256,"outputDropout":0.2},{"units":256}]',
      'training.epochs=100',
      'training.clipping={"kind":"globalNorm","threshold":1}',
      'training.schedule={"kind":"cosine","decaySteps":100}',
      'training.earlyStopping={"patience":15}',
    ],
    tasks: [],
  },
  {
    id: 'little-data',
    assignments: [
      'model.layers=[{"units":24,"inputDropout":0.1,"recurrentDropout":0.1}]',
      'training.weightDecay=0.01',
      'training.batchSize=16',
      'training.earlyStopping={"patience":20}',
    ],
    tasks: [],
  },
  {
    id: 'long-memory',
    assignments: [
      'model.layers=[{"units":128,"layerNormalization":true}]',
      'model.initializers.recurrent={"kind":"orthogonal"}',
      'training.clipping={"kind":"globalNorm","threshold":0.5}',
    ],
    tasks: [],
  },
  {
    id: 'quantile-forecast',
    assignments: ['training.loss={"kind":"pinball","quantiles":[0.1,0.5,0.9]}'],
    tasks: ['forecast', 'regress'],
  },
  {
    id: 'outliers',
    assignments: ['training.loss={"kind":"huber","delta":1}', 'data.normalize=robust'],
    tasks: ['forecast', 'regress'],
  },
  {
    id: 'unbalanced-classes',
    assignments: ['training.loss={"kind":"crossEntropy","classWeights":"balanced"}'],
    tasks: ['classify', 'tag'],
  },
  {
    id: 'both-directions',
    assignments: ['model.layers=[{"units":64,"bidirectional":true}]'],
    tasks: ['classify', 'regress', 'tag'],
  },
  {
    id: 'as-keras',
    assignments: [
      'model.layers=[{"units":64,"resetMode":"afterRecurrentBias"}]',
      'model.initializers.kernel=glorotUniform',
      'model.initializers.recurrent={"kind":"orthogonal"}',
      'training.optimizer={"kind":"adam","epsilon":1e-7}',
      'training.learningRate=0.001',
      'training.batchSize=32',
    ],
    tasks: [],
  },
  {
    id: 'as-pytorch',
    assignments: [
      'model.layers=[{"units":64,"resetMode":"afterRecurrentBias"}]',
      'model.initializers.kernel=torchUniform',
      'model.initializers.recurrent=torchUniform',
      'model.initializers.bias=torchUniform',
      'model.initializers.recurrentBias=torchUniform',
      'model.initializers.dense=torchUniform',
      'model.initializers.denseBias=torchUniform',
      'training.optimizer={"kind":"adam","epsilon":1e-8}',
    ],
    tasks: [],
  },
];
