import { WorkbenchError } from '../../base/errors.ts';
import type { Experiment } from '../../contract/experiment.ts';
import type { Preparation } from '../preparation.ts';
import { textUseOf } from './documents.ts';
import { createTokenizer } from './tokenizer.ts';
import type { TokenizerFile } from './tokenizer-file.ts';

/** A prompt as a model of tokens reads it, and how to read its answer. */
export interface TokenPrompt {
  /** Entries of the embedding. */
  readonly prompt: readonly number[];
  readonly entryOf: (label: number) => number;
  readonly end: number | null;
  readonly banned: ReadonlySet<number>;
  readonly nameOf: (label: number) => string;
  readonly textOf: (labels: readonly number[]) => string;
  readonly warnings: readonly string[];
}

/**
 * - a text model: the beginning of a text; of joined lines, "" is the beginning of a line
 * - sentence pairs: the source
 * - one column of categories: their names with blanks between them
 * @throws config/impossible where the model reads something else; data/unknown-category; usage/invalid.
 */
export function tokenPrompt(experiment: Experiment, preparation: Preparation, text: string): TokenPrompt {
  return preparation.text === null
    ? categoryPrompt(experiment, preparation, text)
    : textPrompt(experiment, preparation.text.tokenizer, text);
}

function textPrompt(experiment: Experiment, file: TokenizerFile, text: string): TokenPrompt {
  const tokenizer = createTokenizer(file);
  const { special } = tokenizer;
  const { maximumLength, truncate, documents } = experiment.data.text;
  const use = textUseOf(experiment);
  const joined = use?.kind === 'model' && documents === 'joined';
  const encoded = tokenizer.encode(text);
  const lineBreak = tokenizer.encode('\n');
  const warnings: string[] = [];
  let ids = encoded;
  if (use?.kind === 'pairs') {
    if (maximumLength !== null && ids.length > maximumLength) {
      ids = truncate === 'end' ? ids.slice(0, maximumLength) : ids.slice(-maximumLength);
      warnings.push(
        `The source is longer than ${maximumLength} tokens and was cut (data.text.maximumLength).`,
      );
    }
    ids = [...ids, special.separator];
  } else if (!joined) ids = [special.begin, ...ids];
  else if (ids.length === 0) ids = lineBreak.length === 0 ? [special.end] : lineBreak;
  const unknown = encoded.filter((id) => id === special.unknown).length;
  if (unknown > 0) {
    warnings.push(
      `${unknown} of the ${encoded.length} tokens of the prompt did not occur in the training part.`,
    );
  }
  // Where lines are parted by the end token, it is a token like any other.
  const end = joined && lineBreak.length > 0 ? null : special.end;
  const banned = new Set<number>();
  tokenizer.vocabulary.forEach((_, id) => {
    if (id === special.unknown || (tokenizer.isSpecial(id) && id !== end)) banned.add(id);
  });
  return {
    // Entry 0 is padding, token i has the entry i + 1.
    prompt: ids.map((id) => id + 1),
    entryOf: (label) => label + 1,
    end: joined ? null : special.end,
    banned,
    nameOf: (label) => tokenizer.vocabulary[label] ?? '',
    textOf: (labels) => tokenizer.decode(labels),
    warnings,
  };
}

function categoryPrompt(experiment: Experiment, { inputs, classes }: Preparation, text: string): TokenPrompt {
  const [input] = inputs;
  if (inputs.length !== 1 || input?.encoding !== 'embedding') {
    throw new WorkbenchError(
      'config/impossible',
      'Only a model of one text or of one column of embedded categories continues it',
      {
        where: 'data.columns',
        hint: 'Give one column the role "featureAndTarget" and the encoding "embedding"; numbers are forecast by gru predict --steps.',
      },
    );
  }
  const entries = new Map(input.categories.map((category, index) => [category, index + 1]));
  const names = text.split(/\s+/).filter((name) => name !== '');
  const zero = experiment.data.firstStep === 'zeros';
  const some = input.categories.slice(0, 8).join(' ');
  if (names.length === 0 && !zero) {
    throw new WorkbenchError('usage/invalid', 'The sequence to continue is empty', {
      hint: `Begin it with some of: ${some}`,
    });
  }
  const known = names.map((name) => {
    const entry = entries.get(name);
    if (entry !== undefined) return entry;
    throw new WorkbenchError('data/unknown-category', `"${name}" did not occur in the training part`, {
      where: `column "${input.column}"`,
      hint: `Begin with some of: ${some}`,
    });
  });
  return {
    prompt: zero ? [0, ...known] : known,
    entryOf: (label) => entries.get(classes[label] ?? '') ?? 0,
    end: null,
    banned: new Set(),
    nameOf: (label) => classes[label] ?? '',
    textOf: (labels) => labels.map((label) => classes[label] ?? '').join(' '),
    warnings: [],
  };
}
