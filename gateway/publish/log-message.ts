// The message on .../log: records, the compact range before them and the checkpoint after them. Append the
// leaf hashes to the range, compare the root, check one signature: then every record is proven.

import { encode } from 'cborg';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { readableOf } from '../../ledger-sync/evidence/readable.js';
import type { LogPage } from './log-page.js';

export type Encoding = 'json' | 'cbor';
/** Readable name of a subject, if the gateway still knows it. */
export type NameOf = (subject: Uint8Array) => string | undefined;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

function jsonMessage(gatewayName: string, page: LogPage, nameOf: NameOf): string {
  const { checkpoint } = page;
  return JSON.stringify({
    version: 1,
    gateway: `0x${toHex(checkpoint.gateway)}`,
    gatewayName,
    firstSequence: page.firstSequence,
    records: page.records.map((record, index) => ({
      ...readableOf(record, nameOf(record.subject)),
      leaf: base64(page.leaves[index] ?? new Uint8Array(0)),
    })),
    rangeBefore: page.rangeBefore.map(toHex),
    checkpoint: {
      size: checkpoint.size,
      root: toHex(checkpoint.root),
      timeMs: checkpoint.timeMs,
      signature: toHex(checkpoint.signature),
    },
  });
}

/** The same without what the leaves already say: names once, leaves as bytes. */
function cborMessage(gatewayName: string, page: LogPage, nameOf: NameOf): Uint8Array {
  const names = new Map<string, string>();
  for (const { subject } of page.records) {
    const name = nameOf(subject);
    if (name !== undefined) names.set(toHex(subject), name);
  }
  const { checkpoint } = page;
  return encode({
    version: 1,
    gateway: checkpoint.gateway,
    gatewayName,
    firstSequence: page.firstSequence,
    leaves: page.leaves,
    names: Object.fromEntries(names),
    rangeBefore: page.rangeBefore,
    checkpoint: {
      size: checkpoint.size,
      root: checkpoint.root,
      timeMs: checkpoint.timeMs,
      signature: checkpoint.signature,
    },
  });
}

/** Encodes a page for the wire. */
export function encodeLogMessage(
  encoding: Encoding,
  gatewayName: string,
  page: LogPage,
  nameOf: NameOf,
): Buffer {
  return encoding === 'json'
    ? Buffer.from(jsonMessage(gatewayName, page, nameOf))
    : Buffer.from(cborMessage(gatewayName, page, nameOf));
}
