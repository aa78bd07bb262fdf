import type { EncodePiece } from './models.ts';
import { byteTokens } from './models.ts';
import type { TokenModel } from './tokenizer-file.ts';

/** What an unknown character costs below the worst token (SentencePiece). */
const unknownPenalty = 10;

/**
 * The likeliest cut into tokens (Kudo 2018) by the Viterbi algorithm; neighboring unknown characters become one
 * unknown token, or their bytes with `byte_fallback`.
 */
export function createUnigram(model: Extract<TokenModel, { type: 'Unigram' }>): EncodePiece {
  const ids = new Map(model.vocab.map(([token], id) => [token, id]));
  const longest = model.vocab.reduce((most, [token]) => Math.max(most, token.length), 1);
  const least = model.vocab.reduce((low, [, score]) => Math.min(low, score), Number.POSITIVE_INFINITY);
  return (piece) => {
    const length = piece.length;
    const best = new Float64Array(length + 1).fill(Number.NEGATIVE_INFINITY);
    const from = new Int32Array(length + 1).fill(-1);
    best[0] = 0;
    const reach = (start: number, end: number, score: number): void => {
      const total = (best[start] as number) + score;
      if (from[end] !== -1 && total <= (best[end] as number)) return;
      best[end] = total;
      from[end] = start;
    };
    for (let start = 0; start < length; ) {
      const character = String.fromCodePoint(piece.codePointAt(start) as number);
      const step = start + character.length;
      let single = false;
      for (let end = step; end <= Math.min(length, start + longest); end++) {
        const id = ids.get(piece.slice(start, end));
        if (id === undefined) continue;
        reach(start, end, (model.vocab[id] as [string, number])[1]);
        if (end === step) single = true;
      }
      if (!single) reach(start, step, least - unknownPenalty);
      start = step;
    }
    const cuts: string[] = [];
    for (let end = length; end > 0; end = from[end] as number) {
      cuts.unshift(piece.slice(from[end] as number, end));
    }
    return tokensOf(cuts, ids, model);
  };
}

function tokensOf(
  cuts: readonly string[],
  ids: ReadonlyMap<string, number>,
  model: Extract<TokenModel, { type: 'Unigram' }>,
): number[] {
  const tokens: number[] = [];
  let unknown = '';
  const endUnknown = (): void => {
    if (unknown === '') return;
    const bytes = model.byte_fallback ? byteTokens(unknown, ids) : null;
    if (bytes !== null) tokens.push(...bytes);
    else if (model.unk_id !== null) tokens.push(model.unk_id);
    unknown = '';
  };
  for (const cut of cuts) {
    const id = ids.get(cut);
    if (id === undefined) {
      unknown += cut;
      continue;
    }
    endUnknown();
    tokens.push(id);
  }
  endUnknown();
  return tokens;
}
