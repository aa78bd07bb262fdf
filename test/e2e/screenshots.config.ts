import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `npm run screenshots`: pictures of every screen, both languages, both themes, to be looked at. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/e2e/screenshots.ts'],
    hookTimeout: 600_000,
  },
});
