import { type Explanation, explain } from './explanation.ts';

export const trainingExplanations: Readonly<Record<string, Explanation>> = {
  'training.seed': explain(
    ['Seed', '随机种子'],
    [
      'Of initial weights, shuffles and dropout: the same seed on the same backend gives the same run, bit for bit.',
      '决定初始权重、打乱和随机失活：同一后端上相同种子得到逐位相同的运行。',
    ],
    [
      'Repeat with three seeds before you believe a small difference.',
      '在相信微小差异之前，用三个种子重复。',
    ],
  ),
  'training.epochs': explain(
    ['Epochs', '轮数'],
    ['Passes over the training part.', '遍历训练集的次数。'],
    ['As many as early stopping needs to act; it ends the run by itself.', '取足够大，让早停自行结束运行。'],
  ),
  'training.steps': explain(
    ['Steps at most', '最多步数'],
    ['Stops after this many updates; empty for no limit.', '更新达到此次数后停止；留空不限。'],
    null,
  ),
  'training.batchSize': explain(
    ['Batch size', '批大小'],
    ['Sequences in one step.', '一步所用的序列数。'],
    [
      'Larger is faster on a GPU and smoother; smaller generalizes a little better. When you double it, try 1.4 times the learning rate.',
      '越大在 GPU 上越快、越平滑；越小泛化略好。加倍时可将学习率乘 1.4。',
    ],
    { formula: 'g=\\frac1B\\sum_{b=1}^{B}\\nabla\\ell_b', whose: 'Keras' },
  ),
  'training.gradientAccumulation': explain(
    ['Accumulated batches', '梯度累积'],
    ['Batches whose gradients make one update.', '多少个批的梯度合成一次更新。'],
    ['For larger batches than memory holds.', '需要超出内存的大批时使用。'],
  ),
  'training.shuffle': explain(
    ['Shuffle', '打乱'],
    ['A new order of the training sequences in every epoch.', '每轮重新排列训练序列。'],
    ['Off only with state that is carried from window to window.', '仅在跨窗口传递状态时关闭。'],
    { whose: 'Keras' },
  ),
  'training.stateful': explain(
    ['Carry the state', '传递状态'],
    [
      'Truncated back-propagation through time: the final state of one window starts the next.',
      '截断的时间反向传播：一个窗口的最终状态作为下一个的初始状态。',
    ],
    [
      'On for very long series and texts, where memory must reach beyond the window.',
      '需要记忆超出窗口的超长序列和文本时打开。',
    ],
    { source: 'Williams and Peng 1990' },
  ),
  'training.clipping': explain(
    ['Gradient clipping', '梯度裁剪'],
    [
      'Limits the gradient, so that one steep place does not throw the weights away.',
      '限制梯度，使陡峭处不会把权重抛远。',
    ],
    [
      'Keep global norm at 1 for recurrent networks. Lower it when the gradient norm shows spikes; without it the loss may become infinite.',
      '循环网络保持全局范数 1。梯度范数出现尖峰时降低；关闭则损失可能变为无穷。',
    ],
    { source: 'Pascanu et al. 2013' },
  ),
  'training.clipping:none': explain(['None', '不裁剪'], ['The gradient as it is.', '梯度保持原样。'], null, {
    formula: "g'=g",
  }),
  'training.clipping:value': explain(
    ['By value', '按值'],
    ['Every element between -threshold and threshold.', '每个元素限制在 ±阈值之间。'],
    null,
    { formula: "g'_i=\\max(-\\theta,\\min(\\theta,g_i))" },
  ),
  'training.clipping:tensorNorm': explain(
    ['By norm of each weight', '按各权重范数'],
    [
      'The gradient norm of every weight matrix is at most the threshold.',
      '每个权重矩阵的梯度范数不超过阈值。',
    ],
    null,
    { formula: "g'=g\\cdot\\min(1,\\theta/\\lVert g\\rVert)" },
  ),
  'training.clipping:globalNorm': explain(
    ['By global norm', '按全局范数'],
    [
      'The norm of all gradients together is at most the threshold: the direction stays.',
      '所有梯度的总范数不超过阈值：方向不变。',
    ],
    null,
    {
      formula: "g'=g\\cdot\\min\\!\\left(1,\\frac{\\theta}{\\lVert g\\rVert_2}\\right)",
      source: 'Pascanu et al. 2013',
    },
  ),
  'training.clipping.threshold': explain(
    ['Threshold', '阈值'],
    ['Largest value or norm that is let through.', '允许通过的最大值或范数。'],
    [
      'About the median of the gradient norm that the Train screen shows.',
      '约为“训练”界面所示梯度范数的中位数。',
    ],
  ),
  'training.regularizers': explain(
    ['Regularization', '正则化'],
    ['A penalty on large weights in the loss, per kind of weight.', '对各类权重在损失中加入惩罚。'],
    [
      'L2 of 1e-5 to 1e-3 on the recurrent weights against overfitting.',
      '过拟合时对循环权重取 L2 1e-5 到 1e-3。',
    ],
    { formula: '\\ell+\\lambda_1\\sum|w|+\\lambda_2\\sum w^2', source: 'Keras L1L2' },
  ),
  'training.regularizers.*.l1': explain(
    ['L1', 'L1'],
    ['Penalty on the absolute weights; drives many to 0.', '对权重绝对值的惩罚；使许多权重趋于 0。'],
    null,
    { formula: '\\lambda_1\\sum|w|' },
  ),
  'training.regularizers.*.l2': explain(
    ['L2', 'L2'],
    ['Penalty on the squared weights; keeps them small.', '对权重平方的惩罚；使其保持较小。'],
    null,
    { formula: '\\lambda_2\\sum w^2' },
  ),
  'training.constraints': explain(
    ['Constraints', '约束'],
    ['Applied to a kind of weight after each update.', '每次更新后施加于某类权重。'],
    ['Max norm with large dropout.', '随机失活较大时用最大范数。'],
    { source: 'Keras constraints; Srivastava et al. 2014' },
  ),
  'training.constraints.*:maxNorm': explain(
    ['Max norm', '最大范数'],
    ['The norm of every column is at most the limit.', '每列范数不超过上限。'],
    null,
    { formula: '\\lVert w_j\\rVert\\le c' },
  ),
  'training.constraints.*:unitNorm': explain(
    ['Unit norm', '单位范数'],
    ['The norm of every column is 1.', '每列范数为 1。'],
    null,
    { formula: '\\lVert w_j\\rVert=1' },
  ),
  'training.constraints.*:nonNegative': explain(
    ['Non-negative', '非负'],
    ['No weight is below 0.', '权重不小于 0。'],
    null,
    { formula: 'w\\ge 0' },
  ),
  'training.constraints.*.limit': explain(['Limit', '上限'], ['Largest norm.', '最大范数。'], null, {
    whose: 'Keras',
  }),
  'training.learningRateMultipliers': explain(
    ['Learning-rate multipliers', '学习率倍数'],
    [
      'Factor on the learning rate per kind of weight; 1 where not named.',
      '各类权重学习率的倍数；未列出的为 1。',
    ],
    ['Lower for parts that were trained before.', '对已训练过的部分降低。'],
  ),
  'training.frozen': explain(
    ['Frozen', '冻结'],
    [
      'Layers or weights that do not learn, by name or prefix: gru.0, head.',
      '不参与学习的层或权重，按名称或前缀：gru.0、head。',
    ],
    ['When a trained model learns a new head.', '为已训练模型学习新输出头时使用。'],
  ),
  'training.earlyStopping': explain(
    ['Early stopping', '早停'],
    ['Stops when the validation loss no longer improves.', '验证损失不再改善时停止。'],
    ['Keep on; off for runs of a fixed length that are compared.', '保持打开；比较固定长度的运行时关闭。'],
    { source: 'Prechelt 1998' },
  ),
  'training.earlyStopping.patience': explain(
    ['Patience', '耐心'],
    ['Epochs without improvement before the run stops.', '停止前容忍无改善的轮数。'],
    ['Longer for noisy validation curves.', '验证曲线噪声大时增大。'],
  ),
  'training.earlyStopping.minimumChange': explain(
    ['Smallest improvement', '最小改善'],
    ['Improvement that counts.', '视为改善的幅度。'],
    null,
    { whose: 'Keras' },
  ),
  'training.earlyStopping.restoreBest': explain(
    ['Return to the best', '恢复最佳'],
    ['Ends with the weights of the best epoch.', '以最佳轮次的权重结束。'],
    ['Keep on.', '保持打开。'],
  ),
  'training.averaging': explain(
    ['Weight averaging', '权重平均'],
    [
      'A moving average of the weights, used for evaluation and as the final model.',
      '权重的滑动平均，用于评估并作为最终模型。',
    ],
    [
      'Often gains a little for nothing; give it some thousand steps.',
      '常有小幅提升且几乎无代价；需数千步。',
    ],
    { formula: '\\bar w\\leftarrow d\\,\\bar w+(1-d)\\,w', source: 'Polyak and Juditsky 1992' },
  ),
  'training.averaging.decay': explain(
    ['Decay', '衰减'],
    ['Share of the old average that every update keeps.', '每次更新保留旧平均的占比。'],
    ['0.99 for short runs, 0.9999 for long ones.', '短时运行 0.99，长时运行 0.9999。'],
  ),
  'training.checkpoints': explain(
    ['Checkpoints', '检查点'],
    ['How often the state is saved, and how much of it is kept.', '保存状态的频率及保留数量。'],
    null,
  ),
  'training.checkpoints.everySteps': explain(
    ['Every', '间隔步数'],
    [
      'Also within an epoch, after so many steps; empty for epoch ends alone.',
      '轮内也按此步数保存；留空仅在轮末保存。',
    ],
    ['Set it when an epoch takes longer than you are ready to lose.', '一轮耗时超过可承受的损失时设置。'],
  ),
  'training.checkpoints.keep': explain(
    ['Kept', '保留数'],
    ['Newest checkpoints kept, beside the best one.', '除最佳外保留的最新检查点数。'],
    null,
  ),
};
