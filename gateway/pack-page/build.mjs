// Builds the page about packs, with a place for the list, which `coldgate serials page` fills.

import { fileURLToPath } from 'node:url';
import { scriptOf, writePage } from '../verifier/single-page.mjs';

const page = fileURLToPath(new URL('page', import.meta.url));

writePage({
  page,
  target: 'pack-page/pack-page.html',
  program: await scriptOf(page, 'pack.tsx'),
  // Filled later: the list is data, and no script.
  more: { list: '{{list}}' },
  trustedTypes: "'none'",
});
