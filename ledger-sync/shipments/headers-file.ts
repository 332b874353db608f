// Headers of one gateway that follow each other, JSON: what a claim shows, for a desk that has no journal. They need no
// signatures: the contract compares the head that they lead to with the anchored one.

import * as z from 'zod';
import type { BatchHeader } from '../evidence/batch.js';
import { packMeta, unpackMeta } from '../evidence/batch.js';
import { fromHex, toHex } from '../evidence/bytes.js';
import { prefixedHex } from '../evidence/hex-field.js';
import { address, chainId, hash, madeOfFile, readFileOf } from './file-fields.js';

/** A year of headers every five minutes. */
const MAX_HEADERS = 105_120;

const fileSchema = z.strictObject({
  format: z.literal('coldgate-headers'),
  version: z.literal(1),
  chainId,
  /** The anchor contract. */
  contract: address,
  gateway: address,
  headers: z
    .array(z.strictObject({ prev: prefixedHex(28), root: hash, meta: hash }))
    .min(1)
    .max(MAX_HEADERS),
});

export type HeadersFile = z.infer<typeof fileSchema>;

const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`;
const bytesOf = (text: string) => fromHex(text.slice(2));

/** @param contract the anchor contract, 0x address */
export function headersFile(chain: number, contract: string, headers: readonly BatchHeader[]): HeadersFile {
  return {
    format: 'coldgate-headers',
    version: 1,
    chainId: chain,
    contract,
    gateway: hex(headers[0]?.gateway ?? new Uint8Array(20)),
    headers: headers.map(({ prev, root, meta }) => ({
      prev: hex(prev),
      root: hex(root),
      meta: hex(packMeta(meta)),
    })),
  };
}

/** @throws LedgerError PROOF_INVALID; EvidenceError HEADER_FIELD */
export function parseHeadersFile(json: string): {
  readonly file: HeadersFile;
  readonly headers: BatchHeader[];
} {
  const file = readFileOf(fileSchema, json, 'list of headers');
  const gateway = bytesOf(file.gateway);
  const headers = file.headers.map(({ prev, root, meta }) => ({
    gateway,
    prev: bytesOf(prev),
    root: bytesOf(root),
    meta: madeOfFile(() => unpackMeta(bytesOf(meta))),
  }));
  return { file, headers };
}

/**
 * The headers that a claim needs: from the newest with at most `beginSize` records, or from the first, to the end.
 * @param headers in order
 */
export function headersForClaim(headers: readonly BatchHeader[], beginSize: number): readonly BatchHeader[] {
  const base = headers.findLastIndex(({ meta }) => meta.size <= beginSize);
  return headers.slice(Math.max(0, base));
}
