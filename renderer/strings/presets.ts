import type { Language } from './catalog.ts';

type Words = Readonly<Record<Language, { readonly name: string; readonly hint: string }>>;

const words = (name: readonly [string, string], hint: readonly [string, string]): Words => ({
  en: { name: name[0], hint: hint[0] },
  zh: { name: name[1], hint: hint[1] },
});

/** Names of the presets that the host knows, by their ids. */
const presets: Readonly<Record<string, Words>> = {
  'quick-look': words(
    ['Quick look', '快速查看'],
    ['A small network for a few epochs: does it learn at all?', '小网络训练几轮：能否学习？'],
  ),
  balanced: words(['Balanced', '均衡'], ['A good start for most data.', '适合多数数据的起点。']),
  large: words(
    ['Large', '大型'],
    ['Two wide layers with dropout, for much data.', '两个带随机失活的宽层，适合大量数据。'],
  ),
  'little-data': words(
    ['Little data', '少量数据'],
    ['Few units and much regularization.', '少单元、强正则化。'],
  ),
  'long-memory': words(
    ['Long memory', '长期记忆'],
    ['For clues that lie far back.', '适合线索相距较远的情况。'],
  ),
  'quantile-forecast': words(
    ['Quantile forecast', '分位数预测'],
    ['Predicts an interval, not only a value.', '预测区间而不仅是数值。'],
  ),
  outliers: words(
    ['Outliers', '离群值'],
    ['A loss and a normalization that outliers do not rule.', '不受离群值支配的损失与归一化。'],
  ),
  'unbalanced-classes': words(
    ['Unbalanced classes', '类别不平衡'],
    ['Rare classes count as much as common ones.', '稀有类与常见类同等重要。'],
  ),
  'both-directions': words(
    ['Both directions', '双向'],
    ['Reads complete sequences from both ends.', '从两端读取完整序列。'],
  ),
  'as-keras': words(
    ['As in Keras', '同 Keras'],
    ['The defaults of keras.layers.GRU.', 'keras.layers.GRU 的默认值。'],
  ),
  'as-pytorch': words(
    ['As in PyTorch', '同 PyTorch'],
    ['The defaults of torch.nn.GRU.', 'torch.nn.GRU 的默认值。'],
  ),
  'as-paper': words(
    ['As in the paper', '同原论文'],
    ['The GRU of Cho et al. 2014.', 'Cho et al. 2014 的 GRU。'],
  ),
};

/** What a preset is called and for; its id where nobody has named it. */
export function presetText(id: string, language: Language): { readonly name: string; readonly hint: string } {
  return presets[id]?.[language] ?? { name: id, hint: '' };
}
