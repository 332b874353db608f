// What verifying one bundle costs: one record in a log of 2^20, in the form that `coldgate export` makes (batch header, the
// header before, newest checkpoint: two signatures), from JSON text to the verdict, offline. Once by a verifier that
// has met the gateway before and so knows its key, once with a gateway that is new each time.

import { genesisHead, headOf, signBatch } from '../../dist/ledger-sync/evidence/batch.js';
import { buildBundle } from '../../dist/ledger-sync/evidence/bundle.js';
import { encodeBundle } from '../../dist/ledger-sync/evidence/bundle-binary.js';
import { decodeBundle } from '../../dist/ledger-sync/evidence/bundle-binary-reader.js';
import { parseBundle } from '../../dist/ledger-sync/evidence/bundle-schema.js';
import { signCheckpoint } from '../../dist/ledger-sync/evidence/checkpoint.js';
import { leafHash } from '../../dist/ledger-sync/evidence/merkle.js';
import { buildRangeProof, rootFromRange } from '../../dist/ledger-sync/evidence/range-proof.js';
import {
  encodeRecord,
  qualityCodes,
  recordKinds,
  subjectOf,
} from '../../dist/ledger-sync/evidence/record.js';
import { sha256 } from '../../dist/ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../dist/ledger-sync/evidence/signer.js';
import { verifyBundle } from '../../dist/ledger-sync/evidence/verify.js';
import { figureOf, quantileOf } from './progress.mjs';

const SIZE = 2 ** 20;
const SEQUENCE = 700_001;
const TIME_MS = 1_790_000_000_000;
const ROUNDS = 200;
const WARM_UP_ROUNDS = 30;

const bytesOf = (text) => new TextEncoder().encode(text);

function leafOf(gateway) {
  return encodeRecord({
    version: 1,
    gateway,
    sequence: SEQUENCE,
    observedAtMs: TIME_MS,
    bootCount: 3,
    uptimeMs: 86_400_000,
    clockTrust: 2,
    kind: recordKinds.temperature,
    subject: subjectOf('cargo-front'),
    value: 4875,
    quality: qualityCodes.good,
    shipment: new Uint8Array(0),
    detail: new Uint8Array(0),
  });
}

function benchBundle(name = 'bench gateway') {
  const signer = new SoftwareSigner(sha256(bytesOf(name)));
  const gateway = signer.address;
  const leaf = leafOf(gateway);
  // The other leaves are never seen: any hash may stand for a subtree of them.
  const nodes = { node: (level, index) => sha256(bytesOf(`subtree ${level} ${index}`)) };
  const proof = buildRangeProof(SEQUENCE, SEQUENCE + 1, SIZE, nodes);
  const root = rootFromRange(SEQUENCE, [leafHash(leaf)], SIZE, proof);
  const domain = { chainId: 31337, verifyingContract: gateway };
  const meta = { tFirstMs: TIME_MS, tLastMs: TIME_MS, minCentiC: 487, maxCentiC: 488, flags: 0 };
  const previous = {
    gateway,
    prev: genesisHead(gateway),
    root: sha256(bytesOf('an earlier root')),
    meta: { ...meta, seq: 1, size: SEQUENCE - 1 },
  };
  const header = { gateway, prev: headOf(previous), root, meta: { ...meta, seq: 2, size: SIZE } };
  return buildBundle({
    leaves: [leaf],
    names: [{ name: 'cargo-front' }],
    details: [],
    proof,
    head: {
      kind: 'batch',
      domain,
      batch: signBatch(signer, domain, header),
      previous,
      checkpoint: signCheckpoint(signer, { gateway, size: SIZE, root, timeMs: TIME_MS }),
    },
  });
}

/** Median time to verify the texts, one after the other. */
function medianMs(texts) {
  const timesMs = texts.map((text) => {
    const startMs = performance.now();
    const { verdict, checks } = verifyBundle(parseBundle(text));
    const tookMs = performance.now() - startMs;
    if (verdict !== 'signed-only') throw new Error(`the bundle is ${verdict}: ${JSON.stringify(checks)}`);
    return tookMs;
  });
  const sorted = timesMs.slice(WARM_UP_ROUNDS).sort((a, b) => a - b);
  return quantileOf(sorted, 0.5);
}

async function measureVerify() {
  const rounds = Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, (_unused, at) => at);
  const known = JSON.stringify(benchBundle());
  const fresh = rounds.map((at) => JSON.stringify(benchBundle(`bench gateway ${at}`)));
  return [
    figureOf('verify.bundleMs', medianMs(rounds.map(() => known)), 'ms'),
    figureOf('verify.newGatewayMs', medianMs(fresh), 'ms'),
  ];
}

/** The smallest bundle that verifies alone: the record, its name, its path and the header, without what came before. */
async function measureBytes() {
  const { head, checkpoint: _newest, ...rest } = benchBundle();
  const { previous: _before, ...header } = head;
  const bytes = encodeBundle({ ...rest, head: header });
  const { verdict } = verifyBundle(decodeBundle(bytes));
  if (verdict !== 'signed-only') throw new Error(`the binary bundle is ${verdict}`);
  return [figureOf('bundle.bytesDepth20Binary', bytes.length, 'B')];
}

export const verifyMeasurements = [
  { figures: ['verify.bundleMs', 'verify.newGatewayMs'], measure: measureVerify },
  { figures: ['bundle.bytesDepth20Binary'], measure: measureBytes },
];
