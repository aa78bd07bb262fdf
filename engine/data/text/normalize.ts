import { toByteLetters } from './byte-alphabet.ts';
import { patternOf } from './patterns.ts';
import type { NormalizerPart } from './tokenizer-file.ts';

export type Normalize = (text: string) => string;

/** All normalizers in order, as the tokenizers library defines them. */
export function createNormalizer(parts: readonly NormalizerPart[]): Normalize {
  const steps = parts.map(createPart);
  return (text) => steps.reduce((changed, step) => step(changed), text);
}

function createPart(part: NormalizerPart): Normalize {
  switch (part.type) {
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return (text) => text.normalize(part.type);
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return (text) => text.replaceAll(/\p{M}/gu, '');
    case 'Strip':
      return (text) => {
        const left = part.strip_left ? text.replace(/^\p{White_Space}+/u, '') : text;
        return part.strip_right ? left.replace(/\p{White_Space}+$/u, '') : left;
      };
    case 'Replace': {
      const pattern = patternOf(part.pattern);
      return (text) => text.replaceAll(pattern, () => part.content);
    }
    case 'Prepend':
      return (text) => (text === '' ? '' : part.prepend + text);
    case 'ByteLevel':
      return toByteLetters;
    case 'BertNormalizer':
      return (text) => bert(text, part);
  }
}

/** Character by character: a capital sigma becomes the same letter wherever it stands. */
function lowercase(text: string): string {
  let lower = '';
  for (const character of text) lower += character.toLowerCase();
  return lower;
}

function bert(text: string, part: Extract<NormalizerPart, { type: 'BertNormalizer' }>): string {
  let changed = text;
  if (part.clean_text) {
    changed = changed
      .replaceAll(/[\t\n\r]/g, ' ')
      .replaceAll(/\p{C}|\ufffd/gu, '')
      .replaceAll(/\p{White_Space}/gu, ' ');
  }
  if (part.handle_chinese_chars) changed = changed.replaceAll(ideograph, ' $& ');
  if (part.strip_accents ?? part.lowercase) changed = changed.normalize('NFD').replaceAll(/\p{Mn}/gu, '');
  return part.lowercase ? lowercase(changed) : changed;
}

/** The blocks that BERT's reference tokenizer counts as Chinese characters. */
const ideograph =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu;
