import type { Language } from '../catalog.ts';

export type Bilingual = Readonly<Record<Language, string>>;

/**
 * What one setting does. Keys are paths of the configuration with `*` for an element of a list or record, and
 * `path:kind` for one choice of a union.
 */
export interface Explanation {
  /** The field's name, a few words. */
  readonly label: Bilingual;
  /** One sentence: what it does. */
  readonly does: Bilingual;
  /** When to change it, and which way. */
  readonly when: Bilingual | null;
  /** TeX. */
  readonly formula: string | null;
  /** Whose default the default is: "Keras", "PyTorch", ... */
  readonly whose: string | null;
  /** Paper or library. */
  readonly source: string | null;
}

type Pair = readonly [en: string, zh: string];

interface Extras {
  readonly formula?: string;
  readonly whose?: string;
  readonly source?: string;
}

function both([en, zh]: Pair): Bilingual {
  return { en, zh };
}

/** Writes an explanation with its languages beside each other. */
export function explain(label: Pair, does: Pair, when: Pair | null, extras: Extras = {}): Explanation {
  return {
    label: both(label),
    does: both(does),
    when: when === null ? null : both(when),
    formula: extras.formula ?? null,
    whose: extras.whose ?? null,
    source: extras.source ?? null,
  };
}
