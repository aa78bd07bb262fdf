import type { ExportFormatName } from './formats.ts';

export interface LoadingCode {
  readonly language: 'python' | 'javascript' | 'c';
  readonly text: string;
}

/**
 * Code that opens an export in the tool it is for.
 * @param stem name of the files without ending.
 */
export function loadingCode(format: ExportFormatName, stem: string): LoadingCode[] {
  const python = (...lines: string[]): LoadingCode => ({ language: 'python', text: lines.join('\n') });
  const javascript = (...lines: string[]): LoadingCode => ({
    language: 'javascript',
    text: lines.join('\n'),
  });
  switch (format) {
    case 'onnx':
      return [
        python(
          'import onnxruntime',
          `session = onnxruntime.InferenceSession("${stem}.onnx")`,
          '# session.get_inputs() names the inputs and their sizes',
          'predictions = session.run(["predictions"], {"features": features})[0]',
        ),
        javascript(
          "import { InferenceSession, Tensor } from 'onnxruntime-node';",
          `const session = await InferenceSession.create('${stem}.onnx');`,
          "const features = new Tensor('float32', values, [batch, steps, columns]);",
          'const { predictions } = await session.run({ features });',
        ),
      ];
    case 'keras':
      return [
        python('import keras', `model = keras.saving.load_model("${stem}.keras")`),
        python(
          '# A SavedModel for TensorFlow and TensorFlow Serving (KERAS_BACKEND=tensorflow)',
          'import keras',
          `keras.saving.load_model("${stem}.keras").export("saved_model")`,
        ),
      ];
    case 'h5':
      return [
        python('# model: a Keras model of the same layers', `model.load_weights("${stem}.weights.h5")`),
      ];
    case 'pytorch':
      return [
        python('from model import load_model', 'model = load_model()'),
        python('# in a terminal, from the folder', '# torchrun --nproc_per_node=2 train.py'),
      ];
    case 'safetensors': {
      const module = stem.replace(/\W/g, '_').replace(/^(\d)/, '_$1');
      return [python(`from ${module} import load_model`, 'model = load_model()')];
    }
    case 'tfjs':
      return [
        javascript(
          "import * as tf from '@tensorflow/tfjs';",
          '// where the folder has it',
          "import { registerGruLayers } from './gru-layers.mjs';",
          'registerGruLayers(tf);',
          "const model = await tf.loadLayersModel('model.json');",
        ),
      ];
    case 'c':
      return [
        {
          language: 'c',
          text: `#include "${stem}.h"\n/* see there; compile ${stem}.c with -std=c99, link with -lm */`,
        },
      ];
    case 'js':
      return [
        javascript(
          `import { predict } from './${stem}.mjs';`,
          'const outputs = predict({ features, tokens, state });',
        ),
      ];
    case 'json':
    case 'card':
      return [];
  }
}
