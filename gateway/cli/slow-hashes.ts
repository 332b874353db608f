// The slow hashes of packs, kept in a file of the maker's desk: half a second of a core each, and the same in each page that is made.
// Secret, since with them serials can be tried cheaply.

import { existsSync } from 'node:fs';
import { z } from 'zod';
import { fromBase64url, toBase64url } from '../../ledger-sync/evidence/bytes.js';
import { parsed } from '../../ledger-sync/serials/lot-file.js';
import type { PackIdentity } from '../../ledger-sync/serials/pack-commitment.js';
import { labelOf, slowHashOf } from '../../ledger-sync/serials/pack-list.js';
import { readSmallFile } from './ledger-parts.js';
import { saveExport } from './saved-export.js';
import { PRIVATE_MODE } from './serials-parts.js';

/** Of 100,000 packs there are 12 MB. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Keeps every core busy, and a large lot out of memory. */
const AT_ONCE = 64;

const fileSchema = z.strictObject({
  format: z.literal('coldgate-slow-hashes'),
  version: z.literal(1),
  publisher: z.string(),
  iterations: z.int(),
  hashes: z.record(z.string(), z.string().regex(/^[A-Za-z0-9_-]{43}$/)),
});

/**
 * The hash of each pack, in their order.
 * @param path of the file; undefined: nothing is kept. What it has for another key or cost is not used
 * @throws FileError, SerialsError, ExportError
 */
export async function slowHashes(
  packs: readonly PackIdentity[],
  { publisher, iterations, path }: { publisher: string; iterations: number; path: string | undefined },
): Promise<Uint8Array[]> {
  const kept = path === undefined ? new Map<string, string>() : readKept(path, publisher, iterations);
  const before = kept.size;
  for (let from = 0; from < packs.length; from += AT_ONCE) {
    const missing = packs.slice(from, from + AT_ONCE).filter((pack) => !kept.has(labelOf(pack)));
    const made = await Promise.all(missing.map((pack) => slowHashOf(pack, publisher, iterations)));
    for (const [index, pack] of missing.entries())
      kept.set(labelOf(pack), toBase64url(made[index] ?? new Uint8Array(0)));
  }
  if (path !== undefined && kept.size > before) {
    const content = { format: 'coldgate-slow-hashes', version: 1, publisher, iterations };
    saveExport(
      path,
      `${JSON.stringify({ ...content, hashes: Object.fromEntries(kept) })}\n`,
      true,
      PRIVATE_MODE,
    );
  }
  return packs.map((pack) => fromBase64url(kept.get(labelOf(pack)) ?? ''));
}

function readKept(path: string, publisher: string, iterations: number): Map<string, string> {
  if (!existsSync(path)) return new Map();
  const file = parsed(fileSchema, readSmallFile(path, MAX_FILE_BYTES), `file of slow hashes (${path})`);
  const isOurs = file.publisher === publisher && file.iterations === iterations;
  return new Map(isOurs ? Object.entries(file.hashes) : []);
}
