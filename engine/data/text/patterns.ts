import { WorkbenchError } from '../../base/errors.ts';

/**
 * Turns a regular expression of the tokenizers library (Oniguruma syntax, Unicode classes) into one of this language.
 * @throws data/unreadable for syntax that has no counterpart here (possessive quantifiers, `\h`, `\G`, ...).
 */
export function translatePattern(source: string): RegExp {
  const refused = /\\[hHGKRX]|\(\?>|[?*+]\+|\[\[:/.exec(withoutClasses(source));
  const body = expandCaseless(source)
    .replaceAll('\\s', '\\p{White_Space}')
    .replaceAll('\\S', '\\P{White_Space}')
    .replaceAll('\\A', '^')
    .replaceAll(/\\[zZ]/g, '$');
  try {
    if (refused !== null) throw new SyntaxError(`"${refused[0]}" is not supported`);
    return new RegExp(body, 'gu');
  } catch (cause) {
    throw new WorkbenchError('data/unreadable', 'A pattern of the tokenizer cannot be used here', {
      where: `pattern ${source}`,
      hint: 'Use a tokenizer with another pre-tokenizer, or train one from the data.',
      cause,
    });
  }
}

/** Quantifiers inside of [...] are plain characters. */
function withoutClasses(source: string): string {
  return source.replaceAll(/\\\\/g, '').replaceAll(/\[(?!\[:)(?:\\.|[^\]\\])*\]/g, '[]');
}

/** `(?i:'s|'ll)` with both cases of every ASCII letter, as not every engine knows the modifier. */
function expandCaseless(source: string): string {
  return source.replaceAll(/\(\?i:((?:\\.|[^()\\])*)\)/g, (_, inner: string) => {
    const cases = inner.replaceAll(/\\.|[a-zA-Z]/g, (letter) =>
      letter.length > 1 ? letter : `[${letter.toLowerCase()}${letter.toUpperCase()}]`,
    );
    return `(?:${cases})`;
  });
}

/** A text as a pattern that matches just it. */
export function literalPattern(text: string): RegExp {
  return new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu');
}

export function patternOf(pattern: { readonly String: string } | { readonly Regex: string }): RegExp {
  return 'String' in pattern ? literalPattern(pattern.String) : translatePattern(pattern.Regex);
}
