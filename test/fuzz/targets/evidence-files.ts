// Evidence of strangers through the way that the page and the command go: recognised, read, judged, shown. No damage may make
// it green.

import { readFileSync } from 'node:fs';
import { Examination } from '../../../gateway/verifier/examination.js';
import { judgeFile, readGiven } from '../../../gateway/verifier/judged-file.js';
import { encodeBundle } from '../../../ledger-sync/evidence/bundle-binary.js';
import type { EvidenceBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { parseStateProof } from '../../../ledger-sync/evidence/state-proof-schema.js';
import { decodeReceipt, readProtected } from '../../../ledger-sync/proofs/cose-receipt.js';
import { signReceipt } from '../../../ledger-sync/proofs/gateway-receipt.js';
import { formatTlogProof } from '../../../ledger-sync/proofs/tlog-proof.js';
import { checkpointAt, log, sampleBundle, signer } from '../../ledger-sync/evidence/sample-log.js';
import { bytesOf, type FuzzTarget, jsonBytes, refusedBy, type Word } from '../fuzz-target.js';

const checkpoint = { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) } as const;
const bundles: EvidenceBundle[] = [sampleBundle(29, 30), sampleBundle(3, 7, { head: checkpoint })];
const leaf = log.leaves[3] ?? new Uint8Array(0);
const head = sampleBundle(3, 4, { head: checkpoint }).head;
const gateway = `0x${toHex(signer.address)}`;
const vector = (name: string) =>
  readFileSync(new URL(`../../vectors/cose-receipts/${name}.cbor`, import.meta.url));

/** Well formed, and of no block: what is behind the schema walks the rest. */
const stateProof = {
  ...{ format: 'coldgate-state-proof', version: 1, contract: `0x${'cc'.repeat(20)}`, gateway },
  ...{ header: `0xc3010203`, accountProof: ['0xc0', '0xc20102'], storageProof: ['0xc0'] },
};

/** A file without a ledger is amber at best; what is read must be drawable. */
async function examined(input: Uint8Array): Promise<Word> {
  const examination = new Examination();
  const answer = await examination.answer({
    kind: 'file',
    file: new Blob([Uint8Array.from(input)]),
    expectation: { gateway },
  });
  if (answer.kind === 'broken') throw new Error(answer.message);
  if (answer.kind !== 'judged') return 'refused';
  if (answer.judged.light === 'green') throw new Error('green without a ledger');
  const rows = await examination.answer({ kind: 'rows', from: 0, count: 50 });
  if (rows.kind === 'broken') throw new Error(rows.message);
  return answer.judged.light === 'amber' ? 'accepted' : 'refused';
}

function judged(input: Uint8Array): Word {
  const file = readGiven(input);
  if ('code' in file) return 'refused';
  return judgeFile(file, { gateway }).light === 'red' ? 'refused' : 'accepted';
}

export const evidenceTargets = (): FuzzTarget[] => [
  {
    name: 'bundle json',
    seeds: bundles.map(jsonBytes),
    isJson: true,
    slice: 300,
    share: 8,
    feed: examined,
  },
  { name: 'bundle cbor', seeds: bundles.map(encodeBundle), slice: 600, share: 15, feed: judged },
  {
    name: 'tlog-proof',
    seeds: [
      bytesOf(formatTlogProof(leaf, head, log)),
      bytesOf(formatTlogProof(leaf, bundles[0]?.head ?? head, log)),
    ],
    words: ['\n', ' ', 'extra ', 'index ', '\u2014 ', 'coldgate/0x', '='],
    slice: 600,
    share: 15,
    feed: judged,
  },
  {
    name: 'cose receipt',
    seeds: [signReceipt(signer, leaf, head, log), vector('inclusion-receipt'), vector('consistency-receipt')],
    slice: 600,
    share: 15,
    feed: (input) => {
      judged(input);
      return refusedBy([EvidenceError], () => readProtected(decodeReceipt(input).protectedBytes));
    },
  },
  {
    name: 'state proof',
    seeds: [jsonBytes(stateProof)],
    isJson: true,
    slice: 600,
    share: 2,
    feed: (input) => {
      const proof = new TextDecoder().decode(input);
      const file = readGiven(jsonBytes(bundles[0]));
      if ('code' in file) throw new Error(file.message);
      judgeFile(file, { gateway, state: { blockHash: `0x${'11'.repeat(32)}`, proof } });
      return refusedBy([EvidenceError], () => parseStateProof(proof));
    },
  },
];
