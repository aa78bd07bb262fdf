import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { SkipReporter } from './skip-reporter.ts';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    globalSetup: fileURLToPath(new URL('build-main.ts', import.meta.url)),
    include: ['test/**/*.test.ts'],
    reporters: ['default', new SkipReporter()],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
