import { type Explanation, explain } from './explanation.ts';

export const scheduleExplanations: Readonly<Record<string, Explanation>> = {
  'training.schedule': explain(
    ['Learning-rate decay', '学习率衰减'],
    ['How the learning rate changes over the run.', '学习率在运行中如何变化。'],
    [
      'Constant until the rest works; then cosine or one-cycle over the whole run usually gains a few percent.',
      '先用常数，其余正常后，全程余弦或单周期通常可提升几个百分点。',
    ],
  ),
  'training.schedule:constant': explain(
    ['Constant', '常数'],
    ['The base rate throughout.', '始终为基础学习率。'],
    null,
    {
      formula: '\\eta_p=\\eta_0',
    },
  ),
  'training.schedule:step': explain(
    ['Step', '阶梯'],
    ['Multiplied by gamma after every size.', '每隔固定间隔乘以 gamma。'],
    null,
    { formula: '\\eta_0\\gamma^{\\lfloor p/s\\rfloor}', source: 'PyTorch StepLR' },
  ),
  'training.schedule:multiStep': explain(
    ['Milestones', '里程碑'],
    ['Multiplied by gamma at every milestone.', '在每个里程碑处乘以 gamma。'],
    null,
    { formula: '\\eta_0\\gamma^{\\#\\{m\\le p\\}}', source: 'PyTorch MultiStepLR' },
  ),
  'training.schedule:exponential': explain(
    ['Exponential', '指数'],
    ['Multiplied by gamma at every step or epoch.', '每步或每轮乘以 gamma。'],
    null,
    { formula: '\\eta_0\\gamma^{p}', source: 'PyTorch ExponentialLR' },
  ),
  'training.schedule:inverseTime': explain(
    ['Inverse time', '反比时间'],
    ['Falls fast at first, then slowly.', '先快后慢地下降。'],
    null,
    { formula: '\\frac{\\eta_0}{1+d\\,p/s}', source: 'Keras InverseTimeDecay' },
  ),
  'training.schedule:polynomial': explain(
    ['Polynomial', '多项式'],
    ['Falls along a power to an end value.', '按幂函数降至终值。'],
    null,
    { formula: '\\eta_0\\left[(1-e)(1-p/s)^k+e\\right]', source: 'Keras PolynomialDecay' },
  ),
  'training.schedule:cosine': explain(
    ['Cosine', '余弦'],
    ['Half a cosine wave down.', '半个余弦波下降。'],
    null,
    {
      formula: '\\eta_0\\left[e+\\tfrac{1-e}{2}(1+\\cos(\\pi p/s))\\right]',
      source: 'Loshchilov and Hutter 2017',
    },
  ),
  'training.schedule:cosineRestarts': explain(
    ['Cosine with restarts', '余弦重启'],
    ['The same, begun anew after every period.', '同上，每个周期后重新开始。'],
    null,
    { formula: 'T_{i+1}=T_i\\cdot c', source: 'Loshchilov and Hutter 2017' },
  ),
  'training.schedule:oneCycle': explain(
    ['One cycle', '单周期'],
    ['Up to the base rate, then down far below where it began.', '升至基础学习率，再降到远低于起点。'],
    null,
    {
      formula: '\\tfrac{\\eta_0}{d_s}\\to\\eta_0\\to\\tfrac{\\eta_0}{d_s d_e}',
      source: 'Smith and Topin 2018; PyTorch OneCycleLR',
    },
  ),
  'training.schedule:cyclic': explain(
    ['Cyclic', '循环'],
    ['Up and down again and again.', '反复升降。'],
    null,
    { source: 'Smith 2017; PyTorch CyclicLR' },
  ),
  'training.schedule.per': explain(
    ['Counted in', '计数单位'],
    ['Whether the schedule counts steps or epochs.', '按步还是按轮计数。'],
    null,
  ),
  'training.schedule.size': explain(
    ['Every', '间隔'],
    ['Steps or epochs between two reductions.', '两次降低之间的步数或轮数。'],
    null,
  ),
  'training.schedule.gamma': explain(
    ['Gamma', 'Gamma'],
    ['Factor on the learning rate.', '学习率的系数。'],
    ['Nearer 1 for a slower fall.', '越接近 1 下降越慢。'],
    { whose: 'PyTorch' },
  ),
  'training.schedule.milestones': explain(
    ['Milestones', '里程碑'],
    ['Steps or epochs at which the rate falls.', '学习率下降的步或轮。'],
    null,
  ),
  'training.schedule.decayRate': explain(
    ['Decay rate', '衰减率'],
    ['How fast it falls.', '下降的速度。'],
    null,
  ),
  'training.schedule.decaySteps': explain(
    ['Over', '时长'],
    ['Steps or epochs of the decay.', '衰减持续的步数或轮数。'],
    ['As long as the run, so that it ends at the lowest rate.', '与运行等长，使结束时学习率最低。'],
  ),
  'training.schedule.staircase': explain(
    ['In stairs', '阶梯式'],
    ['Rounds down, so that the rate falls in stairs.', '向下取整，使学习率呈阶梯下降。'],
    null,
    { whose: 'Keras' },
  ),
  'training.schedule.endFactor': explain(
    ['End', '终值'],
    ['Fraction of the base rate at the end.', '结束时占基础学习率的比例。'],
    null,
  ),
  'training.schedule.power': explain(['Power', '幂'], ['1 is a straight line.', '1 为直线。'], null, {
    whose: 'Keras',
  }),
  'training.schedule.minimumFactor': explain(
    ['Lowest', '最低值'],
    ['Lowest fraction of the base rate.', '占基础学习率的最低比例。'],
    null,
  ),
  'training.schedule.firstPeriod': explain(
    ['First period', '首个周期'],
    ['Steps or epochs of the first period.', '首个周期的步数或轮数。'],
    null,
  ),
  'training.schedule.periodFactor': explain(
    ['Growth', '周期增长'],
    ['Factor on the period after each restart.', '每次重启后周期的倍数。'],
    null,
  ),
  'training.schedule.totalSteps': explain(
    ['Total steps', '总步数'],
    ['Steps of the cycle; empty takes all steps of the run.', '周期的步数；留空取整个运行。'],
    null,
  ),
  'training.schedule.warmFraction': explain(
    ['Rising share', '上升占比'],
    ['Share of the steps that goes up.', '上升阶段占总步数的比例。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.schedule.startDivisor': explain(
    ['Start divisor', '起始除数'],
    ['The base rate over the rate at the start.', '基础学习率与起始学习率之比。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.schedule.endDivisor': explain(
    ['End divisor', '结束除数'],
    ['The rate at the start over that at the end.', '起始学习率与结束学习率之比。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.schedule.shape': explain(
    ['Shape', '形状'],
    ['Shape of the rise and the fall.', '升降的形状。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.schedule.stepsUp': explain(
    ['Steps up', '上升步数'],
    ['Steps of a rise.', '一次上升的步数。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.schedule.stepsDown': explain(
    ['Steps down', '下降步数'],
    ['Steps of a fall; empty for as many as up.', '一次下降的步数；留空与上升相同。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.schedule.mode': explain(
    ['Height', '高度'],
    [
      'Height of the cycles: the same, halved each time, or gamma to the step.',
      '周期的高度：不变、每次减半，或按 gamma 的步数次幂。',
    ],
    null,
    { whose: 'PyTorch' },
  ),
  'training.warmup': explain(
    ['Warm-up', '预热'],
    ['Updates over which the learning rate rises linearly from 0.', '学习率从 0 线性上升所用的更新次数。'],
    ['100-1000 when the first steps explode, or with large batches.', '前几步爆炸或批很大时取 100-1000。'],
    { formula: '\\eta\\cdot\\min(1,t/w)', source: 'Goyal et al. 2017' },
  ),
  'training.plateau': explain(
    ['Reduce on plateau', '停滞时降低'],
    ['Also reduces the learning rate when validation stops improving.', '验证指标不再改善时也降低学习率。'],
    ['On for long runs with a constant schedule.', '采用常数学习率的长时运行时打开。'],
    { source: 'PyTorch ReduceLROnPlateau' },
  ),
  'training.plateau.factor': explain(
    ['Factor', '系数'],
    ['Multiplies the learning rate.', '学习率乘以该系数。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.plateau.patience': explain(
    ['Patience', '耐心'],
    ['Epochs without improvement that are tolerated.', '容忍无改善的轮数。'],
    ['Shorter than that of early stopping.', '应小于早停的耐心。'],
    { whose: 'PyTorch' },
  ),
  'training.plateau.threshold': explain(
    ['Threshold', '阈值'],
    ['Relative improvement that counts.', '视为改善的相对幅度。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.plateau.cooldown': explain(
    ['Cool-down', '冷却'],
    ['Epochs to wait after a reduction.', '降低后等待的轮数。'],
    null,
    { whose: 'PyTorch' },
  ),
  'training.plateau.minimumFactor': explain(
    ['Lowest', '最低值'],
    ['The rate never falls below this fraction of its base.', '学习率不低于基础值的该比例。'],
    null,
    { whose: 'PyTorch' },
  ),
};
