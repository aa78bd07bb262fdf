/**
 * How tags mark entities: IOB1 (B- only between neighbors of a type; CoNLL-2003), BIO (IOB2; B- at every beginning),
 * IOBES and BILOU (the end and single tokens marked too). Tags without such prefixes (parts of speech) have none.
 */
export type TagScheme = 'IOB1' | 'BIO' | 'IOBES' | 'BILOU';

const entityTag = /^([BIESLU])-(.+)$/u;

/** Type of an entity and the letter in front; null outside of one. */
function partsOf(tag: string): { readonly letter: string; readonly type: string } | null {
  const match = entityTag.exec(tag);
  return match === null ? null : { letter: match[1] as string, type: match[2] as string };
}

/** Whether tags mark entities at all: every one is O or has a prefix, and some have. */
export function marksEntities(tags: Iterable<string>): boolean {
  let some = false;
  for (const tag of tags) {
    if (tag === 'O') continue;
    if (!entityTag.test(tag)) return false;
    some = true;
  }
  return some;
}

/** The scheme of the tags of some sentences; null where they mark no entities. */
export function findTagScheme(sentences: Iterable<readonly string[]>): TagScheme | null {
  const letters = new Set<string>();
  let opensInside = false;
  let some = false;
  for (const tags of sentences) {
    if (!tags.every((tag) => tag === 'O' || entityTag.test(tag))) return null;
    tags.forEach((tag, index) => {
      const part = partsOf(tag);
      if (part === null) return;
      some = true;
      letters.add(part.letter);
      const before = partsOf(tags[index - 1] ?? 'O');
      if (part.letter === 'I' && (before === null || before.type !== part.type)) opensInside = true;
    });
  }
  if (!some) return null;
  if (letters.has('L') || letters.has('U')) return 'BILOU';
  if (letters.has('E') || letters.has('S')) return 'IOBES';
  return opensInside ? 'IOB1' : 'BIO';
}

/** The tags of one sentence as BIO: B- at the beginning of every entity, I- inside. */
export function toBio(tags: readonly string[], scheme: TagScheme): string[] {
  return tags.map((tag, index) => {
    const part = partsOf(tag);
    if (part === null) return tag;
    return `${begins(part, partsOf(tags[index - 1] ?? 'O'), scheme) ? 'B' : 'I'}-${part.type}`;
  });
}

type TagParts = NonNullable<ReturnType<typeof partsOf>>;

function begins({ letter, type }: TagParts, before: TagParts | null, scheme: TagScheme): boolean {
  if (letter === 'B') return true;
  if (scheme === 'IOB1') return before?.type !== type;
  return letter === 'S' || letter === 'U';
}

/** A run of tokens start ... end of one type, both counted. */
export interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The entities of a sentence as the evaluation of CoNLL-2003 (conlleval) finds them, in any scheme: a new type, or a
 * letter that begins one, ends what was before; an entity need not begin with B-.
 */
export function entitiesOf(tags: readonly string[]): Entity[] {
  const found: Entity[] = [];
  let open: { type: string; start: number } | null = null;
  let last = 'O';
  const close = (end: number): void => {
    if (open !== null) found.push({ ...open, end });
    open = null;
  };
  tags.forEach((tag, index) => {
    const part = partsOf(tag);
    const ended = last === 'E' || last === 'S' || last === 'L' || last === 'U';
    const first = part !== null && 'BSU'.includes(part.letter);
    if (part === null || first || ended || open?.type !== part.type) close(index - 1);
    if (part !== null && open === null) open = { type: part.type, start: index };
    last = part?.letter ?? 'O';
  });
  close(tags.length - 1);
  return found;
}
