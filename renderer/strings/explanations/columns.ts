import { type Explanation, explain } from './explanation.ts';

/** What can be said of one column. */
export const columnExplanations: Readonly<Record<string, Explanation>> = {
  'data.columns.*.name': explain(['Name', '名称'], ['As in the file.', '与文件中相同。'], null),
  'data.columns.*.role': explain(
    ['Role', '角色'],
    [
      'What the column means to the model: input, target, both, time, series, part, group, weight, or unused.',
      '该列对模型的含义：输入、目标、二者、时间、序列名、划分、组、权重或不使用。',
    ],
    null,
  ),
  'data.columns.*.encoding': explain(
    ['Encoding', '编码'],
    ['How its cells become numbers.', '单元格如何变为数值。'],
    [
      'One-hot for a few categories, an embedding for many, a hash for very many.',
      '类别少用独热，多用嵌入，极多用散列。',
    ],
  ),
  'data.columns.*.normalize': explain(
    ['Normalization', '归一化'],
    ['Normalizer of this column; empty takes that of the data.', '该列的归一化；留空则与数据设置相同。'],
    null,
  ),
  'data.columns.*.perSeries': explain(
    ['One normalizer per series', '每个序列单独归一化'],
    ['Fits the normalizer of this column for each series.', '按序列分别拟合该列的归一化。'],
    null,
  ),
  'data.columns.*.clip': explain(
    ['Outliers', '离群值'],
    ['Moves outliers to a bound that is fitted on the training part.', '将离群值移到在训练集上拟合的界限。'],
    ['When a few extreme values rule the loss.', '少数极端值主导损失时使用。'],
  ),
  'data.columns.*.clip:quantile': explain(
    ['By quantiles', '按分位数'],
    ['Between two quantiles.', '限制在两个分位数之间。'],
    null,
  ),
  'data.columns.*.clip:interquartile': explain(
    ['By quartiles', '按四分位距'],
    ['Between the quartiles, widened by a multiple of their distance.', '四分位之间，并按其距离的倍数放宽。'],
    null,
    { formula: '[Q_1-k\\,d,\\;Q_3+k\\,d],\\quad d=Q_3-Q_1', source: 'Tukey 1977' },
  ),
  'data.columns.*.clip:deviation': explain(
    ['By deviations', '按标准差'],
    ['Around the mean, by a multiple of the standard deviation.', '均值附近若干倍标准差。'],
    null,
    { formula: '\\mu\\pm k\\sigma' },
  ),
  'data.columns.*.clip.low': explain(
    ['Low quantile', '低分位数'],
    ['Values below it are raised to it.', '更低的值提高到该分位数。'],
    null,
  ),
  'data.columns.*.clip.high': explain(
    ['High quantile', '高分位数'],
    ['Values above it are lowered to it.', '更高的值降低到该分位数。'],
    null,
  ),
  'data.columns.*.clip.factor': explain(
    ['Factor', '倍数'],
    ['How far beyond values may lie.', '允许超出多远。'],
    null,
  ),
  'data.columns.*.transform': explain(
    ['Transform', '变换'],
    ['Of a numeric column after clipping, inverted on output.', '数值列截断后的变换，输出时还原。'],
    ['Log for prices and counts that grow by percent.', '按百分比增长的价格和计数用对数。'],
  ),
  'data.columns.*.transform:log': explain(
    ['Logarithm', '对数'],
    ['Logarithm of the value plus an offset.', '值加偏移后取对数。'],
    null,
    { formula: '\\log(x+c)' },
  ),
  'data.columns.*.transform:boxCox': explain(
    ['Box-Cox', 'Box-Cox'],
    ['A power that makes the column as normal as it can be.', '使该列尽可能接近正态的幂变换。'],
    null,
    { formula: '\\frac{(x+c)^\\lambda-1}{\\lambda}', source: 'Box and Cox 1964' },
  ),
  'data.columns.*.transform.offset': explain(
    ['Offset', '偏移'],
    ['Added before the transform.', '变换前加上的数。'],
    null,
  ),
  'data.columns.*.difference': explain(
    ['Difference', '差分'],
    ['The change since so many rows before, inverted on output.', '与若干行之前相比的变化，输出时还原。'],
    [
      '1 for series that drift; the season (7, 24) for seasonal ones.',
      '漂移序列取 1；季节性序列取周期（7、24）。',
    ],
    { formula: "x'_t=x_t-x_{t-d}" },
  ),
  'data.columns.*.lags': explain(
    ['Lags', '滞后'],
    ['Further inputs: the value so many rows before.', '附加输入：若干行之前的值。'],
    ['A lag of a season that is longer than the window.', '周期长于窗口时加入该滞后。'],
  ),
  'data.columns.*.rolling': explain(
    ['Rolling statistics', '滚动统计'],
    ['Further inputs: a statistic of the last rows.', '附加输入：最近若干行的统计量。'],
    null,
  ),
  'data.columns.*.rolling.*.rows': explain(
    ['Rows', '行数'],
    ['Rows that it covers, the present one among them.', '覆盖的行数，含当前行。'],
    null,
  ),
  'data.columns.*.rolling.*.statistic': explain(
    ['Statistic', '统计量'],
    ['Mean or standard deviation.', '均值或标准差。'],
    null,
  ),
  'data.columns.*.known': explain(
    ['Known', '已知范围'],
    [
      'Known up to the present row, known ahead (holidays, prices), or one value a series.',
      '截至当前行已知、提前已知（假日、价格），或每序列一个值。',
    ],
    null,
  ),
  'data.columns.*.aggregate': explain(
    ['When resampled', '重采样时'],
    ['What the rows of a period become.', '一个周期内各行如何合并。'],
    ['Sum for amounts, mean for levels, last for states.', '数量求和，水平取均值，状态取最后。'],
  ),
  'data.columns.*.minimumCount': explain(
    ['Rarest category', '最低频次'],
    ['Categories with fewer training rows count as unknown.', '训练行数更少的类别视为未知。'],
    null,
  ),
  'data.columns.*.maximumCategories': explain(
    ['Categories at most', '最多类别数'],
    ['Only so many of the most frequent categories are told apart.', '只区分最常见的若干类别。'],
    null,
  ),
  'data.columns.*.buckets': explain(
    ['Buckets', '散列桶数'],
    ['Buckets that hashed categories share.', '散列类别共享的桶数。'],
    null,
  ),
  'data.columns.*.timeFormat': explain(
    ['Time format', '时间格式'],
    ['How times are written, in the letters of strptime.', '时间的书写格式（strptime 字母）。'],
    null,
  ),
  'data.columns.*.timeZone': explain(
    ['Time zone', '时区'],
    ['Zone in which times without an offset are meant.', '无偏移时间所属的时区。'],
    null,
  ),
  'data.columns.*.calendar': explain(
    ['Calendar', '日历'],
    ['Parts of the time as further inputs: hour, weekday, ...', '将时间的部分作为附加输入：小时、星期等。'],
    ['When people or daylight drive the series.', '序列受人类作息或日照影响时使用。'],
  ),
  'data.columns.*.calendarForm': explain(
    ['Calendar form', '日历形式'],
    ['A point on a circle, or one-hot.', '圆上的点，或独热。'],
    null,
  ),
};
