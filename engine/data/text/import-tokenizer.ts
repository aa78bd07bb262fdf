import { z } from 'zod';
import { WorkbenchError } from '../../base/errors.ts';
import { createNormalizer } from './normalize.ts';
import { createPreTokenizer } from './pre-tokenize.ts';
import {
  decoderSchema,
  normalizerSchema,
  preTokenizerSchema,
  type TokenizerFile,
  tokenModelSchema,
  tokenizerFileSchema,
} from './tokenizer-file.ts';

type Section = 'normalizer' | 'pre_tokenizer' | 'decoder';

const lists = { normalizer: 'normalizers', pre_tokenizer: 'pretokenizers', decoder: 'decoders' } as const;

/**
 * Reads the text of a Hugging Face `tokenizer.json`. Truncation, padding and post-processing are left out: the task
 * decides about them here.
 * @param name what messages call the file.
 * @throws data/unreadable naming the part that is damaged or that is not understood; never a tokenizer that would cut
 *   texts otherwise than the file says.
 */
export function importTokenizer(text: string, name: string): TokenizerFile {
  const refuse = (message: string, cause?: unknown) =>
    new WorkbenchError('data/unreadable', message, {
      where: name,
      hint: 'Use a tokenizer.json of the types BPE, WordLevel, WordPiece or Unigram, or train a tokenizer from the data.',
      cause,
    });
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw refuse('The tokenizer is not JSON', cause);
  }
  if (!isObject(json) || !isObject(json.model)) throw refuse('The file has no tokenizer model');
  const model = { ...json.model, type: json.model.type ?? guessModel(json.model) };
  const dropout = json.model.dropout;
  if (typeof dropout === 'number' && dropout > 0) {
    throw refuse('The tokenizer drops merges at random (BPE dropout), so its tokens are not the same twice');
  }
  const parts = {
    normalizer: section(json, 'normalizer', typesOf(normalizerSchema), refuse),
    pre_tokenizer: section(json, 'pre_tokenizer', typesOf(preTokenizerSchema), refuse),
    decoder: section(json, 'decoder', typesOf(decoderSchema), refuse),
  };
  const known = typesOf(tokenModelSchema);
  if (!known.includes(String(model.type))) {
    throw refuse(`The tokenizer's model "${String(model.type)}" is not supported; ${known.join(', ')} are`);
  }
  const { added_tokens: added } = json;
  const result = tokenizerFileSchema.safeParse({
    added_tokens: added ?? [],
    ...parts,
    model: { ...model, dropout: null },
  });
  if (!result.success) {
    const [issue] = result.error.issues;
    throw refuse(`The tokenizer is damaged at ${issue?.path.join('.')}: ${issue?.message}`);
  }
  checkModel(result.data, refuse);
  // Patterns that cannot be used are refused now, not at the first text.
  createNormalizer(result.data.normalizer?.normalizers ?? []);
  createPreTokenizer(result.data.pre_tokenizer?.pretokenizers ?? []);
  return result.data;
}

type Refuse = (message: string) => WorkbenchError;

/** One part or a sequence of them, as a flat sequence. */
function section(
  json: Readonly<Record<string, unknown>>,
  key: Section,
  known: readonly string[],
  refuse: Refuse,
): Record<string, unknown> | null {
  const flat = flatten(json[key], lists[key]);
  for (const part of flat) {
    const type = isObject(part) ? String(part.type) : String(part);
    if (!known.includes(type)) {
      throw refuse(`The tokenizer's ${key} "${type}" is not supported; ${known.join(', ')} are`);
    }
  }
  return flat.length === 0 ? null : { type: 'Sequence', [lists[key]]: flat };
}

function flatten(part: unknown, list: string): unknown[] {
  if (part === null || part === undefined) return [];
  if (isObject(part) && part.type === 'Sequence' && Array.isArray(part[list])) {
    return part[list].flatMap((inner: unknown) => flatten(inner, list));
  }
  return [part];
}

/** Old files do not name the type of the model. */
function guessModel(model: Readonly<Record<string, unknown>>): string {
  if (Array.isArray(model.merges)) return 'BPE';
  if (Array.isArray(model.vocab)) return 'Unigram';
  return 'max_input_chars_per_word' in model || 'continuing_subword_prefix' in model
    ? 'WordPiece'
    : 'WordLevel';
}

function checkModel({ model, added_tokens: added }: TokenizerFile, refuse: Refuse): void {
  const size = model.type === 'Unigram' ? model.vocab.length : Object.keys(model.vocab).length;
  if (size === 0) throw refuse('The tokenizer has no vocabulary');
  const highest = Math.max(
    0,
    ...added.map(({ id }) => id),
    model.type === 'Unigram' ? size - 1 : highestOf(Object.values(model.vocab)),
  );
  if (highest > 2_000_000)
    throw refuse(`The tokenizer has a token with the id ${highest}; at most 2000000 are read`);
  if (model.type === 'Unigram') {
    if (model.unk_id !== null && model.unk_id >= size)
      throw refuse('The unknown token is not in the vocabulary');
    return;
  }
  const ids = new Set(Object.values(model.vocab));
  if (ids.size < size) throw refuse('Two tokens of the vocabulary have the same id');
  if (model.unk_token === null || model.unk_token in model.vocab) return;
  if (model.type !== 'BPE') throw refuse(`The unknown token "${model.unk_token}" is not in the vocabulary`);
}

function highestOf(ids: readonly number[]): number {
  return ids.reduce((most, id) => Math.max(most, id), 0);
}

function typesOf(union: { readonly options: readonly z.ZodObject[] }): string[] {
  return union.options.flatMap(({ shape }) => {
    const { type } = shape;
    if (type instanceof z.ZodLiteral) return [...type.values].map(String);
    return type instanceof z.ZodEnum ? type.options.map(String) : [];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
