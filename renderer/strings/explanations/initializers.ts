import { weightKinds } from '../../../engine/contract/model.ts';
import { type Explanation, explain } from './explanation.ts';

type Pair = readonly [string, string];

const weightNames: Readonly<Record<(typeof weightKinds)[number], Pair>> = {
  kernel: ['Input weights of the gates', '门的输入权重'],
  recurrent: ['Recurrent weights of the gates', '门的循环权重'],
  bias: ['Input biases', '输入偏置'],
  recurrentBias: ['Recurrent biases', '循环偏置'],
  gain: ['Gains of layer normalization', '层归一化增益'],
  initialState: ['Learned initial state', '可学习初始状态'],
  embedding: ['Embedding tables', '嵌入表'],
  dense: ['Weights of dense layers', '全连接层权重'],
  denseBias: ['Biases of dense layers', '全连接层偏置'],
  attention: ['Attention projection', '注意力投影'],
  attentionBias: ['Attention bias', '注意力偏置'],
  attentionVector: ['Attention query vector', '注意力查询向量'],
};

const when: Partial<Record<(typeof weightKinds)[number], Pair>> = {
  kernel: [
    'Glorot suits sigmoid and tanh; He suits ReLU; PyTorch uniform repeats a PyTorch model.',
    'Glorot 适合 sigmoid 和 tanh；He 适合 ReLU；PyTorch 均匀分布用于复现 PyTorch 模型。',
  ],
  recurrent: [
    'Orthogonal keeps the length of gradients through time; change it only to repeat another tool.',
    '正交矩阵使梯度随时间保持长度；仅为复现其他工具时更改。',
  ],
};

const whose: Partial<Record<(typeof weightKinds)[number], string>> = {
  kernel: 'Keras',
  recurrent: 'Keras',
  bias: 'Keras',
  recurrentBias: 'Keras',
  embedding: 'Keras',
  dense: 'Keras',
  denseBias: 'Keras',
};

const byWeight = Object.fromEntries(
  weightKinds.map((kind) => [
    `model.initializers.${kind}`,
    explain(
      weightNames[kind],
      [
        `How these weights start: ${weightNames[kind][0].toLowerCase()}.`,
        `这些权重的起始值：${weightNames[kind][1]}。`,
      ],
      when[kind] ?? null,
      {
        ...(whose[kind] === undefined ? {} : { whose: whose[kind] }),
        ...(kind === 'recurrent' ? { source: 'Saxe et al. 2014' } : {}),
      },
    ),
  ]),
);

export const weightKindLabels = weightNames;

export const initializerExplanations: Readonly<Record<string, Explanation>> = {
  'model.initializers': explain(
    ['Initializers', '参数初始化'],
    ['How each kind of weight starts.', '各类权重的起始方式。'],
    [
      'The defaults are those of Keras. Change them when training does not start, or to compare with another tool.',
      '默认与 Keras 相同。训练无法起步，或与其他工具比较时更改。',
    ],
  ),
  ...byWeight,
  'model.initializers.*:zeros': explain(['Zeros', '零'], ['All 0.', '全为 0。'], null, { formula: 'w=0' }),
  'model.initializers.*:ones': explain(['Ones', '一'], ['All 1.', '全为 1。'], null, { formula: 'w=1' }),
  'model.initializers.*:constant': explain(
    ['Constant', '常数'],
    ['All the same value.', '全为同一值。'],
    null,
    { formula: 'w=c' },
  ),
  'model.initializers.*:identity': explain(
    ['Identity', '单位矩阵'],
    ['Gain times the identity matrix.', '增益乘单位矩阵。'],
    null,
    { formula: 'W=gI', source: 'Le et al. 2015' },
  ),
  'model.initializers.*:normal': explain(
    ['Normal', '正态分布'],
    ['Normal distribution.', '正态分布。'],
    null,
    { formula: 'w\\sim\\mathcal N(\\mu,\\sigma^2)' },
  ),
  'model.initializers.*:truncatedNormal': explain(
    ['Truncated normal', '截断正态分布'],
    ['Normal distribution within two standard deviations of the mean.', '限制在均值两个标准差内的正态分布。'],
    null,
    { formula: 'w\\sim\\mathcal N(\\mu,\\sigma^2),\\;|w-\\mu|\\le 2\\sigma' },
  ),
  'model.initializers.*:uniform': explain(
    ['Uniform', '均匀分布'],
    ['Uniform from low to high.', '从下限到上限的均匀分布。'],
    null,
    { formula: 'w\\sim\\mathcal U(a,b)' },
  ),
  'model.initializers.*:glorotUniform': explain(
    ['Glorot uniform', 'Glorot 均匀分布'],
    ['Uniform; keeps the variance of signals forward and backward.', '均匀分布；前向和反向保持信号方差。'],
    null,
    {
      formula: 'w\\sim\\mathcal U\\!\\left(\\pm\\sqrt{\\tfrac{6}{n_{in}+n_{out}}}\\right)',
      source: 'Glorot and Bengio 2010',
    },
  ),
  'model.initializers.*:glorotNormal': explain(
    ['Glorot normal', 'Glorot 正态分布'],
    ['Truncated normal with the same variance.', '方差相同的截断正态分布。'],
    null,
    { formula: '\\sigma=\\sqrt{\\tfrac{2}{n_{in}+n_{out}}}', source: 'Glorot and Bengio 2010' },
  ),
  'model.initializers.*:heUniform': explain(
    ['He uniform', 'He 均匀分布'],
    ['Uniform; for ReLU.', '均匀分布；用于 ReLU。'],
    null,
    { formula: 'w\\sim\\mathcal U\\!\\left(\\pm\\sqrt{6/n_{in}}\\right)', source: 'He et al. 2015' },
  ),
  'model.initializers.*:heNormal': explain(
    ['He normal', 'He 正态分布'],
    ['Truncated normal; for ReLU.', '截断正态分布；用于 ReLU。'],
    null,
    { formula: '\\sigma=\\sqrt{2/n_{in}}', source: 'He et al. 2015' },
  ),
  'model.initializers.*:lecunUniform': explain(
    ['LeCun uniform', 'LeCun 均匀分布'],
    ['Uniform; for selu.', '均匀分布；用于 selu。'],
    null,
    { formula: 'w\\sim\\mathcal U\\!\\left(\\pm\\sqrt{3/n_{in}}\\right)', source: 'LeCun et al. 1998' },
  ),
  'model.initializers.*:lecunNormal': explain(
    ['LeCun normal', 'LeCun 正态分布'],
    ['Truncated normal; for selu.', '截断正态分布；用于 selu。'],
    null,
    { formula: '\\sigma=\\sqrt{1/n_{in}}', source: 'LeCun et al. 1998' },
  ),
  'model.initializers.*:varianceScaling': explain(
    ['Variance scaling', '方差缩放'],
    ['The family that Glorot, He and LeCun belong to.', 'Glorot、He 和 LeCun 所属的族。'],
    null,
    { formula: '\\operatorname{Var}(w)=s/n', source: 'Keras VarianceScaling' },
  ),
  'model.initializers.*:orthogonal': explain(
    ['Orthogonal', '正交矩阵'],
    [
      'Gain times an orthogonal matrix: it turns vectors without stretching them.',
      '增益乘正交矩阵：旋转向量而不拉伸。',
    ],
    null,
    { formula: 'W=gQ,\\;Q^\\top Q=I', source: 'Saxe et al. 2014' },
  ),
  'model.initializers.*:torchUniform': explain(
    ['PyTorch uniform', 'PyTorch 均匀分布'],
    ['The default of torch.nn.GRU and torch.nn.Linear.', 'torch.nn.GRU 和 torch.nn.Linear 的默认值。'],
    null,
    { formula: 'w\\sim\\mathcal U\\!\\left(\\pm 1/\\sqrt{H}\\right)', source: 'PyTorch' },
  ),
  'model.initializers.*.value': explain(
    ['Value', '值'],
    ['The value of every weight.', '每个权重的值。'],
    null,
  ),
  'model.initializers.*.gain': explain(
    ['Gain', '增益'],
    ['Factor on the matrix.', '矩阵的系数。'],
    ['Above 1 the state grows at first, below 1 it fades.', '大于 1 时状态起初增大，小于 1 时衰减。'],
  ),
  'model.initializers.*.mean': explain(['Mean', '均值'], ['Mean of the distribution.', '分布的均值。'], null),
  'model.initializers.*.deviation': explain(
    ['Standard deviation', '标准差'],
    ['Standard deviation of the distribution, before any cut.', '分布的标准差（截断前）。'],
    [
      'Too large saturates the gates at once; too small starves the gradient.',
      '过大会使门立即饱和；过小则梯度微弱。',
    ],
    { whose: 'Keras' },
  ),
  'model.initializers.*.low': explain(['Low', '下限'], ['Lower bound.', '下限。'], null, { whose: 'Keras' }),
  'model.initializers.*.high': explain(['High', '上限'], ['Upper bound.', '上限。'], null, {
    whose: 'Keras',
  }),
  'model.initializers.*.scale': explain(
    ['Scale', '缩放'],
    ['Factor on the variance.', '方差的系数。'],
    null,
    { whose: 'Keras' },
  ),
  'model.initializers.*.mode': explain(
    ['Fan', '扇数'],
    [
      'What divides the variance: inputs, outputs, or their mean.',
      '用什么除方差：输入数、输出数或二者均值。',
    ],
    null,
    { whose: 'Keras' },
  ),
  'model.initializers.*.distribution': explain(
    ['Distribution', '分布'],
    ['Distribution of the values.', '取值的分布。'],
    null,
    { whose: 'Keras' },
  ),
};
