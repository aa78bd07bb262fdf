/** One undo stack of texts: whatever changes the configuration, in the form or in the editor, is a step of it. */
export interface History {
  readonly past: readonly Entry[];
  readonly present: string;
  readonly future: readonly string[];
}

interface Entry {
  readonly text: string;
  /** What the change away from this text was made in; changes of one group follow each other as one step. */
  readonly group: string | null;
  /** Milliseconds of the last change of the group. */
  readonly at: number;
}

/** Changes of one group with less than this between them are undone together. */
const togetherMilliseconds = 1000;
const longest = 500;

export function startHistory(text: string): History {
  return { past: [], present: text, future: [] };
}

/**
 * Adds a change.
 * @param group of changes that belong together (typing, dragging one slider), or null for one by itself.
 * @param now milliseconds of any clock that runs forward.
 */
export function change(history: History, text: string, group: string | null, now: number): History {
  if (text === history.present) return history;
  const last = history.past.at(-1);
  const together =
    last !== undefined && group !== null && last.group === group && now - last.at < togetherMilliseconds;
  const past = together
    ? [...history.past.slice(0, -1), { ...last, at: now }]
    : [...history.past, { text: history.present, group, at: now }].slice(-longest);
  return { past, present: text, future: [] };
}

export function undo(history: History): History {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    present: last.text,
    future: [history.present, ...history.future],
  };
}

export function redo(history: History): History {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return {
    past: [...history.past, { text: history.present, group: null, at: Number.NEGATIVE_INFINITY }],
    present: next,
    future,
  };
}
