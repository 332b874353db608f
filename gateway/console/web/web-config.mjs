// How the pages are bundled: one entry, one chunk per page, nothing inline, nothing from elsewhere. Vite reads it
// through build.mjs only, so that there is one way to build.

import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));

/** One file of all that every page needs: six small ones wait for each other on a browser's six connections. */
const isOfEveryPage =
  /node_modules.(@preact|preact)|console.web.(net|parts|shell|words)(?!.(english|german|messages))/;

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
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shell', test: isOfEveryPage }] } } },
      reportCompressedSize: false,
    },
  };
}
