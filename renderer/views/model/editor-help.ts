import type { Language } from '../../strings/catalog.ts';
import { explanationOf } from '../../strings/explanations/index.ts';

/**
 * The path at an offset of a JSON text that may be broken elsewhere: a scan that keeps the open objects and lists.
 * @param offset of a character inside a key or a value.
 */
export function pathAt(text: string, offset: number): readonly (string | number)[] {
  const open: { key: string | number | null; list: boolean }[] = [];
  let index = 0;
  let lastString = '';
  while (index < text.length) {
    const character = text[index];
    if (character === '"') {
      const end = stringEnd(text, index);
      lastString = text.slice(index + 1, end);
      const rest = text.slice(end + 1).trimStart();
      const top = open.at(-1);
      if (top !== undefined && !top.list && rest.startsWith(':')) top.key = lastString;
      if (offset <= end) return pathOf(open);
      index = end + 1;
      continue;
    }
    if (offset <= index && character !== undefined && !/[\s:]/.test(character)) return pathOf(open);
    if (character === '{') open.push({ key: null, list: false });
    else if (character === '[') open.push({ key: 0, list: true });
    else if (character === '}' || character === ']') open.pop();
    else if (character === ',') {
      const top = open.at(-1);
      if (top?.list === true) top.key = Number(top.key) + 1;
      else if (top !== undefined) top.key = null;
    }
    index++;
  }
  return pathOf(open);
}

function stringEnd(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"' || text[index] === '\n') return index;
  }
  return text.length;
}

function pathOf(open: readonly { readonly key: string | number | null }[]): (string | number)[] {
  return open.flatMap(({ key }) => (key === null ? [] : [key]));
}

/** Help for a place as Markdown, in the present language; null where there is none. */
export function helpMarkdown(path: readonly (string | number)[], language: Language): string | null {
  const explanation = explanationOf(path.join('.')) ?? explanationOf(path.slice(0, -1).join('.'));
  if (explanation === null) return null;
  const lines = [`**${explanation.label[language]}**`, explanation.does[language]];
  if (explanation.when !== null) lines.push(explanation.when[language]);
  if (explanation.source !== null) lines.push(`*${explanation.source}*`);
  return lines.join('\n\n');
}
