import { type Explanation, explain } from './explanation.ts';

export const dataExplanations: Readonly<Record<string, Explanation>> = {
  name: explain(
    ['Name', '名称'],
    ['Shown in lists of runs and in file names.', '显示在运行列表和文件名中。'],
    null,
  ),
  task: explain(
    ['Task', '任务'],
    [
      'What is predicted: values after a window, one label or value for a sequence, one at every timestep, or the next step itself.',
      '预测的内容：窗口之后的数值、整个序列的一个标签或数值、每个时间步的标签或数值，或下一步本身。',
    ],
    [
      'Follow the question. "What comes next?" is a forecast; "what is this sequence?" a classification; "how much?" a regression; "what is each step?" tagging; generating more of the same is next-step prediction.',
      '由问题决定：“接下来是多少？”用预测；“这个序列是什么？”用分类；“数值是多少？”用回归；“每一步是什么？”用序列标注；继续生成同类序列用下一步预测。',
    ],
  ),
  'data.file': explain(
    ['Source file', '源文件'],
    [
      'The file whose rows were imported into the project. Changing it imports the new file with the next run.',
      '其行已导入项目的文件。更改后，下一次运行会导入新文件。',
    ],
    null,
  ),
  'data.columns': explain(
    ['Columns', '列'],
    [
      'Which columns the model sees and predicts, in their order. Set on the Data screen.',
      '模型读取和预测哪些列及其顺序。在“数据”界面设置。',
    ],
    null,
  ),
  'data.sequence': explain(
    ['Sequences', '序列'],
    [
      'Sliding windows over each series, or every series as one sequence of its own length.',
      '在每个序列上滑动窗口，或将每个序列整体作为一个长度各异的样本。',
    ],
    [
      'Windows for forecasts from long series. Whole sequences when each series is one example, such as a recording or a word.',
      '从长序列做预测时用窗口；当每个序列就是一个样本（如一段录音、一个单词）时用整体。',
    ],
  ),
  'data.window': explain(
    ['Window', '窗口'],
    ['How many timesteps the model sees before it predicts.', '模型在预测前看到的时间步数。'],
    [
      'Cover at least one full period of what repeats (7 for weekly, 24 for hourly days), and better two. Longer windows cost time in proportion and make gradients travel further.',
      '至少覆盖一个完整周期（日数据按周取 7，小时数据按天取 24），最好两个。窗口越长，耗时成比例增加，梯度传播也越远。',
    ],
    { formula: 'x_{t-T+1},\\dots,x_t \\;\\to\\; \\hat y_{t+1},\\dots,\\hat y_{t+K}' },
  ),
  'data.horizon': explain(
    ['Horizon', '预测步数'],
    ['How many steps ahead a forecast predicts, all at once.', '一次同时预测未来多少步。'],
    [
      'As many as the decision needs. Errors grow with every step ahead; a shorter horizon is judged more kindly, not better.',
      '按决策所需设定。越远误差越大；缩短步数只会让指标更好看，并不代表模型更好。',
    ],
    { formula: '\\hat y_{t+1},\\dots,\\hat y_{t+K}' },
  ),
  'data.stride': explain(
    ['Stride', '步幅'],
    ['Rows between the starts of two windows.', '两个窗口起点之间相隔的行数。'],
    [
      'Raise it when there are far more windows than needed: neighboring windows share nearly all rows. Lower to 1 when data are scarce.',
      '窗口过多时增大：相邻窗口几乎包含相同的行。数据少时降为 1。',
    ],
  ),
  'data.firstStep': explain(
    ['First step', '第一步'],
    [
      'For next-step prediction: start from the first row, or predict it too, from a row of zeros.',
      '用于下一步预测：从第一行开始，或从一行零开始并预测第一行。',
    ],
    [
      'Zeros follow the benchmarks of polyphonic music (JSB chorales), whose likelihood counts the first step.',
      '“零”与复调音乐基准（JSB chorales）一致，其似然计入第一步。',
    ],
    { source: 'Boulanger-Lewandowski et al. 2012' },
  ),
  'data.normalize': explain(
    ['Normalization', '归一化'],
    [
      'Puts numeric columns on a common scale. Fitted on the training part only, and inverted on every output.',
      '将数值列变换到同一尺度。仅在训练集上拟合，输出时还原。',
    ],
    [
      'Standard for most data; robust when there are outliers; min-max when the range is known and hard; none when values are already small numbers around 0.',
      '多数数据用标准化；有离群值用稳健；范围已知且固定用最小最大；数值本就在 0 附近时可不用。',
    ],
    { formula: "x' = \\frac{x-\\mu}{\\sigma}", source: 'LeCun et al. 1998' },
  ),
  'data.perSeries': explain(
    ['One normalizer per series', '每个序列单独归一化'],
    [
      'Every series gets a mean and a scale of its own, from its training rows.',
      '每个序列用自身训练行的均值和尺度。',
    ],
    [
      'Turn on when series differ in level (shops of different size) and only the shape of the curve matters.',
      '当各序列水平不同（如规模不一的门店）而只关心曲线形状时打开。',
    ],
  ),
  'data.missing': explain(
    ['Missing values', '缺失值'],
    [
      'What happens to missing numbers: refuse, drop the row, repeat the last value, interpolate, or the training mean.',
      '缺失数值的处理：拒绝、删除该行、沿用上一个值、插值，或用训练集均值。',
    ],
    [
      'Interpolate short gaps in smooth series; repeat the last value where the future must not be looked at. Refuse until you have looked at the gaps.',
      '平滑序列的短缺口用插值；不可窥视未来时沿用上一个值；查看缺口之前保持拒绝。',
    ],
  ),
  'data.duplicates': explain(
    ['Duplicate times', '重复时间'],
    [
      'What happens to rows of one series with the same time: refuse, keep the first or the last, or average.',
      '同一序列中时间相同的行：拒绝、保留第一行或最后一行，或取平均。',
    ],
    [
      'Last for corrected readings, mean for repeated measurements.',
      '修正后的读数用最后一行，重复测量取平均。',
    ],
  ),
  'data.split': explain(
    ['Split', '划分'],
    [
      'Which rows train, which validate and which test. Validation chooses the best epoch; test is looked at once.',
      '哪些行用于训练、验证和测试。验证集用于选择最佳轮次；测试集只看一次。',
    ],
    [
      'By time for forecasts, so that the model is judged on the future. By series when new series will come. By a column when the parts are given.',
      '预测任务按时间划分，用未来评判模型；会有新序列时按序列；已给定划分时按列。',
    ],
  ),
  'data.split:time': explain(
    ['By time', '按时间'],
    [
      'The first rows train, the next validate, the last test, with a gap so that no window crosses.',
      '最前的行训练，其后验证，最后测试；其间留出间隔，使窗口不跨界。',
    ],
    null,
  ),
  'data.split:series': explain(
    ['By series', '按序列'],
    [
      'Whole series go to one part, by a hash of their name that is stable when rows are added.',
      '整个序列归入同一部分，由名称散列决定，新增行时保持不变。',
    ],
    null,
  ),
  'data.split:column': explain(
    ['By a column', '按列'],
    ['The column with the role "Split" names the part of each row.', '角色为“划分”的列指明每行所属部分。'],
    null,
  ),
  'data.split:random': explain(
    ['At random', '随机'],
    [
      'Sequences are dealt at random by the seed; only for sequences that do not overlap.',
      '按随机种子分配序列；仅用于互不重叠的序列。',
    ],
    null,
  ),
  'data.split.train': explain(
    ['Training share', '训练占比'],
    [
      'Share that trains; for a split by column, the texts that mean training.',
      '用于训练的占比；按列划分时，为表示训练的文本。',
    ],
    [
      'More for small data, as long as validation keeps some hundred samples.',
      '数据少时增大，但验证集应保留数百个样本。',
    ],
  ),
  'data.split.validation': explain(
    ['Validation share', '验证占比'],
    [
      'Share that validates; what is left tests. For a split by column, the texts that mean validation.',
      '用于验证的占比，其余用于测试；按列划分时，为表示验证的文本。',
    ],
    [
      'Without validation there is no early stopping and no best epoch.',
      '没有验证集就没有早停，也没有最佳轮次。',
    ],
  ),
  'data.split.test': explain(
    ['Test texts', '测试文本'],
    ['Texts of the split column that mean the test part.', '划分列中表示测试集的文本。'],
    null,
  ),
  'data.split.gap': explain(
    ['Gap', '间隔'],
    [
      'Rows left out between two parts, so that no window sees rows of another part. Empty takes window + horizon - 1.',
      '两部分之间留出的行，使窗口不会看到其他部分的行。留空则为 窗口 + 预测步数 - 1。',
    ],
    [
      'Raise it when rows stay alike for longer than a window; lowering it leaks the future into training.',
      '当相邻行相似的时间长于窗口时增大；减小会使未来信息泄漏到训练中。',
    ],
    { formula: 'T + K - 1' },
  ),
  backend: explain(['Backend', '计算后端'], ['What computes the run.', '由什么执行计算。'], null),
  'backend.name': explain(
    ['Backend', '计算后端'],
    [
      'What computes: automatic takes the fastest that works here. Reference is slow and exact, for checking.',
      '执行计算的后端：自动选择本机可用的最快者。参考后端较慢但精确，用于核对。',
    ],
    [
      'Leave automatic; name one to repeat a run bit for bit on another machine of the same kind.',
      '保持自动；若要在同类机器上逐位复现运行，则指定一个。',
    ],
  ),
  'backend.threads': explain(
    ['Threads', '线程'],
    [
      'Processor threads; empty takes one per core. Results do not depend on it.',
      '处理器线程数；留空则每核一个。结果与其无关。',
    ],
    ['Lower it to leave the machine usable while it trains.', '若训练时还要使用电脑，可减少。'],
  ),
  'backend.storage': explain(
    ['Storage', '存储'],
    [
      'What a graphics card keeps of recurrences of more than 192 units for the backward pass. Weights, sums and optimizer stay float32.',
      '显卡为反向传播保留超过 192 个单元的循环层时所用的格式。权重、求和与优化器仍为 float32。',
    ],
    [
      'float16 for larger batches or longer sequences than the card has memory for; results differ in the third digit.',
      '当显存放不下更大的批或更长的序列时选 float16；结果在第三位数字上会有差异。',
    ],
    { source: 'Zhao et al. 2019' },
  ),
};
