import { type Experiment, experimentSchema } from '../contract/experiment.ts';
import { damaged, type ImportedDense } from './network.ts';

/** The experiment that this program wrote beside the weights. Throws `import/damaged`. */
export function writtenExperiment(text: string, format: string, where: string): Experiment {
  try {
    return experimentSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damaged(format, where, 'the experiment in its metadata cannot be read', cause);
  }
}

/** The dense layers of a model of ours, given where the file keeps `head.0`, ..., `output`. */
export function ownDense(
  { model }: Pick<Experiment, 'model'>,
  weightsOf: (name: string) => {
    readonly kernel: { readonly shape: readonly number[]; readonly values: Float32Array };
    readonly bias: Float32Array;
  },
): ImportedDense[] {
  const dense = (name: string, activation: ImportedDense['activation']): ImportedDense => {
    const { kernel, bias } = weightsOf(name);
    const [inputs = 0, units = 0] = kernel.shape;
    return { name, inputs, units, activation, kernel: kernel.values, bias };
  };
  return [
    ...model.head.map(({ activation }, index) => dense(`head.${index}`, activation)),
    dense('output', 'linear'),
  ];
}
