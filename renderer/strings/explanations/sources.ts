import { type Explanation, explain } from './explanation.ts';

/** How files, texts and recordings are read. */
export const sourceExplanations: Readonly<Record<string, Explanation>> = {
  'data.source': explain(
    ['Reading of the file', '文件读取方式'],
    [
      'How the file is read; what is left empty is found from the file.',
      '文件的读取方式；留空的项由程序根据文件判断。',
    ],
    ['Only when the preview shows that something was read wrongly.', '仅在预览显示读取有误时更改。'],
  ),
  'data.source.format': explain(
    ['Format', '格式'],
    ['Format of the file; empty finds it from name and content.', '文件格式；留空则由名称和内容判断。'],
    null,
  ),
  'data.source.entry': explain(
    ['Entry', '条目'],
    ['Which file of an archive is read.', '读取压缩包中的哪个文件。'],
    null,
  ),
  'data.source.encoding': explain(
    ['Encoding', '编码'],
    ['How characters are written as bytes.', '字符的字节编码。'],
    ['When letters with accents or Chinese characters look wrong.', '重音字母或汉字显示异常时更改。'],
  ),
  'data.source.delimiter': explain(
    ['Delimiter', '分隔符'],
    ['What separates the cells of a row.', '分隔一行中各单元格的字符。'],
    null,
  ),
  'data.source.quote': explain(
    ['Quote', '引号'],
    ['Character around cells that hold the delimiter.', '包含分隔符的单元格两侧的字符。'],
    null,
  ),
  'data.source.comment': explain(
    ['Comment', '注释符'],
    ['Lines that begin with it are left out.', '以其开头的行将被略去。'],
    null,
  ),
  'data.source.header': explain(
    ['Header', '表头'],
    ['Whether the first row holds the names of the columns.', '第一行是否为列名。'],
    null,
  ),
  'data.source.decimalComma': explain(
    ['Decimal comma', '小数逗号'],
    ['Whether 1,5 means one and a half.', '1,5 是否表示一点五。'],
    null,
  ),
  'data.source.thousands': explain(
    ['Thousands separator', '千位分隔符'],
    ['What separates groups of three digits.', '三位数字分组的分隔符。'],
    null,
  ),
  'data.source.sheet': explain(
    ['Sheet', '工作表'],
    ['Which sheet of a workbook is read.', '读取工作簿中的哪个工作表。'],
    null,
  ),
  'data.source.path': explain(
    ['Path inside', '内部路径'],
    ['Where in the file the table lies.', '表格在文件中的位置。'],
    null,
  ),
  'data.source.labels': explain(
    ['Labels', '标签文件'],
    ['File with a label for each document or recording.', '每个文档或录音的标签文件。'],
    null,
  ),
  'data.source.shape': explain(
    ['Shape', '形态'],
    [
      'Whether rows are timesteps, series stand below each other, or each row is one series.',
      '行为时间步、各序列上下排列，或每行为一个序列。',
    ],
    null,
  ),
  'data.sql': explain(
    ['Query', '查询'],
    ['SQL that is run over the rows before they are used.', '使用各行之前执行的 SQL。'],
    ['To filter, join or derive columns.', '用于筛选、连接或派生列。'],
  ),
  'data.samplingRate': explain(
    ['Keep every', '抽取间隔'],
    ['How densely the rows are sampled.', '各行的采样密度。'],
    ['Raise it for signals that are measured far faster than they change.', '测量远快于变化的信号应增大。'],
  ),
  'data.minimumLength': explain(
    ['Shortest', '最短长度'],
    ['Series with fewer rows are left out.', '行数更少的序列将被略去。'],
    null,
  ),
  'data.maximumLength': explain(
    ['Longest', '最长长度'],
    ['Longer sequences are shortened or left out.', '更长的序列将被截短或略去。'],
    ['Lower it when a few long sequences fill the memory.', '少数长序列占满内存时减小。'],
  ),
  'data.longer': explain(
    ['If longer', '超长时'],
    ['What happens to sequences above the longest length.', '超过最长长度的序列如何处理。'],
    null,
  ),
  'data.resample': explain(
    ['Resample', '重采样'],
    ['Brings rows to a regular spacing in time.', '将各行变为等间隔时间。'],
    [
      'On when rows come irregularly, or finer than the forecast needs.',
      '行间隔不规则或细于预测所需时打开。',
    ],
    { source: 'pandas resample' },
  ),
  'data.resample.every': explain(
    ['Every', '每'],
    ['Units of time in one period.', '一个周期包含的时间单位数。'],
    null,
  ),
  'data.resample.unit': explain(['Unit', '单位'], ['Unit of time.', '时间单位。'], null),
  'data.sampling': explain(
    ['Class sampling', '类别采样'],
    [
      'Evens out classes by repeating rare ones or leaving out common ones, in training alone.',
      '仅在训练中重复稀有类或略去常见类以平衡类别。',
    ],
    [
      'When one class is far rarer than the others; class weights are the gentler way.',
      '某类远少于其他类时；类别权重更温和。',
    ],
  ),
  'data.split:group': explain(
    ['By group', '按组'],
    ['Rows with the same text in the group column go to one part.', '组列文本相同的行归入同一部分。'],
    null,
  ),
  'data.split:stratified': explain(
    ['Stratified', '分层'],
    ['Every part gets the same mix of classes.', '各部分的类别比例相同。'],
    null,
  ),
  'data.split:rollingOrigin': explain(
    ['Rolling origin', '滚动起点'],
    ['The end of training moves forward from fold to fold.', '训练终点逐折向前移动。'],
    null,
    { source: 'Tashman 2000' },
  ),
  'data.split.folds': explain(['Folds', '折数'], ['How many folds there are.', '折的数量。'], null),
  'data.split.fold': explain(
    ['Fold', '折'],
    ['Which fold this run takes.', '本次运行使用哪一折。'],
    ['Run every fold and compare; one alone says little.', '运行所有折并比较；单独一折意义不大。'],
  ),
  'data.split.trainingRows': explain(
    ['Training rows', '训练行数'],
    ['Rows that train in every fold; empty lets training grow.', '每折训练的行数；留空则逐折增长。'],
    null,
  ),
  'data.text': explain(
    ['Text', '文本'],
    ['How columns of text are cut into tokens.', '文本列如何切分为词元。'],
    null,
  ),
  'data.text.tokenizer': explain(
    ['Tokenizer', '分词器'],
    ['Cuts text into words, characters or byte pairs.', '将文本切分为词、字符或字节对。'],
    [
      'Characters for short texts and small data; byte pairs for long texts.',
      '短文本和小数据用字符；长文本用字节对。',
    ],
    { source: 'Sennrich et al. 2016' },
  ),
  'data.text.file': explain(
    ['Tokenizer file', '分词器文件'],
    ['A tokenizer that was made elsewhere.', '在别处制作的分词器。'],
    null,
  ),
  'data.text.vocabulary': explain(
    ['Vocabulary', '词表大小'],
    ['How many different tokens are kept.', '保留多少种词元。'],
    ['Larger for much text; every token costs an embedding.', '文本多时增大；每个词元都需要一个嵌入。'],
  ),
  'data.text.minimumFrequency': explain(
    ['Rarest', '最低频次'],
    ['Tokens that occur less often count as unknown.', '出现次数更少的词元视为未知。'],
    null,
  ),
  'data.text.lowercase': explain(
    ['Lower case', '转小写'],
    ['Treats capital and small letters alike.', '不区分大小写。'],
    null,
  ),
  'data.text.unicode': explain(
    ['Unicode form', 'Unicode 形式'],
    ['Brings characters that look alike to one form.', '将外观相同的字符统一为一种形式。'],
    null,
    { source: 'Unicode UAX 15' },
  ),
  'data.text.maximumLength': explain(
    ['Longest', '最长长度'],
    ['Longer texts are cut.', '更长的文本将被截断。'],
    null,
  ),
  'data.text.truncate': explain(
    ['Cut at', '截断位置'],
    ['Which end of a long text is cut off.', '截去长文本的哪一端。'],
    null,
  ),
  'data.text.documents': explain(
    ['Documents', '文档'],
    ['Whether each document is a sequence, or all are joined to one.', '每个文档为一个序列，或全部连接。'],
    null,
  ),
  'data.text.vectors': explain(
    ['Word vectors', '词向量'],
    ['File with vectors that the embedding starts from.', '嵌入起始向量的文件。'],
    ['When there is little text: vectors from a large corpus help.', '文本较少时，来自大语料的向量有帮助。'],
    { source: 'Pennington et al. 2014' },
  ),
  'data.source.audio': explain(
    ['Audio', '音频'],
    ['How recordings become sequences of features.', '录音如何变为特征序列。'],
    null,
  ),
  'data.source.audio.features': explain(
    ['Features', '特征'],
    ['Log mel energies, or mel-frequency cepstral coefficients.', '对数梅尔能量，或梅尔频率倒谱系数。'],
    ['Log mel for networks; MFCC to compare with older work.', '神经网络用对数梅尔；与早期工作比较用 MFCC。'],
    { source: 'librosa; Davis and Mermelstein 1980' },
  ),
  'data.source.audio.sampleRate': explain(
    ['Sample rate', '采样率'],
    ['Recordings are brought to it, in hertz.', '录音统一到此采样率（赫兹）。'],
    null,
  ),
  'data.source.audio.frame': explain(
    ['Frame', '帧长'],
    ['Length of a window of the spectrum.', '频谱窗口的长度。'],
    null,
    { whose: 'librosa' },
  ),
  'data.source.audio.hop': explain(
    ['Hop', '帧移'],
    ['Distance between two windows: one timestep.', '两个窗口的间距：一个时间步。'],
    null,
    { whose: 'librosa' },
  ),
  'data.source.audio.bands': explain(
    ['Bands', '频带数'],
    ['Mel bands of the spectrum.', '频谱的梅尔频带数。'],
    null,
    { whose: 'librosa' },
  ),
  'data.source.audio.coefficients': explain(
    ['Coefficients', '系数数'],
    ['Cepstral coefficients that are kept.', '保留的倒谱系数个数。'],
    null,
    { whose: 'librosa' },
  ),
  'data.source.audio.lowest': explain(
    ['Lowest', '最低频率'],
    ['Lowest frequency, in hertz.', '最低频率（赫兹）。'],
    null,
  ),
  'data.source.audio.highest': explain(
    ['Highest', '最高频率'],
    [
      'Highest frequency, in hertz; empty for half the sample rate.',
      '最高频率（赫兹）；留空为采样率的一半。',
    ],
    null,
  ),
  'data.source.audio.scale': explain(
    ['Mel scale', '梅尔标度'],
    ['Which formula of the mel scale.', '采用哪种梅尔标度公式。'],
    null,
    { formula: 'm=2595\\log_{10}(1+f/700)', source: 'Slaney 1998; HTK' },
  ),
  'data.source.audio.range': explain(
    ['Range', '动态范围'],
    ['Decibels below the loudest that are kept.', '保留比最响处低多少分贝。'],
    null,
    { whose: 'librosa' },
  ),
  'training.bucketing': explain(
    ['Bucketing', '分桶'],
    [
      'Puts sequences of like length into one batch, so that little is padded.',
      '将长度相近的序列放入一批，减少填充。',
    ],
    ['On when lengths differ widely.', '长度差异大时打开。'],
  ),
};
