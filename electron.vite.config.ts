import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type UserConfig } from 'electron-vite';

const config: UserConfig = {
  main: {
    build: {
      externalizeDeps: true,
      target: 'node20',
      rolldownOptions: {
        input: {
          app: 'main/app/index.ts',
          cli: 'main/cli/index.ts',
          'engine-host': 'main/hosts/engine-host.ts',
          'training-thread': 'main/hosts/training-thread.ts',
          'hdf5-thread': 'main/hosts/hdf5-thread.ts',
          'arrow-thread': 'main/hosts/arrow-thread.ts',
          'batch-thread': 'main/hosts/batch-thread.ts',
          'checkpoint-thread': 'main/hosts/checkpoint-thread.ts',
          'excel-thread': 'main/hosts/excel-thread.ts',
          'tensorflow-host': 'main/hosts/tensorflow-host.ts',
        },
        output: { format: 'es', entryFileNames: '[name].mjs' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      target: 'node20',
      rolldownOptions: {
        input: { preload: 'main/preload/index.ts' },
        // A sandboxed preload script must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    // Served from app:// and from the web mode's own origin: no absolute path may be assumed.
    base: './',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      target: 'chrome120',
      minify: true,
      // The content security policy allows fonts and workers of this origin only, never data: ones.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: {
          index: fileURLToPath(new URL('renderer/index.html', import.meta.url)),
          'gpu-host': fileURLToPath(new URL('renderer/gpu-host/index.html', import.meta.url)),
        },
      },
    },
    worker: { format: 'es' },
  },
};

/** Tests of the command line build nothing but that: the page takes most of the time. */
const onlyMain = process.env.BUILD_ONLY === 'main';

export default defineConfig(onlyMain && config.main !== undefined ? { main: config.main } : config);
