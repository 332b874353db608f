// The evidence bundle in CBOR (PROTOCOL.md section 11): for a label, a radio or a tag memory. Holds what a bundle says
// once: words, subjects, the root and the numbers of the proof are made again from the leaves by
// bundle-binary-reader.ts.

import { packMeta } from './batch.js';
import type { EvidenceBundle } from './bundle-schema.js';
import { concatBytes, fromBase64url, fromHex } from './bytes.js';
import { encodeCbor } from './cbor-bytes.js';
import { CborTag, type CborValue } from './cbor-value.js';
import { canonicalJson } from './jcs.js';

type Head = EvidenceBundle['head'];

/** First bytes of every such file: a tag of its own, head d9 c01d, around the array. */
type Anchor = NonNullable<EvidenceBundle['anchor']>;

export const binaryBundleTag = 0xc01d;
export const binaryBundleVersion = 1;
const META_BYTES = 30;

/**
 * The binary form of a bundle. Nothing is lost of a bundle that `verifyBundle` does not refute.
 * @throws EvidenceError JSON_UNSUPPORTED, as the schema would
 */
export function encodeBundle(bundle: EvidenceBundle): Uint8Array {
  const { records, proof, names, details, head, checkpoint, registration, anchor } = bundle;
  const optional = [
    head.kind === 'batch' && head.previous ? previousItem(head.previous) : null,
    checkpoint
      ? [checkpoint.size, fromHex(checkpoint.root), checkpoint.timeMs, fromHex(checkpoint.signature)]
      : null,
    registration ? [fromHex(registration.transactionHash), registration.blockNumber] : null,
    anchor ? anchorItem(anchor) : null,
  ];
  while (optional.at(-1) === null) optional.pop();
  const path = [...proof.left, ...proof.right].map(fromHex);
  return encodeCbor(
    new CborTag(binaryBundleTag, [
      binaryBundleVersion,
      records.map(({ leaf }) => fromBase64url(leaf)),
      concatBytes(...path),
      headItem(head),
      names.map(({ name, salt }) => (salt === undefined ? [name] : [name, fromHex(salt)])),
      details.map(canonicalJson),
      ...optional,
    ]),
  );
}

function anchorItem({ transactionHash, blockNumber, blockHash, blockTimeMs, aggregate }: Anchor): CborValue {
  const place = [fromHex(transactionHash), blockNumber, fromHex(blockHash), blockTimeMs];
  if (!aggregate) return place;
  const { aggregator, root, size, index, path } = aggregate;
  return [...place, [fromHex(aggregator), fromHex(root), size, index, concatBytes(...path.map(fromHex))]];
}

function headItem(head: Head): CborValue {
  return head.kind === 'checkpoint'
    ? [head.size, head.timeMs, fromHex(head.signature)]
    : [
        head.chainId,
        fromHex(head.contract),
        fromHex(head.prev),
        packMeta(head.meta).subarray(-META_BYTES),
        fromHex(head.signature),
      ];
}

function previousItem({ prev, root, meta }: NonNullable<Extract<Head, { kind: 'batch' }>['previous']>) {
  return [fromHex(prev), fromHex(root), packMeta(meta).subarray(-META_BYTES)];
}
