/**
 * Who may import whom, as data. A folder may always import itself; anything not listed is an error. The longest
 * matching folder decides. Type-only imports obey the same arrows.
 */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'engine/base': [],
  'engine/ops': ['engine/base'],
  'engine/contract': ['engine/base', 'engine/ops'],
  'engine/model': ['engine/base', 'engine/ops', 'engine/contract', 'engine/data/prepared.ts'],
  'engine/plan': ['engine/base', 'engine/ops', 'engine/contract', 'engine/model', 'engine/data/prepared.ts'],
  'engine/data': ['engine/base', 'engine/ops', 'engine/contract', 'engine/model'],
  'engine/export': ['engine/base', 'engine/ops', 'engine/contract', 'engine/model', 'engine/data'],
  'engine/store': ['engine/base', 'engine/contract', 'engine/export', 'engine/data'],
  'engine/backends': ['engine/base', 'engine/ops', 'engine/contract', 'engine/plan/plan.ts'],
  'engine/backends/kernels': [
    'engine/base',
    'engine/ops',
    'engine/plan/plan.ts',
    'engine/backends/backend.ts',
  ],
  'engine/backends/reference': [
    'engine/base',
    'engine/ops',
    'engine/plan/plan.ts',
    'engine/backends/backend.ts',
  ],
  'engine/backends/native': [
    'engine/base',
    'engine/ops',
    'engine/plan/plan.ts',
    'engine/backends/backend.ts',
    'engine/backends/kernels',
  ],
  'engine/backends/portable': [
    'engine/base',
    'engine/ops',
    'engine/plan/plan.ts',
    'engine/backends/backend.ts',
    'engine/backends/kernels',
  ],
  'engine/infer': [
    'engine/base',
    'engine/ops',
    'engine/contract',
    'engine/model',
    'engine/plan',
    'engine/data',
    'engine/backends/backend.ts',
  ],
  'engine/train': [
    'engine/base',
    'engine/ops',
    'engine/contract',
    'engine/model',
    'engine/plan',
    'engine/data',
    'engine/infer',
    'engine/backends/backend.ts',
  ],
  'main/platform': ['engine'],
  'main/services': ['engine', 'main/platform'],
  'main/cli': ['engine', 'main/services', 'main/platform'],
  test: ['engine', 'main', 'renderer', 'test'],
};

/** Packages and built-in modules each folder may use; a folder not listed may use none. */
export const allowedPackages: Readonly<Record<string, readonly string[]>> = {
  'engine/contract': ['zod'],
  'engine/contract/rpc': ['zod', '@orpc/contract'],
  'engine/data': ['zod'],
  'engine/store': ['zod'],
  'engine/export': ['zod'],
  'main/platform': ['node:', '@duckdb/node-api'],
  'main/services': ['node:', 'zod'],
  'main/cli': ['node:', 'commander', 'cli-progress', 'zod'],
  test: ['node:', 'vitest', 'zod', '@duckdb/node-api', 'typescript'],
};
