import type { Sentences } from './book.ts';

/** Texts, their tokens and vectors. */
export const text: Sentences = [
  ['The file has no tokens', '文件没有词元'],
  [
    'Give a file with a token and its tag in every line and a blank line after each sentence.',
    '请提供每行一个词元及其标签、句子之间空一行的文件。',
  ],
  ['A line has {found} columns where the others have {width}', '有一行为 {found} 列，而其他行为 {width} 列'],
  [
    'Give every token as many columns; a blank line ends a sentence.',
    '请让每个词元的列数相同；空行表示句子结束。',
  ],
  ['A line holds no pair of sentences', '有一行不是一对句子'],
  ['Put a tab between the two sentences of every line.', '请在每行的两个句子之间加制表符。'],
  ['The file has no pairs', '文件没有句对'],
  ['The file has no unit in two languages', '文件没有双语单元'],
  ['The file is not well-formed XML', '文件不是格式正确的 XML'],
  ['The file is no TMX: its root is "{name}"', '文件不是 TMX：其根元素为“{name}”'],
  ['Give a TMX file as translation programs export it.', '请提供翻译程序导出的 TMX 文件。'],
  [
    'What follows the second sentence of a line is left out ({more} more columns).',
    '每行第二个句子之后的内容已略去（另有 {more} 列）。',
  ],
  ['A pattern of the tokenizer cannot be used here', '此处无法使用分词器的模式'],
  ['"{name}" is not supported', '不支持“{name}”'],
  [
    'Use a tokenizer with another pre-tokenizer, or train one from the data.',
    '请使用预分词方式不同的分词器，或根据数据训练一个。',
  ],
  [
    'Use a tokenizer.json of the types BPE, WordLevel, WordPiece or Unigram, or train a tokenizer from the data.',
    '请使用 BPE、WordLevel、WordPiece 或 Unigram 类型的 tokenizer.json，或根据数据训练分词器。',
  ],
  ['The tokenizer is not JSON', '分词器不是 JSON'],
  ['The tokenizer is damaged at {place}: {message}', '分词器在 {place} 处损坏：{message}'],
  ['The file has no tokenizer model', '文件没有分词器模型'],
  ['The tokenizer\'s model "{name}" is not supported; {known} are', '不支持分词器模型“{name}”；支持 {known}'],
  [
    'The tokenizer\'s {key} "{name}" is not supported; {known} are',
    '不支持分词器的 {key}“{name}”；支持 {known}',
  ],
  [
    'The tokenizer drops merges at random (BPE dropout), so its tokens are not the same twice',
    '分词器随机丢弃合并（BPE dropout），因此两次的词元不同',
  ],
  [
    'The tokenizer has a token with the id {highest}; at most 2000000 are read',
    '分词器有编号为 {highest} 的词元；最多读取 2000000 个',
  ],
  ['The tokenizer has no vocabulary', '分词器没有词表'],
  ['Two tokens of the vocabulary have the same id', '词表中有两个词元的编号相同'],
  ['The unknown token "{name}" is not in the vocabulary', '词表中没有未知词元“{name}”'],
  ['The unknown token is not in the vocabulary', '词表中没有未知词元'],
  [
    'Only a model of one text or of one column of embedded categories continues it',
    '只有针对一个文本或一个嵌入类别列的模型才能续写',
  ],
  [
    'Give one column the role "featureAndTarget" and the encoding "embedding"; numbers are forecast by gru predict --steps.',
    '请将一列的角色设为“featureAndTarget”、编码设为“embedding”；数字请用 gru predict --steps 预测。',
  ],
  ['The sequence to continue is empty', '要续写的序列为空'],
  ['Begin it with some of: {some}', '请以其中一些开头：{some}'],
  ['Begin with some of: {some}', '请以其中一些开头：{some}'],
  ['"{name}" did not occur in the training part', '“{name}”未在训练集中出现'],
  [
    '{unknown} of the {all} tokens of the prompt did not occur in the training part.',
    '提示的 {all} 个词元中有 {unknown} 个未在训练集中出现。',
  ],
  ['The file has no word vectors', '文件没有词向量'],
  [
    'A vector has {width} numbers, where 2 to {most} are expected',
    '有向量含 {width} 个数，应为 2 至 {most} 个',
  ],
  ['A vector holds what is no finite number', '有向量含有非有限数'],
  [
    'A line has {found} numbers where the others have {width}',
    '有一行为 {found} 个数，而其他行为 {width} 个',
  ],
  ['The file ends after {read} of {count} vectors', '文件在 {count} 个向量中的第 {read} 个之后结束'],
  [
    'Give vectors as word2vec (text or binary), GloVe or fastText (.vec) write them.',
    '请提供 word2vec（文本或二进制）、GloVe 或 fastText (.vec) 写出的向量。',
  ],
  [
    'The file has {count} vectors of {width} numbers; tokens that it lacks start at random.',
    '文件有 {count} 个 {width} 维向量；其中没有的词元随机初始化。',
  ],
  ['{found} of {all} tokens ({share} %)', '{all} 个词元中的 {found} 个（{share} %）'],
  ['Word vectors are for a column of texts, and there is none', '词向量用于文本列，而这里没有文本列'],
  [
    'Give a column the encoding "text", or set data.text.vectors to null.',
    '请将一列的编码设为“text”，或将 data.text.vectors 设为 null。',
  ],
  ['The word vectors have {width} numbers, the embedding {own}', '词向量为 {width} 维，嵌入为 {own} 维'],
  ['Set it to null or {width}.', '请设为 null 或 {width}。'],
  ['Correct the path in {key}.', '请更正 {key} 中的路径。'],
  ['Where every row is one token, tokens are whole cells', '每行为一个词元时，词元就是整个单元格'],
  ['Set it to "word".', '请设为“word”。'],
  ['The tokenizer is to come from a file, but none is named', '要从文件读取分词器，但没有指定文件'],
  [
    'Set data.text.file to the path of a tokenizer.json, or choose another tokenizer.',
    '请将 data.text.file 设为 tokenizer.json 的路径，或选择其他分词器。',
  ],
  ['A text cannot be forecast', '文本不能作时间序列预测'],
  ['A text is no target of the task "{task}"', '文本不能作为任务“{task}”的目标'],
  ['No text is an input of the model', '没有文本作为模型的输入'],
  ['Two texts are to be predicted', '有两个文本要预测'],
  ['The next token of a text is predicted from the text alone', '文本的下一个词元只根据该文本预测'],
  ['Give a text column the role "feature".', '请将一个文本列的角色设为“feature”。'],
  ['Keep one with the role "target".', '请只保留一列的角色为“target”。'],
  [
    'Predict a text with the task "next", or give the column the encoding "label".',
    '请用任务“next”预测文本，或将该列的编码设为“label”。',
  ],
  ['Set the task to "next", "classify" or "tag".', '请将任务设为“next”、“classify”或“tag”。'],
  [
    '{count} text is longer than {most} tokens; {side} of each is left out (data.text.maximumLength, data.text.truncate).',
    '{count} 个文本超过 {most} 个词元；略去{side}（data.text.maximumLength、data.text.truncate）。',
  ],
  [
    '{count} texts are longer than {most} tokens; {side} of each is left out (data.text.maximumLength, data.text.truncate).',
    '{count} 个文本超过 {most} 个词元；各略去{side}（data.text.maximumLength、data.text.truncate）。',
  ],
  ['the end', '末尾'],
  ['the beginning', '开头'],
  [
    '{percent} of the tokens outside of the training part are unknown to the tokenizer; byte pairs or characters know every text (data.text.tokenizer).',
    '训练集之外的词元有 {percent} 是分词器未知的；字节对或字符可表示任何文本（data.text.tokenizer）。',
  ],
  ['The tags mark entities by BIO (IOB2).', '标签以 BIO (IOB2) 标记实体。'],
  [
    'The tags mark entities by {scheme}; they were converted to BIO (B- at the beginning of every entity).',
    '标签以 {scheme} 标记实体，已转换为 BIO（每个实体以 B- 开头）。',
  ],
  ['Every file is one document.', '每个文件为一个文档。'],
  [
    'Every file is one document; "label" is the folder it lies in ({classes} classes).',
    '每个文件为一个文档；“label”是其所在的文件夹（{classes} 个类别）。',
  ],
  [
    'The source is longer than {most} tokens and was cut (data.text.maximumLength).',
    '源文本超过 {most} 个词元，已截断（data.text.maximumLength）。',
  ],
  [
    'Only a model that predicts the next token from tokens alone continues them',
    '只有仅凭词元预测下一个词元的模型才能续写',
  ],
  [
    'Train with the task "next" on one text, or on one column of categories.',
    '请用任务“next”在一个文本或一个类别列上训练。',
  ],
  ['{run} does not predict the next step', '{run} 不预测下一步'],
  [
    'Train with the task "next" to generate; what this model says of a file, gru predict tells.',
    '要生成内容，请用任务“next”训练；此模型对文件的预测请用 gru predict。',
  ],
  [
    'The initial state comes from columns of the data, and a prompt has none',
    '初始状态取自数据列，而提示没有这些列',
  ],
  ['Train with an initial state of zeros or a learned one.', '请用零初始状态或可学习的初始状态训练。'],
];
