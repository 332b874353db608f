// What the log's tree costs: appending leaf hashes as a writer does, and auditing a whole log as a stranger does, from
// leaf bytes to the root, with the bounds that a decoder checks.

import { CompactRange } from '../../dist/ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../dist/ledger-sync/evidence/merkle.js';
import {
  decodeRecord,
  encodeRecord,
  qualityCodes,
  recordKinds,
  subjectOf,
} from '../../dist/ledger-sync/evidence/record.js';
import { figureOf, quantileOf } from './progress.mjs';

const LEAVES = 200_000;
const ROUNDS = 5;
const TIME_MS = 1_790_000_000_000;

function leavesOf(count) {
  const gateway = new Uint8Array(20).fill(0x4a);
  const subjects = Array.from({ length: 48 }, (_unused, at) => subjectOf(`probe-${at}`));
  const shipment = subjectOf('SHIP-0001');
  return Array.from({ length: count }, (_unused, sequence) =>
    encodeRecord({
      version: 1,
      gateway,
      sequence,
      observedAtMs: TIME_MS + sequence * 1250,
      bootCount: 3,
      uptimeMs: sequence * 1250,
      clockTrust: 2,
      kind: recordKinds.temperature,
      subject: subjects[sequence % subjects.length],
      value: 4000 + (sequence % 977),
      quality: qualityCodes.good,
      shipment,
      detail: new Uint8Array(0),
    }),
  );
}

/** Leaves per second, the median of the rounds after one that is not counted. */
function rateOf(leaves, readLeaf) {
  const rates = [];
  const roots = new Set();
  for (let round = 0; round <= ROUNDS; round++) {
    const range = new CompactRange();
    const startMs = performance.now();
    for (const leaf of leaves) {
      readLeaf(leaf);
      range.append(leafHash(leaf));
    }
    roots.add(Buffer.from(range.root()).toString('hex'));
    const seconds = (performance.now() - startMs) / 1000;
    if (round > 0) rates.push(leaves.length / seconds);
  }
  if (roots.size !== 1) throw new Error('the rounds gave different roots');
  return quantileOf(
    rates.sort((a, b) => a - b),
    0.5,
  );
}

async function measureTree() {
  const leaves = leavesOf(LEAVES);
  let expected = 0;
  const audit = (leaf) => {
    const { sequence } = decodeRecord(leaf);
    if (sequence !== expected % LEAVES) throw new Error(`record ${sequence} is out of place`);
    expected += 1;
  };
  return [
    figureOf(
      'tree.leavesPerSecond',
      rateOf(leaves, () => {}),
      '1/s',
    ),
    figureOf('audit.leavesPerSecond', rateOf(leaves, audit), '1/s'),
  ];
}

export const treeMeasurements = [
  { figures: ['tree.leavesPerSecond', 'audit.leavesPerSecond'], measure: measureTree },
];
