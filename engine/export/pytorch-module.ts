import type { LayerDescription, ModelDescription } from '../model/description.ts';
import type { Activation } from '../ops/activation.ts';
import { torchCell } from './pytorch-cell.ts';
import { isOneModule, isTorchGru } from './pytorch-names.ts';

/** Activations as PyTorch expressions of `x`; null where nothing happens. */
const expressions: Readonly<Record<Activation, string | null>> = {
  linear: null,
  sigmoid: 'torch.sigmoid(x)',
  hardSigmoid: 'functional.hardsigmoid(x)',
  hardSigmoidOnnx: 'torch.clamp(0.2 * x + 0.5, 0, 1)',
  tanh: 'torch.tanh(x)',
  relu: 'functional.relu(x)',
  leakyRelu: 'functional.leaky_relu(x, 0.01)',
  elu: 'functional.elu(x)',
  selu: 'functional.selu(x)',
  gelu: 'functional.gelu(x)',
  softplus: 'functional.softplus(x)',
  softsign: 'functional.softsign(x)',
  swish: 'functional.silu(x)',
};

/**
 * Python source that builds the model from `torch.nn` parts whose state dict has the names of `torchTensors`, loads
 * the weights beside it, and runs it.
 * @param weightsFile name of the safetensors file in the same folder.
 */
export function torchModule(model: ModelDescription, weightsFile: string): string {
  const lines = [
    '"""A GRU network as a PyTorch module. Needs the packages torch and safetensors."""',
    'from pathlib import Path',
    '',
    'import torch',
    'from safetensors.torch import load_file',
    'from torch import nn',
    ...(usesFunctional(model) ? ['from torch.nn import functional'] : []),
    'from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence',
    '',
    '',
    ...(model.layers.every(isTorchGru) ? [] : [...torchCell, '', '']),
    'class Model(nn.Module):',
    '    def __init__(self):',
    '        super().__init__()',
    ...modules(model).map(indent(2)),
    '',
    `    def forward(self, ${argumentsOf(model)}):`,
    ...docstring(model).map(indent(2)),
    ...body(model).map(indent(2)),
    '',
    '',
    'def run(gru, x, lengths, state=None):',
    '    """One GRU over [batch, steps, width]; padded steps change nothing and give zeros."""',
    '    packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)',
    '    output, _ = gru(packed, state)',
    '    return pad_packed_sequence(output, batch_first=True, total_length=x.shape[1])[0]',
    '',
    '',
    `def load_model(path=Path(__file__).with_name(${JSON.stringify(weightsFile)})):`,
    '    weights = load_file(path)',
    '    model = Model().to(next(iter(weights.values())).dtype)',
    '    model.load_state_dict(weights)',
    '    return model.eval()',
    '',
    '',
    'if __name__ == "__main__":',
    '    model = load_model()',
    '    with torch.no_grad():',
    `        ${example(model)}`,
    '',
  ];
  return lines.join('\n');
}

function usesFunctional(model: ModelDescription): boolean {
  return (
    !model.layers.every(isTorchGru) ||
    model.layers.some(({ config }) => config.inputDropout > 0 || config.outputDropout > 0) ||
    model.head.some(
      ({ activation, dropout }) => dropout > 0 || expressions[activation]?.startsWith('functional.') === true,
    )
  );
}

function modules(model: ModelDescription): string[] {
  const lines: string[] = [];
  if (model.embeddings.length > 0) {
    const tables = model.embeddings.map(({ entries, width }) => `nn.Embedding(${entries}, ${width})`);
    lines.push(`self.embedding = nn.ModuleList([${tables.join(', ')}])`);
  }
  const options = (index: number) => {
    const { bias, bidirectional } = model.layers[index]?.config ?? { bias: true, bidirectional: false };
    return `${bias ? '' : ', bias=False'}${bidirectional ? ', bidirectional=True' : ''}, batch_first=True`;
  };
  if (isOneModule(model)) {
    const [first] = model.layers;
    const count = model.layers.length;
    const stacked = count > 1 ? `, num_layers=${count}` : '';
    lines.push(`self.gru = nn.GRU(${model.inputWidth}, ${first?.units}${stacked}${options(0)})`);
    if (first?.config.initialState.kind === 'trainable') {
      const states = count * first.directions.length;
      lines.push(`self.initial_state = nn.Parameter(torch.zeros(${states}, ${first.units}))`);
    }
  } else {
    lines.push('self.gru = nn.ModuleList([');
    model.layers.forEach((layer, index) => {
      const { inputs, units } = layer;
      lines.push(
        isTorchGru(layer) ? `    nn.GRU(${inputs}, ${units}${options(index)}),` : `    ${recurrence(layer)},`,
      );
    });
    lines.push('])');
    model.layers.forEach(({ config, directions, units }, index) => {
      if (config.initialState.kind !== 'trainable') return;
      lines.push(`self.initial_state_${index} = nn.Parameter(torch.zeros(${directions.length}, ${units}))`);
    });
  }
  if (model.readout === 'attention') {
    lines.push(`self.attention = nn.Linear(${model.layers.at(-1)?.width}, ${model.attentionSize})`);
    lines.push(`self.attention_vector = nn.Parameter(torch.zeros(${model.attentionSize}))`);
  }
  if (model.head.length > 0) {
    const layers = model.head.map(({ inputs, units }) => `nn.Linear(${inputs}, ${units})`);
    lines.push(`self.head = nn.ModuleList([${layers.join(', ')}])`);
  }
  lines.push(`self.output = nn.Linear(${model.output.inputs}, ${model.output.units})`);
  return lines;
}

/** The call that makes a layer of the class in `torchCell`. */
function recurrence({ config, inputs, units, directions }: LayerDescription): string {
  const python = (value: boolean) => (value ? 'True' : 'False');
  const activation = (kind: Activation) => `lambda x: ${expressions[kind] ?? 'x'}`;
  const values = [
    inputs,
    units,
    directions.length,
    python(config.bias),
    python(config.resetMode === 'before'),
    activation(config.gateActivation),
    activation(config.candidateActivation),
    config.clip ?? 'None',
    config.zoneout,
    python(config.layerNormalization),
  ];
  return `Recurrence(${values.join(', ')})`;
}

function argumentsOf(model: ModelDescription): string {
  const given = model.inputs.stateValues > 0 ? ', state' : '';
  return `features${model.embeddings.length > 0 ? ', tokens' : ''}${given}, lengths=None`;
}

function docstring(model: ModelDescription): string[] {
  const rows = model.outputs.rows === 'sequence' ? 'batch, steps' : 'batch';
  return [
    `"""features [batch, steps, ${model.inputs.features.length}]${
      model.embeddings.length > 0 ? `, tokens [batch, steps, ${model.embeddings.length}] integers` : ''
    }${model.inputs.stateValues > 0 ? `, state [batch, ${model.inputs.stateValues}]` : ''},`,
    'lengths [batch] steps of each sequence, or None when all are full',
    `-> [${rows}, ${model.output.units}]."""`,
  ];
}

function body(model: ModelDescription): string[] {
  const lines = ['x = features'];
  if (model.embeddings.length > 0) {
    lines.push(
      'x = torch.cat([x] + [table(tokens[..., k]) for k, table in enumerate(self.embedding)], dim=-1)',
    );
  }
  lines.push('batch, steps = x.shape[0], x.shape[1]');
  lines.push('if lengths is None:', '    lengths = torch.full((batch,), steps, device=x.device)');
  if (isOneModule(model)) {
    const learned = model.layers[0]?.config.initialState.kind === 'trainable';
    const { inputDropout = 0, outputDropout = 0 } = model.layers[0]?.config ?? {};
    if (inputDropout > 0) lines.push(`x = x * ${sharedMask(inputDropout)}`);
    lines.push(`x = run(self.gru, x, lengths${learned ? `, ${shared('self.initial_state')}` : ''})`);
    if (outputDropout > 0) lines.push(`x = functional.dropout(x, ${outputDropout}, self.training)`);
  } else {
    model.layers.forEach((layer, index) => {
      const { kind } = layer.config.initialState;
      let state = '';
      if (kind === 'trainable') state = `, ${shared(`self.initial_state_${index}`)}`;
      if (kind === 'given') {
        const first = layer.directions[0]?.stateColumn ?? 0;
        const shape = `batch, ${layer.directions.length}, ${layer.units}`;
        const columns = `state[:, ${first}:${first + layer.width}]`;
        state = `, ${columns}.reshape(${shape}).transpose(0, 1).contiguous()`;
      }
      const { inputDropout, outputDropout, residual } = layer.config;
      const read = inputDropout > 0 ? 'dropped' : 'x';
      if (inputDropout > 0) lines.push(`dropped = x * ${sharedMask(inputDropout)}`);
      const call = isTorchGru(layer)
        ? `run(self.gru[${index}], ${read}, lengths${state})`
        : `self.gru[${index}](${read}, lengths${state})`;
      const output =
        outputDropout > 0 ? `functional.dropout(${call}, ${outputDropout}, self.training)` : call;
      lines.push(`x = ${residual ? 'x + ' : ''}${output}`);
    });
  }
  lines.push(...readout(model));
  model.head.forEach(({ activation, dropout }, index) => {
    lines.push(`x = self.head[${index}](x)`);
    const expression = expressions[activation];
    if (expression !== null) lines.push(`x = ${expression}`);
    if (dropout > 0) lines.push(`x = functional.dropout(x, ${dropout}, self.training)`);
  });
  lines.push('return self.output(x)');
  return lines;
}

/** Dropout with one mask for all steps. */
function sharedMask(rate: number): string {
  return `functional.dropout(torch.ones_like(x[:, :1]), ${rate}, self.training)`;
}

function shared(state: string): string {
  return `${state}[:, None].expand(-1, batch, -1).contiguous()`;
}

function readout(model: ModelDescription): string[] {
  const layer = model.layers.at(-1);
  const mask = 'valid = (torch.arange(steps, device=x.device)[None, :] < lengths[:, None])[..., None]';
  switch (model.readout) {
    case 'every':
      return [];
    case 'last':
      return layer?.config.bidirectional
        ? [
            '# The last state of each direction: the reverse one ends at the first step.',
            `last = x[torch.arange(batch), lengths - 1, :${layer.units}]`,
            `x = torch.cat([last, x[:, 0, ${layer.units}:]], dim=-1)`,
          ]
        : ['x = x[torch.arange(batch), lengths - 1]'];
    case 'mean':
      return [mask, 'x = torch.where(valid, x, 0).sum(dim=1) / lengths[:, None]'];
    case 'max':
      return [mask, "x = torch.where(valid, x, float('-inf')).amax(dim=1)"];
    case 'attention':
      return [
        mask,
        'scores = (torch.tanh(self.attention(x)) @ self.attention_vector)[..., None]',
        "weights = torch.where(valid, scores, float('-inf')).softmax(dim=1)",
        'x = (weights * torch.where(valid, x, 0)).sum(dim=1)',
      ];
  }
}

function example(model: ModelDescription): string {
  const dtype = 'dtype=next(model.parameters()).dtype';
  const parts = [`torch.zeros(2, 5, ${model.inputs.features.length}, ${dtype})`];
  if (model.embeddings.length > 0)
    parts.push(`torch.zeros(2, 5, ${model.embeddings.length}, dtype=torch.long)`);
  if (model.inputs.stateValues > 0) parts.push(`torch.zeros(2, ${model.inputs.stateValues}, ${dtype})`);
  return `print(model(${parts.join(', ')}))`;
}

function indent(levels: number): (line: string) => string {
  return (line) => (line === '' ? '' : ' '.repeat(4 * levels) + line);
}
