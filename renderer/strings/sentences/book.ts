/** Sentences of the host with their translation; `{name}` stands for what a sentence is about, `{count}` for a number. */
export type Sentences = readonly (readonly [english: string, chinese: string])[];

interface Pattern {
  readonly expression: RegExp;
  readonly names: readonly string[];
  /** Whether what a name stands for may be words of the program: not what stands in quotation marks. */
  readonly words: readonly boolean[];
  readonly translation: string;
}

const placeholder = /\{([a-zA-Z]+)\}/g;
/** Words within words within a sentence; a sentence is no deeper. */
const depthLimit = 4;
/** Sentences whose translation is kept. */
const memoryLimit = 2000;

/**
 * Translates what the host says. It speaks English, to the command line and to its log as well, and knows no languages;
 * the window finds the sentence again by its pattern. A sentence that is not in the book stays as it is.
 */
export class SentenceBook {
  readonly #patterns: readonly Pattern[];
  readonly #whole = new Map<string, string>();
  readonly #known = new Map<string, string>();

  constructor(lists: readonly Sentences[]) {
    const patterns: (Pattern & { readonly letters: number })[] = [];
    for (const [english, translation] of lists.flat()) {
      if (english.search(placeholder) === -1) this.#whole.set(english, translation);
      else patterns.push(patternOf(english, translation));
    }
    // The pattern that says most of the sentence itself is meant.
    this.#patterns = patterns.sort((a, b) => b.letters - a.letters);
  }

  translate(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const translated = this.#several(text, 0);
    if (this.#known.size >= memoryLimit) this.#known.clear();
    this.#known.set(text, translated);
    return translated;
  }

  /** One sentence, or several that follow one another. */
  #several(text: string, depth: number): string {
    const one = this.#one(text, depth);
    if (one !== null) return one;
    for (const { index } of text.matchAll(/[.?!]\s+(?=\S)/g)) {
      // What a pattern ends with could take the period for its own.
      const ended = text[index] === '.' ? this.#one(text.slice(0, index), depth) : null;
      const first = ended === null ? this.#one(text.slice(0, index + 1), depth) : `${ended}。`;
      if (first !== null) return `${first}${this.#several(text.slice(index + 1).trim(), depth)}`;
    }
    const placed = /^(.*) \(([^()]*)\)$/s.exec(text);
    const what = placed === null ? null : this.#one(placed[1] ?? '', depth);
    if (what !== null) return `${what}（${this.#several(placed?.[2] ?? '', depth)}）`;
    const clauses = text.split('; ');
    if (clauses.length === 1) return text;
    const translated = clauses.map((clause) => this.#several(clause, depth));
    return translated.some((clause, index) => clause !== clauses[index]) ? translated.join('；') : text;
  }

  #one(text: string, depth: number): string | null {
    const whole = this.#whole.get(text);
    if (whole !== undefined) return whole;
    for (const { expression, names, words, translation } of this.#patterns) {
      const found = expression.exec(text);
      if (found === null) continue;
      const values = new Map(
        names.map((name, index) => {
          const value = found[index + 1] ?? '';
          return [
            name,
            words[index] === true && depth < depthLimit ? this.#several(value, depth + 1) : value,
          ];
        }),
      );
      return translation.replace(placeholder, (_, name: string) => values.get(name) ?? '');
    }
    return null;
  }
}

function patternOf(english: string, translation: string): Pattern & { readonly letters: number } {
  const names: string[] = [];
  const words: boolean[] = [];
  let expression = '';
  let end = 0;
  for (const { 0: match, 1: name = '', index } of english.matchAll(placeholder)) {
    expression += `${escaped(english.slice(end, index))}${name === 'count' ? '([\\d.,]+)' : '(.*?)'}`;
    names.push(name);
    words.push(english[index - 1] !== '"');
    end = index + match.length;
  }
  expression += escaped(english.slice(end));
  return {
    expression: new RegExp(`^${expression}$`, 's'),
    names,
    words,
    translation,
    letters: english.replace(placeholder, '').length,
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
