import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';
import { books, inChinese } from '../../renderer/strings/sentences/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Places whose texts no window shows: the command line, files that are written, servers without a window, benches. */
const elsewhere =
  /^main\/(?:cli|app|preload|server|wire\/page|platform\/root|hosts\/engine-host|services\/(?:samples\/generators|examples|bench|config\/key-table))|^engine\/(?:contract|export\/(?:card|c\/|javascript|pytorch|tfjs|loading-code|describe-text))/;
/** Names, and the language of the tables. */
const noSentence =
  /^(?:SELECT|ALTER|BEGIN|CASE|CREATE|DELETE|DESCRIBE|DROP|INSERT|SET|TIMESTAMP|WHERE|WITH) |^(?:TRY_)?CAST\(|^(?:GRU Workbench|SQLite format 3|Application Support|IMA ADPCM|Keras \S+|B x \S+)$/;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
}

/**
 * What an expression may say, with a made-up number for each value it puts in.
 * @param second takes the other branch of every condition.
 */
function said(node: Node, second: boolean, words: string[]): string {
  const [one, other] = [nodes(node.consequent)[0], nodes(node.alternate)[0]];
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : '';
  if (node.type === 'ConditionalExpression' && one !== undefined && other !== undefined)
    return said(second ? other : one, second, words);
  if (node.type === 'TemplateLiteral') {
    const values = nodes(node.expressions).map((expression) => said(expression, second, words));
    const quasis = nodes(node.quasis).map(({ value }) => (value as { cooked: string }).cooked);
    return quasis.map((quasi, index) => quasi + (values[index] ?? '')).join('');
  }
  const word = `70${words.length}07`;
  words.push(word);
  return word;
}

interface Sentence {
  readonly file: string;
  readonly text: string;
  /** Values that the translation must still hold. */
  readonly words: readonly string[];
}

/** Message and hint of an error that a call makes; none of one that only a programmer can mend. */
function errorTexts(node: Node): Node[] | 'internal' {
  const [code, message, details] = nodes(node.arguments);
  const callee = isNode(node.callee) ? node.callee.name : null;
  if (node.type !== 'NewExpression' || callee !== 'WorkbenchError' || message === undefined) return [];
  if (code?.type === 'Literal' && code.value === 'internal') return 'internal';
  const hint = nodes(details?.properties).find(({ key }) => isNode(key) && key.name === 'hint');
  return [message, ...nodes(hint?.value)];
}

const written = new Set(['Literal', 'TemplateLiteral', 'ConditionalExpression']);

function sentencesOf(file: string): Sentence[] {
  const { program } = parseSync(file, readFileSync(join(root, file), 'utf8'));
  const found: Sentence[] = [];
  const add = (node: Node, is: (text: string) => boolean): void => {
    for (const second of [false, true]) {
      const words: string[] = [];
      const text = said(node, second, words).trim();
      if (is(text)) found.push({ file, text, words });
    }
  };
  const visit = (node: Node): void => {
    const texts = errorTexts(node);
    if (texts === 'internal') return;
    for (const text of texts) if (written.has(text.type)) add(text, (content) => /[a-z]{3}/.test(content));
    // Of what is said elsewhere, a sentence begins with a capital letter and is more than a name.
    if (node.type === 'Literal' || node.type === 'TemplateLiteral')
      add(node, (text) => /^\p{Lu}[^\n]* /u.test(text) && !noSentence.test(text));
    for (const value of Object.values(node)) nodes(value).forEach(visit);
  };
  visit(program as unknown as Node);
  return found;
}

const files = ['engine', 'main']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file).replaceAll('\\', '/'),
    ),
  )
  .filter((file) => file.endsWith('.ts') && !elsewhere.test(file));

describe('sentences of the host in Chinese', () => {
  it('are in the book once, or mean the same', () => {
    const seen = new Map<string, string>();
    for (const [english, chinese] of books.flat()) {
      expect([english, seen.get(english) ?? chinese]).toEqual([english, chinese]);
      seen.set(english, chinese);
      const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([name]) => name);
      for (const name of names(chinese))
        expect([english, names(english)]).toEqual([english, expect.arrayContaining([name])]);
    }
  });

  it('are all in the book, and lose nothing that they are about', () => {
    const sentences = files.flatMap(sentencesOf);
    expect(sentences.length).toBeGreaterThan(900);
    const wrong = sentences.filter(({ text, words }) => {
      const chinese = inChinese(text);
      return !/\p{Script=Han}/u.test(chinese) || words.some((word) => !chinese.includes(word));
    });
    expect([...new Set(wrong.map(({ file, text }) => `${file}: ${text} -> ${inChinese(text)}`))]).toEqual([]);
  });

  it('puts sentences together, translates the words within and leaves what is quoted', () => {
    expect(inChinese('There is no column "missing"')).toBe('没有列“missing”');
    expect(inChinese('Did you mean "price"? The columns are date, price.')).toBe(
      '是否指“price”？有以下各列：date, price。',
    );
    expect(
      inChinese(
        'The training loss became NaN at step 412: the gradient norm had grown 4e+7-fold in 20 steps',
      ),
    ).toBe('训练损失在第 412 步变为 NaN：梯度范数在 20 步内增长到 4e+7 倍');
    expect(inChinese('This is a sentence of another program')).toBe('This is a sentence of another program');
  });
});
