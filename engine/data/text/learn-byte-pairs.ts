/** A word as symbols, and how often it occurs. */
export interface CountedWord {
  readonly symbols: readonly string[];
  readonly count: number;
}

export interface LearnedPairs {
  /** In the order they were learned. */
  readonly merges: readonly (readonly [string, string])[];
  /** The alphabet, then what each merge made (once). */
  readonly tokens: readonly string[];
}

/**
 * Learns byte-pair merges (Sennrich et al. 2016, algorithm 1): again and again the most frequent pair of neighbors
 * becomes one symbol. Of equally frequent pairs the one whose symbols were known earlier comes first, as in the
 * tokenizers library. Counts are kept up to date by the words that a merge changes, not counted anew.
 * @param alphabet symbols in the order of their ids; those of the words that it lacks are appended in code point order.
 */
export function learnBytePairs(
  words: readonly CountedWord[],
  alphabet: readonly string[],
  limits: { readonly merges: number; readonly minimumFrequency: number },
): LearnedPairs {
  const known = new Set(alphabet);
  const others = new Set(words.flatMap(({ symbols }) => symbols.filter((symbol) => !known.has(symbol))));
  const tokens = [...alphabet, ...[...others].sort((a, b) => (a < b ? -1 : 1))];
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const pairs = new PairCounts(
    words.map(({ symbols, count }) => ({ ids: symbols.map((symbol) => ids.get(symbol) ?? 0), count })),
  );
  const merges: [string, string][] = [];
  while (merges.length < limits.merges) {
    const best = pairs.best();
    if (best === null || best.count < limits.minimumFrequency) break;
    const left = tokens[best.a] as string;
    const right = tokens[best.b] as string;
    let id = ids.get(left + right);
    if (id === undefined) {
      id = tokens.length;
      tokens.push(left + right);
      ids.set(left + right, id);
    }
    merges.push([left, right]);
    pairs.merge(best.a, best.b, id);
  }
  return { merges, tokens };
}

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly count: number;
}

/** Ids stay below 2^21, so that a pair is one exact number. */
const radix = 2 ** 21;

/** How often each pair of neighbors occurs in the words, with the most frequent one at hand. */
class PairCounts {
  readonly #words: { ids: number[]; readonly count: number }[];
  readonly #counts = new Map<number, number>();
  /** Words that hold, or once held, a pair. */
  readonly #places = new Map<number, Set<number>>();
  /** Heap of pairs with the count they had when they were put in. */
  readonly #heap: Pair[] = [];

  constructor(words: readonly { readonly ids: number[]; readonly count: number }[]) {
    this.#words = words.map(({ ids, count }) => ({ ids, count }));
    this.#words.forEach((_, word) => {
      this.#count(word, 1);
    });
    for (const key of this.#counts.keys()) this.#push(key);
  }

  best(): Pair | null {
    for (let top = this.#pop(); top !== undefined; top = this.#pop()) {
      const count = this.#counts.get(top.a * radix + top.b) ?? 0;
      if (count === top.count && count > 0) return top;
    }
    return null;
  }

  merge(a: number, b: number, id: number): void {
    const key = a * radix + b;
    const changed = new Set<number>();
    for (const word of this.#places.get(key) ?? []) {
      const { ids } = this.#words[word] as { ids: number[] };
      if (!ids.some((left, at) => left === a && ids[at + 1] === b)) continue;
      this.#count(word, -1, changed);
      const merged: number[] = [];
      for (let at = 0; at < ids.length; at++) {
        const hit = ids[at] === a && ids[at + 1] === b;
        merged.push(hit ? id : (ids[at] as number));
        if (hit) at++;
      }
      (this.#words[word] as { ids: number[] }).ids = merged;
      this.#count(word, 1, changed);
    }
    this.#places.delete(key);
    for (const pair of changed) this.#push(pair);
  }

  #count(word: number, sign: 1 | -1, changed?: Set<number>): void {
    const { ids, count } = this.#words[word] as { ids: number[]; count: number };
    for (let at = 0; at + 1 < ids.length; at++) {
      const key = (ids[at] as number) * radix + (ids[at + 1] as number);
      const total = (this.#counts.get(key) ?? 0) + sign * count;
      if (total === 0) this.#counts.delete(key);
      else this.#counts.set(key, total);
      changed?.add(key);
      if (sign < 0) continue;
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, new Set([word]));
      else places.add(word);
    }
  }

  #push(key: number): void {
    const count = this.#counts.get(key);
    if (count === undefined) return;
    const heap = this.#heap;
    heap.push({ a: Math.floor(key / radix), b: key % radix, count });
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at], heap[parent])) break;
      swap(heap, at, parent);
      at = parent;
    }
  }

  #pop(): Pair | undefined {
    const heap = this.#heap;
    if (heap.length < 2) return heap.pop();
    swap(heap, 0, heap.length - 1);
    const top = heap.pop();
    for (let at = 0; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child], heap[first])) first = child;
      }
      if (first === at) return top;
      swap(heap, at, first);
      at = first;
    }
  }
}

function before(x: Pair | undefined, y: Pair | undefined): boolean {
  if (x === undefined || y === undefined) return false;
  if (x.count !== y.count) return x.count > y.count;
  return x.a < y.a || (x.a === y.a && x.b < y.b);
}

function swap(heap: Pair[], a: number, b: number): void {
  const kept = heap[a] as Pair;
  heap[a] = heap[b] as Pair;
  heap[b] = kept;
}
