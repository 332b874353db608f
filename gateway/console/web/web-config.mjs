// How the pages are bundled: one entry, one chunk per page, nothing inline, nothing from elsewhere. Vite reads it
// through build.mjs only, so that there is one way to build.

import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));

/** @param {string} outDir a folder that Vite may empty */
export function webConfig(outDir) {
  return {
    configFile: false,
    root,
    base: '/',
    logLevel: 'warn',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // Those that know light-dark(): browsers from the middle of 2024 on.
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      manifest: 'manifest.json',
      // The pages' content security policy allows neither inline scripts nor data: in styles.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  };
}
