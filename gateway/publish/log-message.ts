// The message on .../log: records, the compact range before them and the checkpoint after them. Append the
// leaf hashes to the range, compare the root, check one signature: then every record is proven.

import { encode } from 'cborg';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import type { SealedPart } from '../../ledger-sync/sealed/sealed-part.js';
import { askedOnce, type NameOf } from './known-names.js';
import type { LogPage } from './log-page.js';
import { MessageBuffer } from './message-buffer.js';
import { RecordJson } from './record-json.js';

export type Encoding = 'json' | 'cbor';

export interface LogMessageParts {
  readonly gatewayName: string;
  readonly page: LogPage;
  /** Gives no name where the message is sealed. */
  readonly nameOf: NameOf;
  /** Names and documents for those who may read them. */
  readonly sealed?: SealedPart | undefined;
}

function writeJson(into: MessageBuffer, { gatewayName, page, nameOf, sealed }: LogMessageParts): void {
  const { checkpoint, leaves, records, rangeBefore, firstSequence, prunedFrom } = page;
  const head = {
    ...{ version: 1, gateway: `0x${toHex(checkpoint.gateway)}`, gatewayName, firstSequence },
    ...(prunedFrom === undefined ? {} : { prunedFrom }),
  };
  const json = new RecordJson(nameOf);
  let before = `${JSON.stringify(head).slice(0, -1)},"records":[`;
  for (const [at, leaf] of leaves.entries()) {
    const record = records[at];
    if (record) into.text(`${before}${json.text(record, leaf)}`);
    before = ',';
  }
  const tail = {
    rangeBefore: rangeBefore.map(toHex),
    checkpoint: {
      size: checkpoint.size,
      root: toHex(checkpoint.root),
      timeMs: checkpoint.timeMs,
      signature: toHex(checkpoint.signature),
    },
    ...(sealed ? { sealed } : {}),
  };
  into.text(`],${JSON.stringify(tail).slice(1)}`);
}

/** The same without what the leaves already say: names once, leaves as bytes. */
function cborMessage({ gatewayName, page, nameOf, sealed }: LogMessageParts): Uint8Array {
  const names = new Map<string, string>();
  const knownName = askedOnce(nameOf);
  for (const { subject } of page.records) {
    const name = knownName(subject);
    if (name !== undefined) names.set(toHex(subject), name);
  }
  const { checkpoint } = page;
  return encode({
    version: 1,
    gateway: checkpoint.gateway,
    gatewayName,
    firstSequence: page.firstSequence,
    ...(page.prunedFrom === undefined ? {} : { prunedFrom: page.prunedFrom }),
    leaves: page.leaves,
    names: Object.fromEntries(names),
    rangeBefore: page.rangeBefore,
    checkpoint: {
      size: checkpoint.size,
      root: checkpoint.root,
      timeMs: checkpoint.timeMs,
      signature: checkpoint.signature,
    },
    ...(sealed ? { sealed } : {}),
  });
}

/**
 * Encodes a page for the wire.
 * @param into what a JSON message is written to; what is returned lives in it until it is cleared
 */
export function encodeLogMessage(
  encoding: Encoding,
  parts: LogMessageParts,
  into = new MessageBuffer(),
): Buffer {
  if (encoding === 'cbor') return Buffer.from(cborMessage(parts));
  into.clear();
  writeJson(into, parts);
  return into.bytes();
}
