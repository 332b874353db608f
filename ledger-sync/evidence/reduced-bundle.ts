// A smaller bundle out of a larger one, without the gateway: fewer records, fewer names and documents, under the same
// signed head. What is left out is left out as a hash: nothing can be read from it, and nothing was changed.

import { bundleNodes } from './bundle-nodes.js';
import type { EvidenceBundle } from './bundle-schema.js';
import { fromBase64url, toHex } from './bytes.js';
import { EvidenceError } from './evidence-error.js';
import { detailHash } from './jcs.js';
import { buildRangeProof } from './range-proof.js';
import { readableOf } from './readable.js';
import { decodeRecord } from './record.js';

export interface Disclosure {
  /** Sequences, both included; the whole bundle without them. */
  readonly first?: number;
  readonly last?: number;
  /** Names that stay, with the documents of records about them; all without it. */
  readonly names?: readonly string[];
}

/**
 * The part of a bundle that shall be shown. Verify the bundle first: this trusts it.
 * @throws EvidenceError RANGE_INVALID if it holds no such records, NAME_INVALID for a name that it does not tell
 */
export function reducedBundle(bundle: EvidenceBundle, disclosure: Disclosure): EvidenceBundle {
  const { begin, end, size } = bundle.proof;
  const { first = begin, last = end - 1 } = disclosure;
  if (!(first >= begin && first <= last && last < end)) {
    const hint = `it holds ${begin} to ${end - 1}`;
    throw new EvidenceError('RANGE_INVALID', `the bundle has no records ${first} to ${last}`, hint);
  }
  const kept = bundle.records.slice(first - begin, last - begin + 1);
  const leaves = kept.map(({ leaf }) => decodeRecord(fromBase64url(leaf)));
  const occurring = new Set(leaves.flatMap(({ subject, shipment }) => [toHex(subject), toHex(shipment)]));
  const names = bundle.names.filter(
    ({ subject, name }) => occurring.has(subject) && (disclosure.names?.includes(name) ?? true),
  );
  const absent = disclosure.names?.find((name) => !names.some((one) => one.name === name));
  if (absent !== undefined) {
    const hint = 'leave it out; names are those of sensors, tags and shipments in these records';
    throw new EvidenceError('NAME_INVALID', `these records do not tell the name ${absent}`, hint);
  }
  const nameOf = new Map(names.map(({ subject, name }) => [subject, name]));
  const shown = leaves.filter(({ subject }) => disclosure.names === undefined || nameOf.has(toHex(subject)));
  const wanted = new Set(shown.map(({ detail }) => toHex(detail)));
  const proof = buildRangeProof(first, last + 1, size, bundleNodes(bundle));
  return {
    ...bundle,
    records: kept.map(({ leaf }, at) => {
      const record = leaves[at] ?? decodeRecord(fromBase64url(leaf));
      return { leaf, readable: readableOf(record, nameOf.get(toHex(record.subject))) };
    }),
    names,
    details: bundle.details.filter((document) => wanted.has(toHex(detailHash(document)))),
    proof: {
      begin: first,
      end: last + 1,
      size,
      left: proof.left.map(toHex),
      right: proof.right.map(toHex),
    },
  };
}
