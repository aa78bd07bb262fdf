import { createDecoder } from './decode.ts';
import { createModel } from './models.ts';
import { createNormalizer } from './normalize.ts';
import { literalPattern } from './patterns.ts';
import { createPreTokenizer } from './pre-tokenize.ts';
import type { AddedToken, TokenizerFile, TokenModel } from './tokenizer-file.ts';

/** Ids of the tokens that no text holds. */
export interface SpecialTokens {
  /** What an unknown word becomes; null where there is none (byte pairs know every text). */
  readonly unknown: number | null;
  readonly begin: number;
  readonly end: number;
  readonly separator: number;
}

export interface Tokenizer {
  /** [ids] every token by its id; ids that the file leaves out are `[unused 7]`. */
  readonly vocabulary: readonly string[];
  readonly special: SpecialTokens;
  /** Whether the id stands for no text (begin, end, padding, ...). */
  isSpecial(id: number): boolean;
  /** Ids of a text, without begin and end. */
  encode(text: string): number[];
  /** Text of ids, special tokens left out. */
  decode(ids: Iterable<number>): string;
}

const names = {
  begin: ['<begin>', '<s>', '<bos>', '[CLS]', '<|begin_of_text|>', '<|startoftext|>'],
  end: ['<end>', '</s>', '<eos>', '<|end_of_text|>', '<|endoftext|>'],
  separator: ['<separator>', '<sep>', '[SEP]'],
} as const;

/** The file with tokens for begin, end and separator; those it lacks are appended. */
export function withSpecialTokens(file: TokenizerFile): TokenizerFile {
  const ids = idsOf(file);
  const added: AddedToken[] = [...file.added_tokens];
  let next = Math.max(-1, ...ids.values()) + 1;
  for (const role of ['begin', 'end', 'separator'] as const) {
    if (names[role].some((name) => ids.has(name))) continue;
    added.push(specialToken(next++, names[role][0]));
  }
  return { ...file, added_tokens: added };
}

export function specialToken(id: number, content: string): AddedToken {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}

function idsOf({ model, added_tokens: added }: TokenizerFile): Map<string, number> {
  const ids = new Map(
    model.type === 'Unigram'
      ? model.vocab.map(([token], id): [string, number] => [token, id])
      : Object.entries(model.vocab),
  );
  for (const { content, id } of added) ids.set(content, id);
  return ids;
}

function unknownOf(model: TokenModel, ids: ReadonlyMap<string, number>): number | null {
  if (model.type === 'Unigram') return model.unk_id;
  return model.unk_token === null ? null : (ids.get(model.unk_token) ?? null);
}

/** @param file with special tokens (`withSpecialTokens`). */
export function createTokenizer(file: TokenizerFile): Tokenizer {
  const ids = idsOf(file);
  const size = Math.max(-1, ...ids.values()) + 1;
  const vocabulary = Array.from({ length: size }, (_, id) => `[unused ${id}]`);
  for (const [token, id] of ids) vocabulary[id] = token;
  const one = (role: keyof typeof names): number =>
    names[role].map((name) => ids.get(name)).find((id) => id !== undefined) ?? 0;
  const special = {
    unknown: unknownOf(file.model, ids),
    begin: one('begin'),
    end: one('end'),
    separator: one('separator'),
  };
  const silent = new Set(file.added_tokens.flatMap((token) => (token.special ? [token.id] : [])));
  for (const id of [special.begin, special.end, special.separator]) silent.add(id);
  const decode = createDecoder(file.decoder?.decoders ?? []);
  return {
    vocabulary,
    special,
    isSpecial: (id) => silent.has(id),
    encode: createEncoder(file),
    decode: (tokens) => decode([...tokens].filter((id) => !silent.has(id)).map((id) => vocabulary[id] ?? '')),
  };
}

/** What is left of a text between the added tokens that occur in it. */
type Span = { readonly text: string; readonly first: boolean } | { readonly id: number };

function createEncoder(file: TokenizerFile): (text: string) => number[] {
  const normalize = createNormalizer(file.normalizer?.normalizers ?? []);
  const preTokenize = createPreTokenizer(file.pre_tokenizer?.pretokenizers ?? []);
  const encodePiece = createModel(file.model);
  const raw = addedTokenFinder(file.added_tokens.filter(({ normalized }) => !normalized));
  const changed = addedTokenFinder(
    file.added_tokens
      .filter(({ normalized }) => normalized)
      .map((token) => ({ ...token, content: normalize(token.content) })),
  );
  return (text) => {
    const found: number[] = [];
    for (const span of raw(text, true)) {
      if ('id' in span) {
        found.push(span.id);
        continue;
      }
      for (const part of changed(normalize(span.text), span.first)) {
        if ('id' in part) found.push(part.id);
        else for (const piece of preTokenize([part])) found.push(...encodePiece(piece.text));
      }
    }
    return found;
  };
}

/** Finds added tokens in a text: the leftmost, and of those the longest. */
function addedTokenFinder(tokens: readonly AddedToken[]): (text: string, first: boolean) => Span[] {
  const sought = tokens.filter(({ content }) => content !== '');
  if (sought.length === 0) return (text, first) => [{ text, first }];
  const longestFirst = [...sought].sort((a, b) => b.content.length - a.content.length);
  const pattern = new RegExp(
    longestFirst.map(({ content }) => literalPattern(content).source).join('|'),
    'gu',
  );
  const byContent = new Map(sought.map((token) => [token.content, token]));
  return (text, first) => {
    const spans: Span[] = [];
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0]);
      if (token === undefined) continue;
      let start = match.index;
      let stop = start + match[0].length;
      if (token.single_word && (isWord(text, start - 1) || isWord(text, stop))) continue;
      if (token.lstrip) while (start > end && /\s/.test(text[start - 1] as string)) start--;
      if (token.rstrip) while (stop < text.length && /\s/.test(text[stop] as string)) stop++;
      if (start > end) spans.push({ text: text.slice(end, start), first: first && end === 0 });
      spans.push({ id: token.id });
      end = stop;
    }
    if (end < text.length) spans.push({ text: text.slice(end), first: first && end === 0 });
    return spans;
  };
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}]/u.test(text[at] as string);
}
