import { type Experiment, experimentSchema, type Task } from '../../contract/experiment.ts';
import type { ColumnProfile, Profile } from '../profile.ts';
import type { Decision, Proposal, ProposalWishes } from '../propose.ts';

/** Words a cell holds on average, from which on it counts as free text, and where nearly every cell is another. */
const manyWords = 5;
const someWords = 2.5;
/** Most classes of a text. */
const mostClasses = 100;
/** Texts of fewer characters in all are read character by character. */
const smallText = 2_000_000;

/**
 * An experiment on texts: tokens to tag (columns sentence, token, tag), pairs of sentences, texts with a label or a
 * number, or texts alone, whose next token is learned.
 * @returns null where the table holds no free text, or the wishes ask for something else.
 */
export function proposeText(profile: Profile, wishes: ProposalWishes): Proposal | null {
  return (
    proposeTags(profile, wishes) ??
    proposePairs(profile, wishes) ??
    proposeLabels(profile, wishes) ??
    proposeModel(profile, wishes)
  );
}

type Column = Experiment['data']['columns'][number];

function asks(wishes: ProposalWishes, tasks: readonly Task[], target?: string): boolean {
  if (wishes.task !== undefined && !tasks.includes(wishes.task)) return false;
  const [wished, ...more] = wishes.targets ?? [];
  return wished === undefined || (more.length === 0 && wished === target);
}

function freeText(column: ColumnProfile, profile: Profile): boolean {
  const { text, distinct, missing } = column;
  if (text === null) return false;
  const own = distinct > 0.5 * (profile.rowCount - missing);
  return text.words >= manyWords ? distinct > 20 || own : text.words >= someWords && own;
}

/** Every column with its role, the rest ignored. */
function columnsOf(profile: Profile, used: readonly Column[]): Column[] {
  return profile.columns.map(
    ({ name }): Column =>
      used.find((column) => column.name === name) ?? { name, role: 'ignore', encoding: 'numeric' },
  );
}

function nameOf(profile: Profile, wishes: ProposalWishes) {
  return { name: wishes.name ?? profile.name.replace(/\.[^.]*$/, ''), file: wishes.file ?? '' };
}

function proposeTags(profile: Profile, wishes: ProposalWishes): Proposal | null {
  const named = (name: string) => profile.columns.find((column) => column.name === name);
  const [token, tag, sentence] = [named('token'), named('tag'), named('sentence')];
  if (token?.text === null || token === undefined || tag === undefined || sentence === undefined) return null;
  if (tag.text === null || tag.distinct > 200 || !asks(wishes, ['tag'], 'tag')) return null;
  const { name, file } = nameOf(profile, wishes);
  const reasons: Decision[] = [
    {
      subject: 'task',
      choice: 'tag',
      reason: `Every row is a word of a sentence with one of ${tag.distinct} tags.`,
    },
    {
      subject: 'vocabulary',
      choice: 'words that occur twice',
      reason:
        'A word that the training part holds only once is unknown, so that the model learns what to make of unknown words.',
    },
    splitReason('sentences'),
  ];
  const experiment = experimentSchema.parse({
    name,
    task: 'tag',
    data: {
      file,
      columns: columnsOf(profile, [
        { name: 'token', role: 'feature', encoding: 'text' },
        { name: 'tag', role: 'target', encoding: 'label' },
        { name: 'sentence', role: 'series', encoding: 'numeric' },
      ]),
      sequence: 'whole',
      text: { tokenizer: 'word', minimumFrequency: profile.rowCount > 2000 ? 2 : 1 },
      missing: 'drop',
      split: { kind: 'random' },
    },
    model: { layers: [{ units: 64, bidirectional: true, inputDropout: 0.2 }], readout: 'every' },
    training: { loss: { kind: 'crossEntropy' }, ...textTraining(profile.rowCount / 10) },
  });
  return { experiment, reasons };
}

const sourceNames = /^(source|src|input|question|from|text)$/i;
const targetNames = /^(target|tgt|output|answer|to|translation|summary)$/i;
const language = /^[a-z]{2,3}([-_][a-z0-9]{2,8})*$/i;

function proposePairs(profile: Profile, wishes: ProposalWishes): Proposal | null {
  const texts = profile.columns.filter(({ text }) => text !== null);
  const pair = (['source', 'target'] as const).map((side) => {
    const names = side === 'source' ? sourceNames : targetNames;
    return texts.find(({ name }) => names.test(name));
  });
  const spoken = texts.filter(({ name, text }) => language.test(name) && (text?.words ?? 0) > 1);
  const [source, target] = pair[0] !== undefined && pair[1] !== undefined ? pair : spoken;
  if (source === undefined || target === undefined || texts.length > 4) return null;
  const rows = profile.rowCount;
  if (target.distinct <= 0.1 * rows || source.distinct <= 0.1 * rows || (source.text?.words ?? 0) < 1.5)
    return null;
  if (!asks(wishes, ['next'], target.name)) return null;
  const characters = Math.max(source.text?.characters ?? 0, target.text?.characters ?? 0);
  const short = characters < 40 && rows * characters < smallText;
  const { name, file } = nameOf(profile, wishes);
  const reasons: Decision[] = [
    {
      subject: 'task',
      choice: 'next',
      reason: `Every row holds two texts: the model reads "${source.name}" and then writes "${target.name}", token by token. Exchange the two roles to turn the direction around.`,
    },
    tokenizerReason(short),
    splitReason('pairs'),
  ];
  const experiment = experimentSchema.parse({
    name,
    task: 'next',
    data: {
      file,
      columns: columnsOf(profile, [
        { name: source.name, role: 'feature', encoding: 'text' },
        { name: target.name, role: 'target', encoding: 'text' },
      ]),
      sequence: 'whole',
      missing: 'drop',
      text: {
        tokenizer: short ? 'character' : 'bytePair',
        vocabulary: 4000,
        maximumLength: short ? 200 : 100,
      },
      split: { kind: 'random', train: 0.8, validation: 0.1 },
    },
    model: { layers: [{ units: 128 }], readout: 'every', embeddingWidth: short ? 24 : 64 },
    training: { loss: { kind: 'crossEntropy' }, ...textTraining(rows) },
  });
  return { experiment, reasons };
}

function proposeLabels(profile: Profile, wishes: ProposalWishes): Proposal | null {
  const wished = wishes.targets?.[0];
  const texts = profile.columns.filter((column) => freeText(column, profile) && column.name !== wished);
  const label = labelOf(profile, texts, wishes);
  if (texts.length === 0 || texts.length > 3 || label === undefined) return null;
  const regress = label.type === 'number' || (label.type === 'integer' && label.distinct > 20);
  const task = wishes.task ?? (regress ? 'regress' : 'classify');
  if (
    !asks(wishes, ['classify', 'regress'], label.name) ||
    (task === 'classify' && label.distinct > mostClasses)
  )
    return null;
  const split = profile.split?.column;
  const names = texts.map(({ name }) => `"${name}"`).join(' and ');
  const length = texts.reduce((sum, { text }) => sum + (text?.words ?? 0), 0);
  const maximumLength = Math.min(400, Math.max(32, Math.ceil((3 * length) / 16) * 16));
  const { name, file } = nameOf(profile, wishes);
  const reasons: Decision[] = [
    {
      subject: 'task',
      choice: task,
      reason: `${names} ${texts.length === 1 ? 'holds' : 'hold'} sentences (${Math.round(length)} words on average), "${label.name}" ${regress ? 'a number' : `one of ${label.distinct} classes`} for each.`,
    },
    {
      subject: 'tokenizer',
      choice: 'words',
      reason: 'Learned from the training part; words that it does not hold are unknown.',
    },
    {
      subject: 'length',
      choice: `${maximumLength} tokens`,
      reason: 'About three times the average; of longer texts the end is left out.',
    },
    ...(split === undefined ? [splitReason('texts')] : []),
  ];
  const experiment = experimentSchema.parse({
    name,
    task,
    data: {
      file,
      columns: columnsOf(profile, [
        ...texts.map((column): Column => ({ name: column.name, role: 'feature', encoding: 'text' })),
        { name: label.name, role: 'target', encoding: task === 'classify' ? 'label' : 'numeric' },
        ...(split === undefined
          ? []
          : [{ name: split, role: 'split' as const, encoding: 'numeric' as const }]),
      ]),
      sequence: 'whole',
      missing: 'drop',
      text: {
        tokenizer: 'word',
        lowercase: true,
        minimumFrequency: profile.rowCount > 2000 ? 2 : 1,
        maximumLength,
      },
      split: split === undefined ? { kind: 'random' } : { kind: 'column' },
    },
    model: {
      layers: [{ units: 64, bidirectional: true, inputDropout: 0.2 }],
      readout: 'max',
      embeddingWidth: 50,
    },
    training: {
      loss: task === 'classify' ? { kind: 'crossEntropy' } : { kind: 'meanSquaredError' },
      ...textTraining(profile.rowCount),
    },
  });
  return { experiment, reasons };
}

const labelName = /^(label|labels|class|target|sentiment|intent|category|topic|stars|rating|score|y)$/i;

function labelOf(
  profile: Profile,
  texts: readonly ColumnProfile[],
  wishes: ProposalWishes,
): ColumnProfile | undefined {
  const [wished] = wishes.targets ?? [];
  const others = profile.columns.filter(
    (column) =>
      !texts.includes(column) &&
      !column.constant &&
      column.type !== 'time' &&
      !column.counter &&
      ![profile.split?.column, profile.time?.column].includes(column.name),
  );
  if (wished !== undefined) return others.find(({ name }) => name === wished);
  const few = (column: ColumnProfile) =>
    column.distinct > 1 && column.distinct <= Math.min(mostClasses, profile.rowCount / 4);
  return (
    others.find((column) => labelName.test(column.name) && (few(column) || column.type === 'number')) ??
    others.find((column) => (column.type === 'text' || column.type === 'boolean') && few(column))
  );
}

function proposeModel(profile: Profile, wishes: ProposalWishes): Proposal | null {
  const texts = profile.columns.filter(({ text }) => text !== null);
  const free = texts.filter((column) => freeText(column, profile));
  const [column] = free.length > 0 ? free : texts;
  // A table with a time or with numbers is about something else, unless a person asks.
  const alone = profile.columns.every(
    ({ name, type }) => name === column?.name || name === 'file' || type === 'text',
  );
  const onlyText = texts.length === 1 && profile.columns.length === 1;
  if (column === undefined || column.text === null) return null;
  if (wishes.task !== 'next' && !(onlyText || (free.length === 1 && alone))) return null;
  if (wishes.task === 'next' && free.length === 0 && !onlyText) return null;
  if (!asks(wishes, ['next'], column.name)) return null;
  const { characters } = column.text;
  const total = characters * profile.rowCount;
  const small = total < smallText;
  const joined = column.text.words < 40;
  const window = small ? 64 : 48;
  const { name, file } = nameOf(profile, wishes);
  const reasons: Decision[] = [
    {
      subject: 'task',
      choice: 'next',
      reason: `"${column.name}" is text alone, so the model learns to continue it, token by token.`,
    },
    tokenizerReason(small),
    {
      subject: 'documents',
      choice: joined ? 'joined' : 'separate',
      reason: joined
        ? 'The texts are as short as lines, so they are read on from one to the next within a part.'
        : 'Every text is long enough to stand for itself.',
    },
    {
      subject: 'split',
      choice: joined ? 'in the order of the file' : 'random',
      reason: joined ? 'The last lines test, so that no line is seen before.' : 'Whole texts go to one part.',
    },
  ];
  const experiment = experimentSchema.parse({
    name,
    task: 'next',
    data: {
      file,
      columns: columnsOf(profile, [{ name: column.name, role: 'feature', encoding: 'text' }]),
      window,
      stride: window,
      missing: 'drop',
      text: {
        tokenizer: small ? 'character' : 'bytePair',
        vocabulary: 4000,
        documents: joined ? 'joined' : 'separate',
      },
      split: joined ? { kind: 'time', train: 0.8, validation: 0.1, gap: 0 } : { kind: 'random' },
    },
    model: { layers: [{ units: 128 }], readout: 'every', embeddingWidth: small ? 24 : 64 },
    training: { loss: { kind: 'crossEntropy' }, ...textTraining(total / (small ? 1 : 4) / window) },
  });
  return { experiment, reasons };
}

function tokenizerReason(characters: boolean): Decision {
  return characters
    ? {
        subject: 'tokenizer',
        choice: 'characters',
        reason: 'There is little text, and single characters know every word.',
      }
    : {
        subject: 'tokenizer',
        choice: 'byte pairs',
        reason: 'Frequent words become one token, rare ones several, and none is unknown.',
      };
}

function splitReason(what: string): Decision {
  return { subject: 'split', choice: 'random', reason: `Whole ${what} go to one part, drawn by the seed.` };
}

/** Smaller batches for few sequences, so that an epoch has some dozens of steps. */
function textTraining(sequences: number) {
  const batchSize = sequences > 5000 ? 64 : sequences > 500 ? 32 : 16;
  return {
    batchSize,
    epochs: 30,
    learningRate: 0.003,
    clipping: { kind: 'globalNorm', threshold: 1 },
  };
}
