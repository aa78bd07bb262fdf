import { toByteLetters } from './byte-alphabet.ts';
import { literalPattern, patternOf } from './patterns.ts';
import type { PreTokenizerPart, SplitBehavior } from './tokenizer-file.ts';

/** A piece of a text, and whether it is at the very beginning. */
export interface Piece {
  readonly text: string;
  readonly first: boolean;
}

export type PreTokenize = (pieces: readonly Piece[]) => Piece[];

/** All pre-tokenizers in order: each cuts the pieces of the one before. Empty pieces vanish. */
export function createPreTokenizer(parts: readonly PreTokenizerPart[]): PreTokenize {
  const steps = parts.map(createPart);
  return (pieces) =>
    steps.reduce<Piece[]>(
      (cut, step) => cut.flatMap((piece) => step(piece).filter(({ text }) => text !== '')),
      pieces.filter(({ text }) => text !== ''),
    );
}

type Cut = (piece: Piece) => Piece[];

/** GPT-2's pattern: contractions, words, numbers and signs, each with the space before it. */
const byteLevelPattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;
const word = String.raw`\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}`;
const wordPattern = new RegExp(`[${word}]+|[^${word}\\p{White_Space}]+`, 'gu');
const space = /\p{White_Space}+/gu;
const punctuation = /[\p{P}!-/:-@[-`{-~]/gu;

function createPart(part: PreTokenizerPart): Cut {
  switch (part.type) {
    case 'ByteLevel':
      return (piece) => {
        const spaced =
          part.add_prefix_space && !piece.text.startsWith(' ') ? { ...piece, text: ` ${piece.text}` } : piece;
        const cut = part.use_regex ? split(spaced, byteLevelPattern, 'Isolated', false) : [spaced];
        return cut.map(({ text, first }) => ({ text: toByteLetters(text), first }));
      };
    case 'Whitespace':
      return (piece) => split(piece, wordPattern, 'Removed', true);
    case 'WhitespaceSplit':
      return (piece) => split(piece, space, 'Removed', false);
    case 'BertPreTokenizer':
      return (piece) =>
        split(piece, space, 'Removed', false).flatMap((run) => split(run, punctuation, 'Isolated', false));
    case 'Punctuation':
      return (piece) => split(piece, punctuation, part.behavior, false);
    case 'Digits':
      return (piece) => split(piece, /\p{N}/gu, part.individual_digits ? 'Isolated' : 'Contiguous', false);
    case 'Split': {
      const pattern = patternOf(part.pattern);
      return (piece) => split(piece, pattern, part.behavior, part.invert);
    }
    case 'CharDelimiterSplit': {
      const pattern = literalPattern(part.delimiter);
      return (piece) => split(piece, pattern, 'Removed', false);
    }
    case 'Metaspace':
      return metaspace(part);
    case 'UnicodeWords':
      return unicodeWords();
  }
}

function metaspace(part: Extract<PreTokenizerPart, { type: 'Metaspace' }>): Cut {
  const scheme = part.prepend_scheme ?? (part.add_prefix_space === false ? 'never' : 'always');
  const pattern = literalPattern(part.replacement);
  return (piece) => {
    const marked = piece.text.replaceAll(' ', part.replacement);
    const wanted = scheme === 'always' || (scheme === 'first' && piece.first);
    const text = wanted && !marked.startsWith(part.replacement) ? part.replacement + marked : marked;
    return part.split
      ? split({ text, first: piece.first }, pattern, 'MergedWithNext', false)
      : [{ text, first: piece.first }];
  };
}

/** Words, numbers and signs by Unicode's rules for any language and dictionaries for Chinese, Japanese and Thai. */
function unicodeWords(): Cut {
  const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
  return ({ text, first }) => {
    const words: Piece[] = [];
    for (const { segment, index } of segmenter.segment(text)) {
      if (segment.trim() !== '') words.push({ text: segment, first: first && index === 0 });
    }
    return words;
  };
}

/** Cuts at the matches of a pattern; what becomes of a match, `behavior` says, `invert` makes matches of the rest. */
function split(piece: Piece, pattern: RegExp, behavior: SplitBehavior, invert: boolean): Piece[] {
  const spans: { text: string; match: boolean; start: number }[] = [];
  let end = 0;
  const add = (start: number, stop: number, match: boolean) => {
    if (stop > start) spans.push({ text: piece.text.slice(start, stop), match: match !== invert, start });
  };
  for (const found of piece.text.matchAll(pattern)) {
    if (found[0] === '') continue;
    add(end, found.index, false);
    end = found.index + found[0].length;
    add(found.index, end, true);
  }
  add(end, piece.text.length, false);
  const joined: typeof spans = [];
  let before: boolean | null = null;
  for (const span of spans) {
    const last = joined.at(-1);
    const joins =
      (behavior === 'MergedWithPrevious' && span.match && before === false) ||
      (behavior === 'MergedWithNext' && !span.match && before === true) ||
      (behavior === 'Contiguous' && before === span.match);
    if (joins && last !== undefined) last.text += span.text;
    else joined.push({ ...span });
    before = span.match;
  }
  return joined
    .filter(({ match }) => behavior !== 'Removed' || !match)
    .map(({ text, start }) => ({ text, first: piece.first && start === 0 }));
}
