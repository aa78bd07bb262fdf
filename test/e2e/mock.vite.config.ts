import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The window over made-up data: `npx vite build --mode mock --config test/e2e/mock.vite.config.ts`. */
export default defineConfig({
  root: fileURLToPath(new URL('../../renderer', import.meta.url)),
  base: './',
  mode: 'mock',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../../out/mock', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
});
