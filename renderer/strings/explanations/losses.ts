import { type Explanation, explain } from './explanation.ts';

export const lossExplanations: Readonly<Record<string, Explanation>> = {
  'training.loss': explain(
    ['Loss function', '损失函数'],
    ['What training makes small.', '训练所最小化的量。'],
    [
      'Mean squared error for forecasts; Huber or absolute error with outliers; pinball for intervals; cross-entropy for classes.',
      '预测用均方误差；有离群值用 Huber 或绝对误差；区间预测用分位数损失；分类用交叉熵。',
    ],
  ),
  'training.loss:meanSquaredError': explain(
    ['Mean squared error', '均方误差'],
    ['Mean of the squared error: large misses count most.', '误差平方的均值：大误差影响最大。'],
    null,
    { formula: '\\frac1N\\sum(\\hat y-y)^2' },
  ),
  'training.loss:meanAbsoluteError': explain(
    ['Mean absolute error', '平均绝对误差'],
    ['Mean of the absolute error; predicts the median.', '绝对误差的均值；预测中位数。'],
    null,
    { formula: '\\frac1N\\sum|\\hat y-y|' },
  ),
  'training.loss:huber': explain(
    ['Huber', 'Huber'],
    [
      'Squared up to delta, linear beyond: outliers pull less.',
      'delta 以内为平方，之外为线性：离群值影响较小。',
    ],
    null,
    {
      formula:
        '\\begin{cases}\\frac12e^2&|e|\\le\\delta\\\\ \\delta(|e|-\\frac12\\delta)&\\text{otherwise}\\end{cases}',
      source: 'Huber 1964; Keras, PyTorch',
    },
  ),
  'training.loss:logCosh': explain(['Log-cosh', 'Log-cosh'], ['A smooth Huber.', '平滑的 Huber。'], null, {
    formula: '\\frac1N\\sum\\log\\cosh(\\hat y-y)',
    source: 'Keras',
  }),
  'training.loss:pinball': explain(
    ['Pinball (quantiles)', '分位数损失'],
    ['Predicts quantiles, and so an interval.', '预测分位数，从而得到区间。'],
    null,
    { formula: '\\max(q\\,e,(q-1)\\,e),\\; e=y-\\hat y', source: 'Koenker 2005' },
  ),
  'training.loss:gaussian': explain(
    ['Gaussian', '高斯似然'],
    ['Predicts a mean and a variance for every target.', '为每个目标预测均值和方差。'],
    null,
    { formula: '\\tfrac12\\log\\sigma^2+\\frac{(y-\\mu)^2}{2\\sigma^2}', source: 'Nix and Weigend 1994' },
  ),
  'training.loss:poisson': explain(
    ['Poisson', '泊松'],
    ['Negative log likelihood of counts.', '计数的负对数似然。'],
    null,
    { formula: '\\hat y-y\\log\\hat y' },
  ),
  'training.loss:crossEntropy': explain(
    ['Cross-entropy', '交叉熵'],
    ['Softmax over classes; one label each.', '对类别做 softmax；每个样本一个标签。'],
    null,
    { formula: '-\\log p_{y}' },
  ),
  'training.loss:binaryCrossEntropy': explain(
    ['Binary cross-entropy', '二元交叉熵'],
    ['A sigmoid for each 0/1 target.', '每个 0/1 目标用一个 sigmoid。'],
    null,
    { formula: '-y\\log p-(1-y)\\log(1-p)' },
  ),
  'training.loss:focal': explain(
    ['Focal', 'Focal'],
    [
      'Cross-entropy with less weight on what is already predicted well.',
      '对已预测好的样本降低权重的交叉熵。',
    ],
    null,
    { formula: '-(1-p_y)^\\gamma\\log p_y', source: 'Lin et al. 2017' },
  ),
  'training.loss:binaryFocal': explain(
    ['Binary focal', '二元 Focal'],
    ['The same for 0/1 targets.', '用于 0/1 目标的 Focal。'],
    null,
    { formula: '-\\alpha_t(1-p_t)^\\gamma\\log p_t', source: 'Lin et al. 2017' },
  ),
  'training.loss.delta': explain(
    ['Delta', 'Delta'],
    ['Error from which the loss is linear, in normalized units.', '损失变为线性的误差值（归一化单位）。'],
    ['Lower it when outliers still rule.', '离群值仍占主导时减小。'],
    { whose: 'Keras, PyTorch' },
  ),
  'training.loss.quantiles': explain(
    ['Quantiles', '分位数'],
    ['Quantiles that are predicted for every target.', '为每个目标预测的分位数。'],
    ['0.1, 0.5, 0.9 give the median and an interval of 80 %.', '0.1、0.5、0.9 给出中位数和 80% 区间。'],
  ),
  'training.loss.smoothing': explain(
    ['Label smoothing', '标签平滑'],
    ['Share of every label that is spread evenly over the classes.', '每个标签均匀分给各类的占比。'],
    ['0.05-0.1 against overconfident predictions.', '预测过于自信时取 0.05-0.1。'],
    { formula: "y'=(1-\\epsilon)y+\\epsilon/C", source: 'Szegedy et al. 2016' },
  ),
  'training.loss.classWeights': explain(
    ['Class weights', '类别权重'],
    ['Weight of each class; "balanced" weighs by inverse counts.', '各类权重；“balanced”按数量的倒数加权。'],
    [
      'Balanced when classes differ in size by more than about 3 to 1.',
      '各类数量之比超过约 3:1 时用 balanced。',
    ],
    { source: 'scikit-learn' },
  ),
  'training.loss.positiveWeight': explain(
    ['Weight of the ones', '正类权重'],
    ['Weight of targets that are 1.', '值为 1 的目标的权重。'],
    ['Zeros divided by ones, when ones are rare.', '正类稀少时取负正样本数之比。'],
    { whose: 'PyTorch' },
  ),
  'training.loss.gamma': explain(
    ['Gamma', 'Gamma'],
    ['How strongly easy samples are discounted.', '对容易样本的折减强度。'],
    [
      '0 is cross-entropy; raise it when easy samples drown the hard ones.',
      '0 即交叉熵；容易样本淹没困难样本时增大。',
    ],
    { source: 'Lin et al. 2017' },
  ),
  'training.loss.alpha': explain(
    ['Alpha', 'Alpha'],
    [
      'Weight of the ones; the zeros get 1 - alpha. Empty for no balancing.',
      '正类权重，负类为 1 - alpha。留空不平衡。',
    ],
    null,
    { source: 'Lin et al. 2017' },
  ),
  'training.lossReduction': explain(
    ['Reduction', '归约方式'],
    [
      'Mean over all outputs, or the sum over the outputs of a row and the mean over rows.',
      '对所有输出取平均，或对每行输出求和后按行取平均。',
    ],
    ['Sum to repeat likelihoods per timestep of published results.', '复现论文中每时间步似然时用求和。'],
  ),
};
