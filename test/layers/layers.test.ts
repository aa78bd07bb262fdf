import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { allowedImports, allowedPackages } from './rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
}

/** Every module a file names in an import, export or dynamic import. */
function importsOf(source: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;
  return [...source.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The most specific folder of a rule table that holds the file. */
function ruleFor<Rules extends Readonly<Record<string, readonly string[]>>>(
  file: string,
  rules: Rules,
): string | undefined {
  return Object.keys(rules)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

function within(target: string, place: string): boolean {
  return target === place || target.startsWith(`${place}/`);
}

/** What is wrong with the imports of one file, in words. */
function violations(file: string, source: string): string[] {
  const folder = ruleFor(file, allowedImports);
  if (folder === undefined) return [`${file} is in no folder of the rule`];
  const packages = allowedPackages[ruleFor(file, allowedPackages) ?? ''] ?? [];
  return importsOf(source).flatMap((name) => {
    if (!name.startsWith('.')) {
      const allowed = packages.some((entry) =>
        entry.endsWith(':') ? name.startsWith(entry) : within(name, entry),
      );
      return allowed ? [] : [`${file} may not use the package ${name}`];
    }
    const target = posix.normalize(posix.join(dirname(file), name));
    const places = [folder, ...(allowedImports[folder] ?? [])];
    // A folder with a rule of its own inside an allowed one (a backend) must be allowed by name.
    const targetRule = ruleFor(target, allowedImports) ?? '';
    const crossesBackend =
      /^engine\/backends\/./.test(targetRule) && folder.startsWith('engine') && folder !== targetRule;
    const allowed = places.some(
      (place) => within(target, place) && (!crossesBackend || within(targetRule, place)),
    );
    return allowed ? [] : [`${file} may not import ${target}`];
  });
}

describe('layers', () => {
  it('every import follows the rule', () => {
    const files = ['engine', 'main', 'renderer', 'test'].flatMap(sourceFiles);
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it('refuses what the rule forbids', () => {
    expect(
      violations('engine/train/loop.ts', "import { x } from '../backends/native/index.ts';"),
    ).toHaveLength(1);
    expect(
      violations('engine/backends/native/index.ts', "import { x } from '../portable/index.ts';"),
    ).toHaveLength(1);
    expect(violations('engine/base/errors.ts', "import { readFileSync } from 'node:fs';")).toHaveLength(1);
    expect(violations('engine/store/project.ts', "import type { x } from '../train/loop.ts';")).toHaveLength(
      1,
    );
    expect(violations('engine/plan/plan.ts', "export { x } from '../train/loop.ts';")).toHaveLength(1);
    const dynamic = 'import';
    expect(violations('main/services/runs.ts', `const x = await ${dynamic}('electron');`)).toHaveLength(1);
    expect(violations('engine/ops/op.ts', "import type { SlotId } from './matrix.ts';")).toEqual([]);
  });
});
