import { type Explanation, explain } from './explanation.ts';

export const modelExplanations: Readonly<Record<string, Explanation>> = {
  'model.embeddingWidth': explain(
    ['Embedding width', '嵌入宽度'],
    [
      'How many numbers stand for a category of an embedded column. Empty takes half the categories, at most 50.',
      '嵌入列中每个类别用多少个数表示。留空取类别数的一半，最多 50。',
    ],
    [
      'Raise it when categories are many and data plentiful; lower it against overfitting.',
      '类别多且数据充足时增大；过拟合时减小。',
    ],
    { formula: '\\min(50,\\lceil C/2\\rceil)', whose: 'fast.ai', source: 'Guo and Berkhahn 2016' },
  ),
  'model.layers': explain(
    ['GRU layers', 'GRU 层'],
    [
      'Layers one above the other: each reads the states of the one below.',
      '层层堆叠：每层读取下一层的状态。',
    ],
    [
      'One is enough for most series; a second helps with long texts and much data. Grow units first, then layers.',
      '多数序列一层足够；长文本和大数据可加第二层。先增单元，再加层。',
    ],
    {
      formula:
        "\\begin{aligned} z&=\\sigma(xW_z+hU_z+b_z)\\\\ r&=\\sigma(xW_r+hU_r+b_r)\\\\ n&=\\phi(xW_n+b_n+r\\odot(hU_n+c_n))\\\\ h'&=z\\odot h+(1-z)\\odot n\\end{aligned}",
      source: 'Cho et al. 2014',
    },
  ),
  'model.layers.*.units': explain(
    ['Units', '单元数'],
    [
      'Size of the hidden state of one direction: how much the layer can remember.',
      '单个方向的隐藏状态大小，即该层能记住多少。',
    ],
    [
      'Double it while validation loss still falls with it; halve it when training loss falls and validation loss rises. Cost grows with its square.',
      '验证损失随之下降时加倍；训练损失下降而验证损失上升时减半。计算量按平方增长。',
    ],
    { formula: '3H(I+H)+6H \\text{ parameters}', source: 'Cho et al. 2014' },
  ),
  'model.layers.*.bidirectional': explain(
    ['Both directions', '双向'],
    [
      'A second GRU reads the sequence backward; the two outputs are put side by side.',
      '第二个 GRU 反向读取序列，两个输出拼接。',
    ],
    [
      'On for classification and tagging of complete sequences. Not for next-step prediction: it would read the answer.',
      '对完整序列分类和标注时打开；下一步预测不可用，否则会看到答案。',
    ],
    {
      formula: 'h_t=[\\overrightarrow{h}_t;\\overleftarrow{h}_t]',
      source: 'Schuster and Paliwal 1997',
    },
  ),
  'model.layers.*.resetMode': explain(
    ['Reset gate acts', '重置门位置'],
    [
      'Where the reset gate acts on the candidate state: before the recurrent product, after it, or after it with a recurrent bias of its own.',
      '重置门作用于候选状态的位置：循环乘积之前、之后，或之后并带独立循环偏置。',
    ],
    [
      'Keep "after, with recurrent bias" for models that go to PyTorch or Keras; "before" is the original paper and what TF.js has.',
      '要导出到 PyTorch 或 Keras 时保持“之后并带循环偏置”；“之前”是原论文形式，也是 TF.js 的形式。',
    ],
    {
      formula:
        '\\begin{aligned}\\text{before}&:\\;n=\\phi(xW_n+b_n+(r\\odot h)U_n)\\\\ \\text{after}&:\\;n=\\phi(xW_n+b_n+r\\odot(hU_n+c_n))\\end{aligned}',
      whose: 'cuDNN, PyTorch, Keras',
      source: 'Cho et al. 2014; cuDNN',
    },
  ),
  'model.layers.*.gateActivation': explain(
    ['Gate activation', '门激活函数'],
    [
      'Squeezes the update gate and the reset gate between 0 (closed) and 1 (open).',
      '把更新门和重置门压缩到 0（关）与 1（开）之间。',
    ],
    [
      'Keep sigmoid. Hard sigmoid is cheaper on microcontrollers and costs a little accuracy.',
      '保持 sigmoid。在微控制器上 hard sigmoid 更省，精度略降。',
    ],
    { formula: '\\sigma(a)=\\frac{1}{1+e^{-a}}', whose: 'Keras, PyTorch', source: 'Cho et al. 2014' },
  ),
  'model.layers.*.candidateActivation': explain(
    ['Candidate activation', '候选激活函数'],
    ['Shapes the candidate state that is mixed into the hidden state.', '决定混入隐藏状态的候选状态的形状。'],
    [
      'Keep tanh: it bounds the state. ReLU can let states and gradients explode.',
      '保持 tanh：它使状态有界。ReLU 可能使状态和梯度爆炸。',
    ],
    { formula: '\\tanh(a)', whose: 'Keras, PyTorch', source: 'Cho et al. 2014' },
  ),
  'model.layers.*.bias': explain(
    ['Biases', '偏置'],
    ['Whether the gates have biases.', '各门是否带偏置。'],
    ['Leave on; off only to match a model that has none.', '保持打开；仅在匹配无偏置模型时关闭。'],
    { whose: 'Keras, PyTorch' },
  ),
  'model.layers.*.clip': explain(
    ['Pre-activation limit', '预激活截断'],
    [
      'Limits what goes into the gates to a range; empty for no limit.',
      '把进入各门的值限制在范围内；留空则不限制。',
    ],
    ['Only to match an ONNX model with the attribute clip.', '仅用于匹配带 clip 属性的 ONNX 模型。'],
    { formula: '\\max(-c,\\min(c,a))', source: 'ONNX GRU' },
  ),
  'model.layers.*.initialState': explain(
    ['Initial state', '初始状态'],
    [
      'The hidden state before the first timestep: zeros, a learned vector, or numeric columns.',
      '第一个时间步之前的隐藏状态：零、可学习向量，或数值列。',
    ],
    [
      'Learned helps short sequences; columns for facts known before the sequence starts.',
      '短序列可用可学习向量；序列开始前已知的事实用列。',
    ],
    { formula: 'h_0', whose: 'Keras, PyTorch' },
  ),
  'model.layers.*.initialState:zeros': explain(['Zeros', '零'], ['All 0.', '全为 0。'], null),
  'model.layers.*.initialState:trainable': explain(
    ['Learned', '可学习'],
    ['A vector that is trained with the weights.', '与权重一起训练的向量。'],
    null,
  ),
  'model.layers.*.initialState:given': explain(
    ['From columns', '来自列'],
    ['Numeric columns, read at the first row of a sequence.', '在序列第一行读取的数值列。'],
    null,
  ),
  'model.layers.*.initialState.columns': explain(
    ['State columns', '状态列'],
    ['Numeric columns, one per unit and direction.', '数值列，每个单元和方向一列。'],
    null,
  ),
  'model.layers.*.inputDropout': explain(
    ['Input dropout', '输入随机失活'],
    [
      'Share of the inputs that is dropped in training, one mask for all timesteps.',
      '训练时随机失活的输入占比，所有时间步共用一个掩码。',
    ],
    [
      'Raise to 0.1-0.3 when validation loss rises while training loss falls.',
      '训练损失下降而验证损失上升时增至 0.1-0.3。',
    ],
    { formula: "x'=\\frac{m\\odot x}{1-p}", whose: 'Keras', source: 'Gal and Ghahramani 2016' },
  ),
  'model.layers.*.recurrentDropout': explain(
    ['Recurrent dropout', '循环随机失活'],
    [
      'Share of the recurrent state that is dropped in training, one mask for all timesteps.',
      '训练时随机失活的循环状态占比，所有时间步共用一个掩码。',
    ],
    [
      'Against overfitting of large layers; 0.1-0.3. It slows learning of long memory.',
      '用于抑制大型层的过拟合，取 0.1-0.3；会减慢长期记忆的学习。',
    ],
    { formula: "h'=\\frac{m\\odot h}{1-p}", whose: 'Keras', source: 'Gal and Ghahramani 2016' },
  ),
  'model.layers.*.outputDropout': explain(
    ['Output dropout', '输出随机失活'],
    [
      'Share of the outputs that is dropped in training, a new mask at every timestep.',
      '训练时随机失活的输出占比，每个时间步使用新掩码。',
    ],
    [
      'The first one to try against overfitting: 0.1-0.5. 0 when data are plentiful.',
      '抑制过拟合的首选：0.1-0.5。数据充足时取 0。',
    ],
    { formula: "h'_t=\\frac{m_t\\odot h_t}{1-p}", whose: 'PyTorch', source: 'Srivastava et al. 2014' },
  ),
  'model.layers.*.zoneout': explain(
    ['Zoneout', 'Zoneout'],
    [
      'Probability that a unit keeps its old state at a step of training.',
      '训练时单元在某一步保持旧状态的概率。',
    ],
    ['0.05-0.1 for long sequences of text; 0 otherwise.', '长文本序列取 0.05-0.1，否则为 0。'],
    { formula: "h'=m\\odot h+(1-m)\\odot g", source: 'Krueger et al. 2017' },
  ),
  'model.layers.*.layerNormalization': explain(
    ['Layer normalization', '层归一化'],
    ['Normalizes the pre-activations of each gate over its units.', '对每个门的预激活按单元归一化。'],
    [
      'On for deep stacks or unstable training; rules out most exports.',
      '层数多或训练不稳时打开；会使多数导出不可用。',
    ],
    { formula: 'g\\odot\\frac{a-\\mu}{\\sqrt{\\sigma^2+\\epsilon}}', source: 'Ba et al. 2016' },
  ),
  'model.layers.*.residual': explain(
    ['Residual', '残差连接'],
    [
      'Adds the input of the layer to its output; needs equal widths.',
      '把层输入加到层输出上；要求宽度相等。',
    ],
    ['On from the second layer of a stack of three or more.', '三层及以上时，从第二层起打开。'],
    { formula: 'y_t = h_t + x_t', source: 'He et al. 2016' },
  ),
  'model.readout': explain(
    ['Read-out', '读出'],
    [
      'What the head sees: the last state, every step, the mean or the maximum, or an attention-weighted mean.',
      '输出头看到的内容：最后状态、每一步、均值或最大值，或注意力加权均值。',
    ],
    [
      'Last for forecasts; attention or mean for classifying long sequences, where the clue may be anywhere.',
      '预测用最后状态；长序列分类用注意力或均值，因为线索可能在任意位置。',
    ],
    {
      formula: '\\sum_t \\alpha_t h_t,\\quad \\alpha=\\operatorname{softmax}(v^\\top\\tanh(h_tW+b))',
      source: 'Bahdanau et al. 2015',
    },
  ),
  'model.attentionSize': explain(
    ['Attention width', '注意力宽度'],
    [
      'Width of the attention projection; only with the attention read-out.',
      '注意力投影的宽度；仅用于注意力读出。',
    ],
    ['About half the units.', '约为单元数的一半。'],
    { source: 'Bahdanau et al. 2015' },
  ),
  'model.head': explain(
    ['Head', '输出头'],
    [
      'Dense layers between the read-out and the output layer, whose size follows from target and loss.',
      '读出与输出层之间的全连接层；输出层大小由目标和损失决定。',
    ],
    [
      'Usually none. One helps when the target is a crooked function of the state.',
      '通常不需要；当目标与状态关系复杂时加一层。',
    ],
  ),
  'model.head.*.units': explain(
    ['Units', '单元数'],
    ['Outputs of the hidden layer.', '隐藏层的输出数。'],
    ['Between the units of the GRU and the size of the target.', '介于 GRU 单元数与目标大小之间。'],
  ),
  'model.head.*.activation': explain(
    ['Activation', '激活函数'],
    ['Activation of the hidden layer.', '隐藏层的激活函数。'],
    ['ReLU is a good start; gelu or swish are smoother.', 'ReLU 是好的起点；gelu 或 swish 更平滑。'],
    { formula: '\\max(0,a)' },
  ),
  'model.head.*.dropout': explain(
    ['Dropout', '随机失活'],
    ['Share dropped after the activation, in training.', '训练时激活后随机失活的占比。'],
    ['0.1-0.5 against overfitting.', '抑制过拟合取 0.1-0.5。'],
    { formula: "a'=\\frac{m\\odot a}{1-p}", source: 'Srivastava et al. 2014' },
  ),
};
