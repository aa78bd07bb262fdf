import type { Preparation } from '../../data/preparation.ts';

/**
 * Why a row of a table does not make a row of inputs, or outputs a row of values, without the rows around it; null
 * where it does.
 */
export function beyondRows(preparation: Preparation | null): string | null {
  if (preparation === null) return 'the model was trained on no table';
  if (preparation.text !== null) return 'texts are cut into tokens before';
  for (const input of preparation.inputs) {
    const column = `the column "${input.column}"`;
    switch (input.encoding) {
      case 'lag':
      case 'rolling':
      case 'calendar':
      case 'missing':
      case 'hash':
        return `${column} is read as ${input.encoding}`;
      case 'numeric':
        if (input.statistics.difference > 0) return `${column} is read as the change over rows`;
        break;
      case 'binary':
      case 'oneHot':
      case 'embedding':
        break;
    }
    if (input.ahead > 0) return `${column} is read ahead of the other columns`;
  }
  const changing = preparation.targets.find(({ statistics }) => (statistics?.difference ?? 0) > 0);
  return changing === undefined ? null : `"${changing.column}" is predicted as the change over rows`;
}

/** Only where the model was trained on a table: its columns to inputs, its outputs to the units of the file. */
export const javascriptProcessing = `
function normalizerOf(statistics, series) {
  return statistics.series?.[series] ?? statistics.global;
}

function clipped(statistics, value) {
  return statistics.clip === null ? value : Math.min(Math.max(value, statistics.clip[0]), statistics.clip[1]);
}

/** log(x + offset), or Box-Cox of x + offset. */
function transformed(power, value, column) {
  if (power === null) return value;
  const shifted = value + power.offset;
  if (!(shifted > 0)) throw new Error('The column "' + column + '" needs a number above ' + -power.offset);
  const log = power.offset === 1 ? Math.log1p(value) : Math.log(shifted);
  if (power.kind === 'log' || power.lambda === 0) return log;
  return Math.expm1(power.lambda * log) / power.lambda;
}

function restored(power, value) {
  if (power === null) return value;
  if (power.kind === 'log') return power.offset === 1 ? Math.expm1(value) : Math.exp(value) - power.offset;
  const base = power.lambda * value + 1;
  if (base <= 0) return power.lambda > 0 ? -power.offset : power.largest;
  return Math.exp(power.lambda === 0 ? value : Math.log(base) / power.lambda) - power.offset;
}

/** Derivative of restored: by how much a small change of the transformed value moves the value. */
function slope(power, value) {
  if (power === null) return 1;
  const shifted = restored(power, value) + power.offset;
  return power.kind === 'log' ? shifted : shifted ** (1 - power.lambda);
}

function binaryOf(value, texts, column) {
  if (texts === null) return Number(value);
  if (value === texts[0]) return 0;
  if (value === texts[1]) return 1;
  throw new Error('"' + value + '" in the column "' + column + '" is neither "' + texts[0] + '" nor "' + texts[1] + '"');
}

/** One row of a table, by column names, as features and tokens. */
export function prepare(row, series = '') {
  const features = [];
  const tokens = [];
  for (const input of preparation.inputs) {
    const value = row[input.column];
    if (input.encoding === 'numeric') {
      const { offset, scale } = normalizerOf(input.statistics, series);
      const number = typeof value === 'number' ? value : Number.NaN;
      if (!Number.isFinite(number)) throw new Error('The column "' + input.column + '" needs a number');
      const level = transformed(input.statistics.power, clipped(input.statistics, number), input.column);
      features.push((level - offset) / scale);
    } else if (input.encoding === 'binary') {
      features.push(binaryOf(value, input.texts, input.column));
    } else {
      const code = input.categories.indexOf(String(value));
      if (input.encoding === 'embedding') tokens.push(code + 1);
      else for (let i = 0; i < input.categories.length; i++) features.push(Number(i === code));
    }
  }
  return { features, tokens };
}

/** One row of outputs by name: values in the units of the file, or probabilities. */
export function interpret(outputs, series = '') {
  const named = {};
  if (outputKind === 'labels') {
    const largest = Math.max(...outputs);
    const powers = Array.from(outputs, (value) => Math.exp(value - largest));
    const total = powers.reduce((sum, value) => sum + value, 0);
    classes.forEach((name, i) => {
      named[name] = powers[i] / total;
    });
    return named;
  }
  const perTarget = outputs.length / targets.length;
  targets.forEach((name, target) => {
    const { statistics } = preparation.targets[target % preparation.targets.length];
    const { offset, scale } = statistics === null ? { offset: 0, scale: 1 } : normalizerOf(statistics, series);
    const power = statistics === null ? null : statistics.power;
    const value = (output) => restored(power, output * scale + offset);
    for (let k = 0; k < perTarget; k++) {
      const output = outputs[target * perTarget + k];
      if (outputKind === 'binary') named[name] = activations.sigmoid(output);
      else if (loss.kind === 'pinball') named[name + ' q' + loss.quantiles[k]] = value(output);
      else if (loss.kind === 'gaussian' && k === 1) {
        const mean = outputs[target * perTarget] * scale + offset;
        const deviation = Math.sqrt(activations.softplus(output) + 1e-6);
        named[name + ' deviation'] = deviation * Math.abs(scale * slope(power, mean));
      } else named[name] = value(loss.kind === 'poisson' ? Math.exp(output) : output);
    }
  });
  return named;
}
`;
