import type { Language } from './catalog.ts';

interface SampleText {
  readonly title: string;
  readonly description: string;
}

/** The gallery in Chinese, by the names of resources/samples/samples.json, which tells it in English. */
export const chineseSamples: Readonly<Record<string, SampleText>> = {
  weather: {
    title: '西雅图每日天气',
    description: '四年的降雨、气温和风。根据所有列预测未来一周的最高气温。',
  },
  demand: {
    title: '有年度季节性的月度需求',
    description: '二十年的单一序列：上升的水平、季节性和噪声。最简单的预测。',
  },
  stores: {
    title: '十二家商店的每日销售额',
    description: '规模不同的多个序列，有按周的节律和促销。一个模型用于全部序列，各自归一化。',
  },
  clicks: {
    title: '广告点击',
    description:
      '依次展示给访客的广告，共数百种，大多很少出现。预测每次展示是否被点击（点击率）；请看 AUC 和对数损失。',
  },
  sessions: {
    title: '在商店中浏览的商品',
    description: '访客的浏览会话；预测下一件商品（推荐）。可用 gru generate 续写会话。',
  },
  gestures: {
    title: '加速度计记录的手势',
    description: '沿三个轴、长度不同的记录。判断是四种手势中的哪一种。',
  },
  adding: {
    title: '加法问题',
    description:
      '求序列中两个被标记的数之和（Hochreiter 和 Schmidhuber 1997）：只有记忆才能解决。更多更长的序列：gru example。',
  },
  intents: { title: '对助手的请求', description: '短句及说话者的意图，共五种意图。' },
  entities: {
    title: '句子中的名称',
    description: 'CoNLL 格式的句子，其中人名、地名和公司名以 BIO 标注。按完整实体评分。',
  },
  sonnets: {
    title: '七首十四行诗，逐字母',
    description: '字符语言模型：以作者的风格续写文本。可尝试 gru generate --temperature 0.5。',
  },
  numbers: {
    title: '数词，英语译德语',
    description:
      '用于翻译的句对：模型读英语、写德语，德语中个位在十位之前。翻译：gru generate --beam 4 --prompt "two hundred and five"。',
  },
  tones: {
    title: '上升和下降的音调',
    description: '三分之一秒的 WAV 录音，四个类别各一个文件夹。按对数梅尔帧分类。',
  },
};

/** What a sample is called and what it is for, in a language. */
export function sampleText(sample: SampleText & { readonly id: string }, language: Language): SampleText {
  return language === 'zh' ? (chineseSamples[sample.id] ?? sample) : sample;
}
