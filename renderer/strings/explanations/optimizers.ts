import { type Explanation, explain } from './explanation.ts';

export const optimizerExplanations: Readonly<Record<string, Explanation>> = {
  'training.optimizer': explain(
    ['Optimizer', '优化器'],
    ['How the gradient moves the weights.', '梯度如何更新权重。'],
    [
      'Adam is a good start for GRUs. SGD with momentum can end a little better after careful tuning.',
      'Adam 是 GRU 的良好起点。仔细调参后，带动量的 SGD 可能略好。',
    ],
  ),
  'training.optimizer:sgd': explain(
    ['SGD', 'SGD'],
    ['Stochastic gradient descent, with momentum if wanted.', '随机梯度下降，可带动量。'],
    null,
    {
      formula: 'v\\leftarrow\\mu v+g,\\quad w\\leftarrow w-\\eta v',
      source: 'Robbins and Monro 1951; PyTorch',
    },
  ),
  'training.optimizer:adam': explain(
    ['Adam', 'Adam'],
    [
      'Scales each step by the mean and the mean square of past gradients; with weight decay it is AdamW.',
      '按历史梯度的均值与均方缩放每一步；带权重衰减即 AdamW。',
    ],
    null,
    {
      formula:
        '\\begin{aligned}m&\\leftarrow\\beta_1m+(1-\\beta_1)g\\\\ v&\\leftarrow\\beta_2v+(1-\\beta_2)g^2\\\\ w&\\leftarrow w-\\eta\\,\\frac{\\hat m}{\\sqrt{\\hat v}+\\epsilon}\\end{aligned}',
      source: 'Kingma and Ba 2015; Loshchilov and Hutter 2019',
    },
  ),
  'training.optimizer:adamax': explain(
    ['Adamax', 'Adamax'],
    ['Adam with the largest gradient in the place of the mean square.', '以最大梯度代替均方的 Adam。'],
    null,
    { formula: 'u\\leftarrow\\max(\\beta_2u,|g|)', source: 'Kingma and Ba 2015' },
  ),
  'training.optimizer:nadam': explain(
    ['NAdam', 'NAdam'],
    ['Adam with Nesterov momentum.', '带 Nesterov 动量的 Adam。'],
    null,
    { formula: '\\hat m=\\mu_{t+1}m+(1-\\mu_t)g', source: 'Dozat 2016' },
  ),
  'training.optimizer:radam': explain(
    ['RAdam', 'RAdam'],
    ['Adam that warms itself up.', '自带预热的 Adam。'],
    null,
    {
      formula:
        'r_t=\\sqrt{\\tfrac{(\\rho_t-4)(\\rho_t-2)\\rho_\\infty}{(\\rho_\\infty-4)(\\rho_\\infty-2)\\rho_t}}',
      source: 'Liu et al. 2020',
    },
  ),
  'training.optimizer:rmsprop': explain(
    ['RMSprop', 'RMSprop'],
    ['Divides each step by the root mean square of past gradients.', '每一步除以历史梯度的均方根。'],
    null,
    {
      formula: 'v\\leftarrow\\alpha v+(1-\\alpha)g^2,\\; w\\leftarrow w-\\eta\\frac{g}{\\sqrt v+\\epsilon}',
      source: 'Tieleman and Hinton 2012',
    },
  ),
  'training.optimizer:adagrad': explain(
    ['Adagrad', 'Adagrad'],
    [
      'Steps shrink with the sum of squared gradients; good for rare categories.',
      '步长随梯度平方和减小；适合稀有类别。',
    ],
    null,
    { formula: 'w\\leftarrow w-\\eta\\frac{g}{\\sqrt{\\sum g^2}+\\epsilon}', source: 'Duchi et al. 2011' },
  ),
  'training.optimizer:adadelta': explain(
    ['Adadelta', 'Adadelta'],
    ['Needs little tuning of the learning rate (start at 1).', '几乎无需调学习率（从 1 开始）。'],
    null,
    {
      formula: '\\Delta w=-\\frac{\\sqrt{E[\\Delta w^2]+\\epsilon}}{\\sqrt{E[g^2]+\\epsilon}}g',
      source: 'Zeiler 2012',
    },
  ),
  'training.optimizer:lion': explain(
    ['Lion', 'Lion'],
    [
      'Steps of the sign of the momentum; wants a learning rate 3 to 10 times lower than Adam.',
      '按动量符号更新；学习率应比 Adam 低 3 到 10 倍。',
    ],
    null,
    {
      formula: 'w\\leftarrow w-\\eta\\operatorname{sign}(\\beta_1m+(1-\\beta_1)g)',
      source: 'Chen et al. 2023',
    },
  ),
  'training.optimizer.momentum': explain(
    ['Momentum', '动量'],
    ['Share of the last update that is kept.', '保留上次更新的占比。'],
    ['0.9 with SGD; higher for noisy gradients.', 'SGD 用 0.9；梯度噪声大时更高。'],
    { whose: 'PyTorch', source: 'Polyak 1964' },
  ),
  'training.optimizer.nesterov': explain(
    ['Nesterov', 'Nesterov'],
    ['Looks ahead along the momentum.', '沿动量方向前瞻。'],
    ['On with momentum: it seldom hurts.', '使用动量时打开，很少有害。'],
    { whose: 'PyTorch', source: 'Sutskever et al. 2013' },
  ),
  'training.optimizer.beta1': explain(
    ['Beta 1', 'Beta 1'],
    ['Decay of the mean of the gradient.', '梯度均值的衰减率。'],
    ['Lower to 0.8 when the loss swings.', '损失振荡时降到 0.8。'],
    { whose: 'PyTorch', source: 'Kingma and Ba 2015' },
  ),
  'training.optimizer.beta2': explain(
    ['Beta 2', 'Beta 2'],
    ['Decay of the mean of the squared gradient.', '梯度平方均值的衰减率。'],
    ['Lower to 0.99 for short runs.', '短时运行降到 0.99。'],
    { whose: 'PyTorch', source: 'Kingma and Ba 2015' },
  ),
  'training.optimizer.epsilon': explain(
    ['Epsilon', 'Epsilon'],
    ['Keeps the denominator from 0.', '防止分母为 0。'],
    ['Raise to 1e-4 when steps explode where gradients vanish.', '梯度接近 0 处步长爆炸时增至 1e-4。'],
    { whose: 'PyTorch' },
  ),
  'training.optimizer.amsgrad': explain(
    ['AMSGrad', 'AMSGrad'],
    ['Divides by the largest mean square so far.', '除以迄今最大的均方。'],
    ['On when Adam does not settle.', 'Adam 不收敛时打开。'],
    { whose: 'PyTorch', source: 'Reddi et al. 2018' },
  ),
  'training.optimizer.momentumDecay': explain(
    ['Momentum decay', '动量衰减'],
    ['How beta 1 grows over the steps.', 'Beta 1 随步数增长的速度。'],
    null,
    { whose: 'PyTorch', source: 'Dozat 2016' },
  ),
  'training.optimizer.alpha': explain(
    ['Alpha', 'Alpha'],
    ['Decay of the mean square.', '均方的衰减率。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.optimizer.centered': explain(
    ['Centered', '中心化'],
    ['Divides by the deviation instead of the root mean square.', '除以标准差而非均方根。'],
    null,
    { whose: 'PyTorch', source: 'Graves 2013' },
  ),
  'training.optimizer.initialAccumulator': explain(
    ['First sum', '初始累加值'],
    ['Sum of squares at the start.', '平方和的初值。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.optimizer.rho': explain(['Rho', 'Rho'], ['Decay of the mean squares.', '均方的衰减率。'], null, {
    whose: 'PyTorch',
  }),
  'training.learningRate': explain(
    ['Learning rate', '学习率'],
    ['How far each step moves along the gradient.', '每一步沿梯度移动多远。'],
    [
      'The most important number. Divide by 3 when the loss swings or explodes, multiply by 3 when it creeps.',
      '最重要的数值。损失振荡或爆炸时除以 3，下降缓慢时乘以 3。',
    ],
    { formula: 'w\\leftarrow w-\\eta\\,\\Delta', whose: 'PyTorch, Keras (Adam)' },
  ),
  'training.weightDecay': explain(
    ['Weight decay', '权重衰减'],
    [
      'Shrinks weights a little at every step; not biases and gains.',
      '每步略微缩小权重；不作用于偏置和增益。',
    ],
    ['1e-4 to 1e-2 against overfitting.', '抑制过拟合取 1e-4 到 1e-2。'],
    { formula: 'w\\leftarrow(1-\\eta\\lambda)w', source: 'Loshchilov and Hutter 2019' },
  ),
};
