import { feature } from '../feature.ts';

export const modelImport = feature(
  {
    choose: 'Bring in a model',
    hint: 'A network from an ONNX, Keras, PyTorch or safetensors file becomes a run. Nothing in the file is executed.',
    drop: 'Drop a model file to bring it in as a run',
    files: 'Models',
    done: '{{run}} came in from {{format}} with {{parameters}} parameters, measured on the test set.',
    dismiss: 'Dismiss',
  },
  {
    choose: '导入模型',
    hint: 'ONNX、Keras、PyTorch 或 safetensors 文件中的网络会成为一次运行。文件中的任何内容都不会被执行。',
    drop: '拖放模型文件，将其作为一次运行导入',
    files: '模型',
    done: '{{run}} 已从 {{format}} 导入，共 {{parameters}} 个参数，并已在测试集上评估。',
    dismiss: '关闭',
  },
);
