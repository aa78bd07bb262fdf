import { WorkbenchError } from '../base/errors.ts';
import type { Task } from '../contract/experiment.ts';
import type { ColumnProfile, Profile } from './profile.ts';
import type { Decision, ProposalWishes } from './propose.ts';
import { unknownColumn } from './table.ts';

/** What is to be predicted. */
export interface Goal {
  readonly task: Task;
  readonly targets: readonly ColumnProfile[];
  readonly encoding: 'numeric' | 'binary' | 'label';
  /** Whether a sample is a whole series. */
  readonly whole: boolean;
  /** Many 0/1 columns at every step of many short series: notes, events, switches. */
  readonly multiLabel: boolean;
}

const targetName = /^(target|label|labels|class|y|output|outcome|result|tag|ground_truth)$/i;
/** Quantities that are forecast, those first that depend on the others: sales on prices, load on temperature. */
const interestingNames = [
  /(^|_)(sales|demand|load|consumption|power|energy|revenue|passengers)($|_)/i,
  /(^|_)(value|close|price|count|total|temperature|temp)($|_)/i,
];
/** Whole numbers with at most this many distinct values can be classes. */
const fewClasses = 20;
const manyClasses = 200;

/** @throws data/unknown-column, data/no-target, config/impossible. */
export function chooseTargets(profile: Profile, wishes: ProposalWishes, reasons: Decision[]): Goal {
  const named = wishes.targets === undefined || wishes.targets.length === 0 ? null : wishes.targets;
  const wished = named?.map((name) => wishedTarget(profile, name));
  const candidates = profile.columns.filter((column) => canBeUsed(column, profile));
  if (candidates.length === 0) {
    throw new WorkbenchError('data/no-target', 'There is no column to predict', {
      where: profile.name,
      hint: 'The file needs at least one column of values beside those for time, series and split.',
    });
  }
  if (wished === undefined && (wishes.task ?? 'next') === 'next' && isMultiLabel(profile, candidates)) {
    reasons.push({
      subject: 'task',
      choice: 'next',
      reason: `Every column but those for series, time and split is 0 or 1, so each step is a set of ${candidates.length} switches, and the model learns the next one.`,
    });
    return { task: 'next', targets: candidates, encoding: 'binary', whole: true, multiLabel: true };
  }
  if (wishes.task === 'next')
    return nextGoal(wished ?? candidates.filter(({ counter }) => !counter), profile, reasons);
  const targets = wished ?? [chooseTarget(candidates, wishes.task, profile, reasons)];
  const task = wishes.task ?? chooseTask(targets, profile, reasons);
  const encoding = encodingOf(task, targets, profile);
  const whole =
    (task === 'classify' || task === 'regress') && targets.every(({ constantInSeries }) => constantInSeries);
  const taggedSeries = task === 'tag' && profile.series !== null && profile.series.longest <= 500;
  return { task, targets, encoding, whole: whole || taggedSeries, multiLabel: false };
}

/** Columns that carry information and play no other part. */
export function canBeUsed(column: ColumnProfile, { time, series, split, rowCount }: Profile): boolean {
  if ([time?.column, series?.column, split?.column].includes(column.name)) return false;
  return column.type !== 'time' && column.missing < rowCount;
}

function wishedTarget(profile: Profile, name: string): ColumnProfile {
  const column = profile.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw unknownColumn(`There is no column "${name}" to predict`, name, profile);
  if (column.missing === profile.rowCount) {
    throw new WorkbenchError('data/no-target', `The target "${name}" has no values at all`, {
      where: `${profile.name}, column "${name}"`,
      hint: 'Choose another column to predict.',
      data: { column: name },
    });
  }
  return column;
}

function isMultiLabel({ series, split, time }: Profile, candidates: readonly ColumnProfile[]): boolean {
  if (series === null || candidates.length < 4) return false;
  return (
    (split !== null || time !== null) && candidates.every(({ binary, missing }) => binary && missing === 0)
  );
}

function nextGoal(targets: readonly ColumnProfile[], profile: Profile, reasons: Decision[]): Goal {
  const numeric = targets.filter(({ type, binary }) => type !== 'text' && !binary);
  const binary = targets.filter((column) => column.binary);
  const text = targets.filter(({ type }) => type === 'text');
  const whole = profile.series !== null && profile.series.longest <= 2000;
  const [symbol] = text;
  const goal: Goal =
    symbol !== undefined && numeric.length + binary.length === 0
      ? { task: 'next', targets: [symbol], encoding: 'label', whole, multiLabel: false }
      : numeric.length === 0 && binary.length > 0
        ? { task: 'next', targets: binary, encoding: 'binary', whole, multiLabel: false }
        : { task: 'next', targets: numeric, encoding: 'numeric', whole, multiLabel: false };
  reasons.push({
    subject: 'target',
    choice: goal.targets.map(({ name }) => name).join(', '),
    reason: 'At every step the model predicts these columns of the next step.',
  });
  return goal;
}

function chooseTarget(
  candidates: readonly ColumnProfile[],
  task: Task | undefined,
  profile: Profile,
  reasons: Decision[],
): ColumnProfile {
  const say = (column: ColumnProfile, reason: string): ColumnProfile => {
    reasons.push({ subject: 'target', choice: column.name, reason });
    return column;
  };
  const labels = candidates.filter(({ name, constant }) => targetName.test(name) && !constant);
  const [label] = labels;
  if (label !== undefined) return say(label, 'Its name says that it is what is to be predicted.');
  if (task === 'classify' || (task === 'tag' && candidates.some(({ type }) => type === 'text'))) {
    const classes = candidates.filter(
      ({ type, distinct, binary }) => distinct > 1 && distinct <= manyClasses && (type === 'text' || binary),
    );
    const found = classes.find(({ constantInSeries }) => constantInSeries) ?? classes.at(-1);
    if (found !== undefined) return say(found, 'It holds a few distinct names, which can serve as classes.');
  }
  const perSeries = candidates.find(
    ({ constantInSeries, constant, distinct, type }) =>
      constantInSeries && !constant && distinct > 1 && (type !== 'text' || distinct <= manyClasses),
  );
  if (profile.series !== null && perSeries !== undefined && profile.series.count >= 10) {
    return say(perSeries, 'It has one value for every series, as a label of a whole sequence does.');
  }
  const numbers = candidates.filter(
    ({ type, constant, binary, counter }) => type !== 'text' && !constant && !binary && !counter,
  );
  const named = interestingNames.flatMap(
    (pattern) => numbers.find(({ name }) => pattern.test(name)) ?? [],
  )[0];
  if (named !== undefined)
    return say(named, 'It is the first numeric column whose name speaks of a quantity to forecast.');
  const [first, ...others] = numbers;
  if (first !== undefined) {
    const best = others.reduce(
      (a, b) => ((b.autocorrelation ?? 0) > (a.autocorrelation ?? 0) ? b : a),
      first,
    );
    const reason =
      numbers.length === 1
        ? 'It is the only numeric column.'
        : `Of the numeric columns it depends most on its own past (correlation of neighboring rows ${(best.autocorrelation ?? 0).toFixed(2)}).`;
    return say(best, reason);
  }
  const varied = candidates.filter(({ constant }) => !constant);
  const switches = varied.find(({ binary }) => binary);
  if (switches !== undefined) return say(switches, 'No other column varies and can be learned.');
  const [classes] = varied
    .filter(({ type, distinct, missing }) => type === 'text' && distinct <= (profile.rowCount - missing) / 2)
    .sort((a, b) => a.distinct - b.distinct);
  if (classes !== undefined)
    return say(
      classes,
      'No numeric column varies, so the text with the fewest different values is predicted.',
    );
  const counter = varied.find((column) => column.counter);
  if (counter !== undefined)
    return say(counter, 'It only numbers the rows, but no other column can be predicted.');
  throw new WorkbenchError(
    'data/no-target',
    varied.length === 0
      ? 'No column varies, so there is nothing to predict'
      : 'The columns hold texts that hardly occur twice, so there is nothing to learn from them',
    {
      where: profile.name,
      hint: 'Add a column of numbers or of a few classes, or name the column to predict with --target.',
    },
  );
}

function chooseTask(targets: readonly ColumnProfile[], profile: Profile, reasons: Decision[]): Task {
  const say = (task: Task, reason: string): Task => {
    reasons.push({ subject: 'task', choice: task, reason });
    return task;
  };
  const classes = targets.every((column) => isClass(column));
  if (profile.series !== null && targets.every(({ constantInSeries }) => constantInSeries)) {
    return classes
      ? say('classify', 'The target names one class for every series.')
      : say('regress', 'The target is one number for every series.');
  }
  if (classes && profile.series !== null)
    return say('tag', 'The target names a class at every step of a series.');
  if (classes)
    return say('classify', 'The target names a class; a window of rows tells that of its last row.');
  return say(
    'forecast',
    profile.time === null
      ? 'The target is a number that changes from row to row; rows are taken in the order of the file.'
      : 'The target is a number that changes over time.',
  );
}

function isClass({ type, name, distinct, binary }: ColumnProfile): boolean {
  if (type === 'text' || type === 'boolean') return true;
  if (!targetName.test(name)) return false;
  return binary || (type === 'integer' && distinct <= fewClasses && !/^y$/i.test(name));
}

function encodingOf(task: Task, targets: readonly ColumnProfile[], profile: Profile): Goal['encoding'] {
  const text = targets.find(({ type }) => type === 'text' || type === 'boolean');
  if (task === 'regress' && text?.type === 'text')
    throw impossible(text, `Column "${text.name}" holds text and cannot be a number`, profile);
  if (task === 'classify') {
    const [target] = targets;
    if (targets.length > 1 && targets.every(({ binary }) => binary)) return 'binary';
    if (target !== undefined && target.distinct > manyClasses && target.type !== 'text') {
      throw impossible(
        target,
        `Column "${target.name}" has ${target.distinct} different numbers, too many for classes`,
        profile,
      );
    }
    return 'label';
  }
  if (targets.length > 1 && targets.every(({ binary }) => binary)) return 'binary';
  if (text !== undefined) return text.binary ? 'binary' : 'label';
  if (task === 'tag' && targets.length === 1 && targets.every((column) => isClass(column))) return 'label';
  return targets.every(({ binary }) => binary) ? 'binary' : 'numeric';
}

function impossible({ name, almost }: ColumnProfile, message: string, profile: Profile): WorkbenchError {
  const row = almost === null ? '' : `, row ${almost.row}`;
  return new WorkbenchError('config/impossible', message, {
    where: `${profile.name}${row}, column "${name}"`,
    hint: 'Choose another target or another task.',
    data: { column: name },
  });
}
