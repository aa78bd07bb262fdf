import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { catalog } from '../../renderer/strings/catalog.ts';
import { listSamples } from '../../main/services/samples/samples.ts';
import { explanations } from '../../renderer/strings/explanations/index.ts';
import { chineseSamples } from '../../renderer/strings/samples.ts';

const renderer = fileURLToPath(new URL('../../renderer', import.meta.url));

function sources(ending: string): { readonly file: string; readonly text: string }[] {
  return readdirSync(renderer, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file: file.slice(renderer.length), text: readFileSync(file, 'utf8') }));
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort();
}

/** Text between tags that holds letters: what a person would read without going through the catalog. */
function literalTexts(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/[^\n]*/g, '$1');
  const between = [
    ...code.matchAll(
      /<\/?[A-Za-z][^<>{}=]*(?:=(?:"[^"]*"|\{[^{}]*\})[^<>{}=]*)*>\s*([^<>{}()=;]*\p{L}[^<>{}()=;]*?)\s*<\//gu,
    ),
  ];
  const attributes = [...code.matchAll(/\s(?:aria-label|title|placeholder|label|alt)="([^"]*\p{L}[^"]*)"/gu)];
  return [...between, ...attributes].map((match) => match[1] ?? '');
}

describe('texts', () => {
  it('are complete in both languages, with the same placeholders', () => {
    const wrong: string[] = [];
    for (const [name, { en, zh }] of Object.entries(catalog)) {
      const english: Record<string, string> = en;
      const chinese: Record<string, string> = zh;
      for (const [key, text] of Object.entries(english)) {
        if (key.endsWith('_one')) continue;
        const other = chinese[key];
        if (other === undefined || other.trim() === '') wrong.push(`${name}.${key} is missing in Chinese`);
        else if (placeholders(text).join() !== placeholders(other).join())
          wrong.push(`${name}.${key}: ${placeholders(text)} and ${placeholders(other)}`);
      }
      for (const key of Object.keys(chinese))
        if (!(key in english)) wrong.push(`${name}.${key} is missing in English`);
      for (const key of Object.keys(english))
        if (key.endsWith('_one') && !(key.replace(/_one$/, '_other') in english))
          wrong.push(`${name}.${key} has no plural`);
    }
    expect(wrong).toEqual([]);
  });

  it('have explanations in Chinese that are Chinese', () => {
    const wrong = Object.entries(explanations).flatMap(([key, { does, when }]) =>
      [does, when].some((text) => text !== null && !/\p{Script=Han}/u.test(text.zh)) ? [key] : [],
    );
    expect(wrong).toEqual([]);
  });

  it('tell the whole gallery in Chinese', async () => {
    expect(Object.keys(chineseSamples)).toEqual((await listSamples()).map(({ id }) => id));
    for (const { title, description } of Object.values(chineseSamples)) {
      expect(title).toMatch(/\p{Script=Han}/u);
      expect(description).toMatch(/\p{Script=Han}/u);
    }
  });

  it('finds a text that is written into a view', () => {
    expect(literalTexts('return <b className="x">Hello there</b>;')).toEqual(['Hello there']);
    expect(literalTexts("return <b title={text('a.b')}>{text('a.c')}</b>;")).toEqual([]);
    expect(literalTexts('<input aria-label="Name" />')).toEqual(['Name']);
  });

  it('are not written into the views', () => {
    const found = sources('.tsx').flatMap(({ file, text }) =>
      literalTexts(text).map((literal) => `${file}: ${literal}`),
    );
    expect(found).toEqual([]);
  });

  it('are all used', () => {
    const code = [...sources('.tsx'), ...sources('.ts')]
      .filter(({ file }) => !file.startsWith('/strings/features/'))
      .map(({ text }) => text)
      .join('\n');
    const unused = Object.entries(catalog).flatMap(([name, { en }]) =>
      Object.keys(en)
        .map((key) => key.replace(/_(one|other)$/, ''))
        .filter((key) => !code.includes(`${name}.${key}`) && !dynamic(name, key))
        .map((key) => `${name}.${key}`),
    );
    expect([...new Set(unused)]).toEqual([]);

    /** Keys that are put together: `common.${part}`. */
    function dynamic(name: string, key: string): boolean {
      return [...code.matchAll(new RegExp(`\`${name}\\.([A-Za-z]*)\\$\\{`, 'g'))].some((match) =>
        key.startsWith(match[1] ?? ''),
      );
    }
  });
});
