import { fromByteLetters } from './byte-alphabet.ts';
import { patternOf } from './patterns.ts';
import type { DecoderPart } from './tokenizer-file.ts';

type Decode = (tokens: readonly string[]) => readonly string[];

/** Puts tokens together into a text, as the tokenizers library does; without a decoder, with spaces. */
export function createDecoder(parts: readonly DecoderPart[]): (tokens: readonly string[]) => string {
  if (parts.length === 0) return (tokens) => tokens.join(' ');
  const steps = parts.map(createPart);
  return (tokens) => steps.reduce((text, step) => step(text), tokens).join('');
}

function createPart(part: DecoderPart): Decode {
  switch (part.type) {
    case 'ByteLevel':
      return (tokens) => [fromByteLetters(tokens.join(''))];
    case 'WordPiece':
      return (tokens) =>
        tokens.map((token, index) => {
          const joined =
            index === 0
              ? token
              : token.startsWith(part.prefix)
                ? token.slice(part.prefix.length)
                : ` ${token}`;
          return part.cleanup ? cleanUp(joined) : joined;
        });
    case 'Metaspace': {
      const spaced =
        (part.prepend_scheme ?? (part.add_prefix_space === false ? 'never' : 'always')) !== 'never';
      return (tokens) =>
        tokens.map((token, index) => {
          const text = token.replaceAll(part.replacement, ' ');
          return index === 0 && spaced ? text.replace(/^ /, '') : text;
        });
    }
    case 'BPEDecoder':
      return (tokens) =>
        tokens.map((token, index) => token.replaceAll(part.suffix, index === tokens.length - 1 ? '' : ' '));
    case 'ByteFallback':
      return byteFallback;
    case 'Fuse':
      return (tokens) => [tokens.join('')];
    case 'Strip':
      return (tokens) =>
        tokens.map((token) => {
          let start = 0;
          let end = token.length;
          while (start < part.start && token.startsWith(part.content, start)) start += part.content.length;
          for (
            let cut = 0;
            cut < part.stop && end > start && token.slice(start, end).endsWith(part.content);
            cut++
          )
            end -= part.content.length;
          return token.slice(start, end);
        });
    case 'Replace': {
      const pattern = patternOf(part.pattern);
      return (tokens) => tokens.map((token) => token.replaceAll(pattern, () => part.content));
    }
    case 'UnicodeWords':
      return joinWords;
  }
}

/** Spaces before signs and in contractions vanish. */
function cleanUp(text: string): string {
  return text
    .replaceAll(' .', '.')
    .replaceAll(' ?', '?')
    .replaceAll(' !', '!')
    .replaceAll(' ,', ',')
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(' do not', " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}

/** Runs of `<0xE4>` become the text of their bytes; bytes that are not UTF-8 become U+FFFD, one each. */
function byteFallback(tokens: readonly string[]): string[] {
  const decoded: string[] = [];
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length === 0) return;
    try {
      decoded.push(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes)));
    } catch {
      decoded.push(...bytes.map(() => '\ufffd'));
    }
    bytes = [];
  };
  for (const token of tokens) {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
    else {
      flush();
      decoded.push(token);
    }
  }
  flush();
  return decoded;
}

/** Words with a space between them, but none in Chinese, Japanese or Thai, before closing or after opening signs. */
function joinWords(tokens: readonly string[]): string[] {
  const dense =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\u3000-\u303f\uff00-\uffef]/u;
  return tokens.map((token, index) => {
    const before = tokens[index - 1];
    if (before === undefined) return token;
    const tight =
      /^[.,;:!?%)\]}»”’]/u.test(token) ||
      /[([{«“‘]$/u.test(before) ||
      (dense.test(token.slice(0, 2)) && dense.test(before.slice(-2)));
    return tight ? token : ` ${token}`;
  });
}
