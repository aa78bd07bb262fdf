import type { TokenModel } from './tokenizer-file.ts';
import { createUnigram } from './unigram.ts';

/** Cuts one piece of a text into the ids of its tokens. */
export type EncodePiece = (piece: string) => readonly number[];

/** Every model of the tokenizers library; equations and names are those of its source. */
export function createModel(model: TokenModel): EncodePiece {
  switch (model.type) {
    case 'BPE':
      return createBytePairs(model);
    case 'WordLevel':
      return createWordLevel(model);
    case 'WordPiece':
      return createWordPiece(model);
    case 'Unigram':
      return createUnigram(model);
  }
}

function createWordLevel({ vocab, unk_token: unknown }: Extract<TokenModel, { type: 'WordLevel' }>) {
  const ids = new Map(Object.entries(vocab));
  const fallback = ids.get(unknown);
  return (piece: string): readonly number[] => {
    const id = ids.get(piece) ?? fallback;
    return id === undefined ? [] : [id];
  };
}

/** Longest match first (Wu et al. 2016, as in BERT). */
function createWordPiece(model: Extract<TokenModel, { type: 'WordPiece' }>): EncodePiece {
  const { continuing_subword_prefix: prefix, max_input_chars_per_word: longest } = model;
  const ids = new Map(Object.entries(model.vocab));
  const unknown = ids.get(model.unk_token);
  const fallback = unknown === undefined ? [] : [unknown];
  return (piece) => {
    const letters = [...piece];
    if (letters.length > longest) return fallback;
    const found: number[] = [];
    for (let start = 0; start < letters.length; ) {
      let end = letters.length;
      let id: number | undefined;
      for (; end > start; end--) {
        id = ids.get((start > 0 ? prefix : '') + letters.slice(start, end).join(''));
        if (id !== undefined) break;
      }
      if (id === undefined) return fallback;
      found.push(id);
      start = end;
    }
    return found;
  };
}

/** Longest words whose tokens are remembered, and how many of them. */
const cachedLength = 64;
const cachedWords = 50_000;

/** Byte-pair encoding (Sennrich et al. 2016): of all neighbors that can merge, the earliest learned merge first. */
function createBytePairs(model: Extract<TokenModel, { type: 'BPE' }>): EncodePiece {
  const ids = new Map(Object.entries(model.vocab));
  const prefix = model.continuing_subword_prefix ?? '';
  const suffix = model.end_of_word_suffix ?? '';
  const unknown = model.unk_token === null ? undefined : ids.get(model.unk_token);
  const merges = new Map<string, { rank: number; id: number }>();
  model.merges.forEach((merge, rank) => {
    const [left, right] = splitMerge(merge);
    const a = ids.get(left);
    const b = ids.get(right);
    const id = ids.get(left + right.slice(prefix.length));
    if (a === undefined || b === undefined || id === undefined) return;
    if (!merges.has(`${a} ${b}`)) merges.set(`${a} ${b}`, { rank, id });
  });
  const symbolsOf = (piece: string): number[] => {
    const letters = [...piece];
    const symbols: number[] = [];
    let afterUnknown = false;
    letters.forEach((letter, index) => {
      const symbol = (index > 0 ? prefix : '') + letter + (index === letters.length - 1 ? suffix : '');
      const id = ids.get(symbol);
      const bytes = id === undefined && model.byte_fallback ? byteTokens(symbol, ids) : null;
      if (id !== undefined) symbols.push(id);
      else if (bytes !== null) symbols.push(...bytes);
      else if (unknown !== undefined && !(model.fuse_unk && afterUnknown)) symbols.push(unknown);
      afterUnknown = id === undefined && bytes === null;
    });
    return symbols;
  };
  const cache = new Map<string, readonly number[]>();
  return (piece) => {
    const known = cache.get(piece);
    if (known !== undefined) return known;
    const whole = model.ignore_merges ? ids.get(piece) : undefined;
    const tokens = whole === undefined ? mergePairs(symbolsOf(piece), merges) : [whole];
    if (piece.length <= cachedLength && cache.size < cachedWords) cache.set(piece, tokens);
    return tokens;
  };
}

export function splitMerge(merge: string | readonly [string, string]): readonly [string, string] {
  if (typeof merge !== 'string') return merge;
  const space = merge.indexOf(' ', 1);
  return [merge.slice(0, space), merge.slice(space + 1)];
}

/** `<0xE4>` for each UTF-8 byte, or null where the vocabulary lacks one. */
export function byteTokens(text: string, ids: ReadonlyMap<string, number>): number[] | null {
  const tokens: number[] = [];
  for (const byte of new TextEncoder().encode(text)) {
    const id = ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    if (id === undefined) return null;
    tokens.push(id);
  }
  return tokens;
}

/**
 * Merges neighbors until no merge applies. A heap of candidates keeps long pieces (text without spaces) at
 * n log n; of equal ranks the leftmost comes first.
 */
function mergePairs(
  symbols: readonly number[],
  merges: ReadonlyMap<string, { readonly rank: number; readonly id: number }>,
): number[] {
  const ids = [...symbols];
  const next = ids.map((_, index) => (index + 1 < ids.length ? index + 1 : -1));
  const previous = ids.map((_, index) => index - 1);
  const heap = new MergeHeap();
  const offer = (left: number): void => {
    const right = left < 0 ? -1 : (next[left] as number);
    if (right < 0) return;
    const merge = merges.get(`${ids[left]} ${ids[right]}`);
    if (merge !== undefined) heap.push({ ...merge, left, a: ids[left] as number, b: ids[right] as number });
  };
  for (let index = 0; index + 1 < ids.length; index++) offer(index);
  for (let best = heap.pop(); best !== undefined; best = heap.pop()) {
    const { left, id, a, b } = best;
    const right = next[left] as number;
    if (ids[left] !== a || right < 0 || ids[right] !== b) continue;
    ids[left] = id;
    ids[right] = -1;
    const after = next[right] as number;
    next[left] = after;
    next[right] = -1;
    if (after >= 0) previous[after] = left;
    offer(previous[left] as number);
    offer(left);
  }
  return ids.filter((id) => id >= 0);
}

interface Candidate {
  readonly rank: number;
  readonly left: number;
  readonly id: number;
  readonly a: number;
  readonly b: number;
}

/** A binary heap of merges, the lowest rank and then the leftmost place first. */
class MergeHeap {
  readonly #items: Candidate[] = [];

  push(item: Candidate): void {
    const items = this.#items;
    items.push(item);
    for (let at = items.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Candidate | undefined {
    const items = this.#items;
    if (items.length < 2) return items.pop();
    this.#swap(0, items.length - 1);
    const top = items.pop();
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && this.#before(child, least)) least = child;
      }
      if (least === at) return top;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const x = this.#items[a] as Candidate;
    const y = this.#items[b] as Candidate;
    return x.rank < y.rank || (x.rank === y.rank && x.left < y.left);
  }

  #swap(a: number, b: number): void {
    const x = this.#items[a] as Candidate;
    this.#items[a] = this.#items[b] as Candidate;
    this.#items[b] = x;
  }
}
