import { defineConfig } from 'electron-vite';

export default defineConfig({
  main: {
    build: {
      externalizeDeps: true,
      target: 'node20',
      rolldownOptions: {
        input: { cli: 'main/cli/index.ts' },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  },
});
