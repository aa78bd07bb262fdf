/** Where a key and its value begin in a text, counted in characters from 0. The outermost value has no key. */
export interface JsonPlace {
  readonly key: number | null;
  readonly value: number;
}

export type JsonReading =
  | { readonly ok: true; readonly value: unknown; readonly places: ReadonlyMap<string, JsonPlace> }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** Deeper nesting is refused, so that no text can exhaust the stack. */
const depthLimit = 100;

/**
 * Reads JSON (RFC 8259) and remembers where everything stands, which JSON.parse does not tell. Places are by path:
 * `training.optimizer.kind`, `model.layers.0`, and '' for the whole.
 */
export function readJson(text: string): JsonReading {
  const reader = new Reader(text);
  try {
    return { ok: true, value: reader.document(), places: reader.places };
  } catch (error) {
    if (error instanceof JsonFault) return { ok: false, message: error.message, offset: error.offset };
    throw error;
  }
}

/** Line and column of an offset, both from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

class JsonFault extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringPattern = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

class Reader {
  readonly places = new Map<string, JsonPlace>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    this.#space();
    const value = this.#value('', null, 0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#fault('Nothing may follow the last bracket');
    return value;
  }

  #value(path: string, key: number | null, depth: number): unknown {
    if (depth > depthLimit) throw this.#fault('The brackets are nested too deep');
    this.places.set(path, { key, value: this.#at });
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(path, depth);
    if (first === '[') return this.#array(path, depth);
    if (first === '"') return this.#string();
    if (first !== undefined && /[-0-9]/.test(first)) return Number(this.#match(numberPattern, 'A number'));
    for (const [word, value] of Object.entries(words)) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    throw this.#fault(first === undefined ? 'The text ends before the last bracket' : 'A value is missing');
  }

  #object(path: string, depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    this.#list('}', () => {
      const key = this.#at;
      if (this.#text[key] !== '"') throw this.#fault('A key in double quotes is missing');
      const name = this.#string();
      if (entries.has(name)) throw new JsonFault(`The key "${name}" stands there twice`, key);
      this.#space();
      this.#take(':', `A colon is missing after "${name}"`);
      this.#space();
      entries.set(name, this.#value(path === '' ? name : `${path}.${name}`, key, depth + 1));
    });
    return Object.fromEntries(entries);
  }

  #array(path: string, depth: number): unknown[] {
    const values: unknown[] = [];
    this.#list(']', () => {
      const place = path === '' ? String(values.length) : `${path}.${values.length}`;
      values.push(this.#value(place, null, depth + 1));
    });
    return values;
  }

  /** What stands between brackets, separated by commas. */
  #list(close: string, element: () => void): void {
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      element();
      this.#space();
      if (this.#text[this.#at] === close) break;
      this.#take(',', `A comma or "${close}" is missing`);
      this.#space();
      if (this.#text[this.#at] === close) throw this.#fault('The comma before this bracket is too many');
    }
    this.#at++;
  }

  #string(): string {
    return JSON.parse(this.#match(stringPattern, 'A text in double quotes'));
  }

  #match(pattern: RegExp, what: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw this.#fault(`${what} is not written as JSON wants it`);
    this.#at += found.length;
    return found;
  }

  #take(character: string, otherwise: string): void {
    if (this.#text[this.#at] !== character) throw this.#fault(otherwise);
    this.#at++;
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #fault(message: string): JsonFault {
    return new JsonFault(message, this.#at);
  }
}
