import type { Language } from './catalog.ts';
import type { Bilingual } from './explanations/explanation.ts';

const label = (en: string, zh: string): Bilingual => ({ en, zh });

/**
 * Words for the values of settings that are chosen from a list, by the setting's last key. Names that the literature
 * writes as they are (activations) are shown as they are.
 */
const options: Readonly<Record<string, Readonly<Record<string, Bilingual>>>> = {
  task: {
    forecast: label('Forecast', '预测'),
    classify: label('Classification', '分类'),
    regress: label('Regression', '回归'),
    tag: label('Tagging', '序列标注'),
    next: label('Next-step prediction', '下一步预测'),
  },
  sequence: { window: label('Windows', '窗口'), whole: label('Whole sequences', '整个序列') },
  firstStep: { data: label('From the data', '来自数据'), zeros: label('From zeros', '从零开始') },
  normalize: {
    none: label('None', '不归一化'),
    standard: label('Standard (mean, deviation)', '标准化（均值、标准差）'),
    minMax: label('Min-max', '最小最大'),
    robust: label('Robust (median, quartiles)', '稳健（中位数、四分位）'),
  },
  missing: {
    error: label('Refuse', '拒绝'),
    drop: label('Drop the row', '删除该行'),
    forward: label('Repeat the last value', '沿用上一个值'),
    interpolate: label('Interpolate', '插值'),
    mean: label('Training mean', '训练集均值'),
    mask: label('Fill, and tell the model', '填充并告知模型'),
  },
  duplicates: {
    error: label('Refuse', '拒绝'),
    first: label('Keep the first', '保留第一行'),
    last: label('Keep the last', '保留最后一行'),
    mean: label('Average', '取平均'),
  },
  resetMode: {
    before: label('Before the recurrent product', '循环乘积之前'),
    after: label('After it', '循环乘积之后'),
    afterRecurrentBias: label('After it, with recurrent bias', '之后，带循环偏置'),
  },
  readout: {
    last: label('Last state', '最后状态'),
    every: label('Every step', '每一步'),
    mean: label('Mean', '均值'),
    max: label('Maximum', '最大值'),
    attention: label('Attention', '注意力'),
  },
  lossReduction: {
    mean: label('Mean over outputs', '对输出取平均'),
    sumOutputs: label('Sum over outputs', '对输出求和'),
  },
  per: { step: label('Steps', '步'), epoch: label('Epochs', '轮') },
  shape: {
    cosine: label('Cosine', '余弦'),
    linear: label('Linear', '线性'),
    wide: label('A row is a timestep', '每行一个时间步'),
    long: label('Series below each other', '各序列上下排列'),
    rows: label('A row is a series', '每行一个序列'),
  },
  mode: {
    triangular: label('The same', '不变'),
    triangular2: label('Halved each time', '每次减半'),
    exponential: label('Gamma to the step', '按 gamma 的步数次幂'),
    fanIn: label('Inputs', '输入数'),
    fanOut: label('Outputs', '输出数'),
    fanAverage: label('Mean of both', '二者均值'),
  },
  distribution: {
    truncatedNormal: label('Truncated normal', '截断正态分布'),
    normal: label('Normal', '正态分布'),
    uniform: label('Uniform', '均匀分布'),
  },
  name: {
    auto: label('Automatic', '自动'),
    reference: label('Reference (float64)', '参考实现（float64）'),
    native: label('Native CPU', '原生 CPU'),
    portable: label('WebAssembly', 'WebAssembly'),
    webgpu: label('WebGPU', 'WebGPU'),
    tensorflow: label('TensorFlow (CUDA)', 'TensorFlow（CUDA）'),
  },
  storage: {
    float32: label('32 bits (float32)', '32 位（float32）'),
    float16: label('16 bits (float16)', '16 位（float16）'),
  },
  role: {
    feature: label('Input', '输入'),
    target: label('Target', '目标'),
    featureAndTarget: label('Input and target', '输入和目标'),
    time: label('Time', '时间'),
    series: label('Series', '序列名'),
    split: label('Split', '划分'),
    group: label('Group', '组'),
    weight: label('Weight', '权重'),
    ignore: label('Not used', '不使用'),
  },
  encoding: {
    numeric: label('Number', '数值'),
    oneHot: label('One-hot', '独热'),
    embedding: label('Embedding', '嵌入'),
    label: label('Label', '标签'),
    hash: label('Hash', '散列'),
    binary: label('0/1', '0/1'),
    text: label('Tokens', '词元'),
    'utf-8': label('UTF-8', 'UTF-8'),
    'utf-16le': label('UTF-16 LE', 'UTF-16 LE'),
    'utf-16be': label('UTF-16 BE', 'UTF-16 BE'),
    gb18030: label('GB 18030 (Chinese)', 'GB 18030'),
    latin1: label('Latin-1 (Western)', 'Latin-1（西欧）'),
  },
  format: {
    csv: label('CSV', 'CSV'),
    json: label('JSON', 'JSON'),
    jsonl: label('JSON Lines', 'JSON Lines'),
    parquet: label('Parquet', 'Parquet'),
    arrow: label('Arrow', 'Arrow'),
    excel: label('Excel', 'Excel'),
    numpy: label('NumPy', 'NumPy'),
    hdf5: label('HDF5', 'HDF5'),
    text: label('Text', '文本'),
    audio: label('Audio', '音频'),
    conll: label('CoNLL (tagged words)', 'CoNLL（标注词）'),
    tmx: label('TMX (translations)', 'TMX（翻译）'),
    pairs: label('Sentence pairs', '句对'),
    wav: label('WAV recordings', 'WAV 录音'),
  },
  thousands: {
    none: label('None', '无'),
    comma: label('Comma', '逗号'),
    dot: label('Dot', '点'),
    space: label('Space', '空格'),
    apostrophe: label('Apostrophe', '撇号'),
  },
  longer: {
    drop: label('Leave out', '略去'),
    first: label('Keep the beginning', '保留开头'),
    last: label('Keep the end', '保留结尾'),
  },
  unit: {
    second: label('Seconds', '秒'),
    minute: label('Minutes', '分钟'),
    hour: label('Hours', '小时'),
    day: label('Days', '天'),
    week: label('Weeks', '周'),
    month: label('Months', '月'),
    quarter: label('Quarters', '季度'),
    year: label('Years', '年'),
  },
  sampling: {
    none: label('As they are', '保持原样'),
    over: label('Repeat rare classes', '重复稀有类'),
    under: label('Leave out common ones', '略去常见类'),
  },
  tokenizer: {
    word: label('Words', '词'),
    character: label('Characters', '字符'),
    bytePair: label('Byte pairs', '字节对'),
    file: label('From a file', '来自文件'),
  },
  unicode: { none: label('As it is', '保持原样'), NFC: label('NFC', 'NFC'), NFKC: label('NFKC', 'NFKC') },
  truncate: { end: label('The end', '末尾'), start: label('The beginning', '开头') },
  documents: { separate: label('Each by itself', '各自独立'), joined: label('Joined', '连接') },
  features: { logMel: label('Log mel', '对数梅尔'), mfcc: label('MFCC', 'MFCC') },
  scale: { slaney: label('Slaney', 'Slaney'), htk: label('HTK', 'HTK') },
  statistic: { mean: label('Mean', '均值'), deviation: label('Deviation', '标准差') },
  known: {
    past: label('Up to now', '截至当前'),
    future: label('Ahead', '提前已知'),
    static: label('One value a series', '每序列一个值'),
  },
  aggregate: {
    mean: label('Mean', '均值'),
    sum: label('Sum', '总和'),
    min: label('Smallest', '最小'),
    max: label('Largest', '最大'),
    first: label('First', '最先'),
    last: label('Last', '最后'),
    count: label('Count', '计数'),
  },
  calendar: {
    hour: label('Hour', '小时'),
    weekday: label('Weekday', '星期'),
    dayOfMonth: label('Day of the month', '月中日'),
    dayOfYear: label('Day of the year', '年中日'),
    month: label('Month', '月份'),
    weekend: label('Weekend', '周末'),
  },
  calendarForm: { cycle: label('Cycle', '循环'), oneHot: label('One-hot', '独热') },
};

/** What a value of a setting is called; the value itself where it has no other name. */
export function optionLabel(key: string, value: string, language: Language): string {
  return options[key]?.[value]?.[language] ?? value;
}

export function hasOptionLabel(key: string, value: string): boolean {
  return options[key]?.[value] !== undefined;
}
