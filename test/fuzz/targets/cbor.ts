// Records, general CBOR and what is made of it, as a gateway's neighbour could forge them.

import { encodeBundle } from '../../../ledger-sync/evidence/bundle-binary.js';
import { encodeCbor } from '../../../ledger-sync/evidence/cbor-bytes.js';
import { decodeCbor } from '../../../ledger-sync/evidence/cbor-value.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { decodeRecord, encodeRecord } from '../../../ledger-sync/evidence/record.js';
import { decodeRlp, encodeRlp } from '../../../ledger-sync/proofs/rlp.js';
import { log, sampleBundle } from '../../ledger-sync/evidence/sample-log.js';
import { type FuzzTarget, refusedBy } from '../fuzz-target.js';

/** What is read must be written again as it was: two texts of one record would be two leaves. */
function sameAgain(bytes: Uint8Array, again: Uint8Array): void {
  if (Buffer.compare(bytes, again) !== 0) throw new Error('it is written in another way than it was read');
}

export const cborTargets = (): FuzzTarget[] => [
  {
    name: 'cbor record',
    seeds: log.leaves,
    slice: 2000,
    share: 120,
    feed: (input) => refusedBy([EvidenceError], () => sameAgain(input, encodeRecord(decodeRecord(input)))),
  },
  {
    name: 'cbor item',
    seeds: [...log.leaves.slice(0, 8), encodeBundle(sampleBundle(27, 36)), encodeBundle(sampleBundle(3, 4))],
    slice: 2000,
    share: 90,
    feed: (input) => refusedBy([EvidenceError], () => sameAgain(input, encodeCbor(decodeCbor(input)))),
  },
  {
    name: 'rlp',
    seeds: [encodeRlp([log.leaves[0] ?? new Uint8Array(0), [new Uint8Array(60)], new Uint8Array(1)])],
    slice: 2000,
    share: 90,
    feed: (input) => refusedBy([EvidenceError], () => sameAgain(input, encodeRlp(decodeRlp(input)))),
  },
];
