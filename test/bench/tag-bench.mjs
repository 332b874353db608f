// The judge of tags alone, on one core: a lot of 100,000 packs in the knowledge, tags that are new (an HMAC, two hashes and a
// record each) and tags that were read before (a look into a map).

import { AuthenticityDesk } from '../../dist/gateway/authenticity/authenticity-desk.js';
import { SerialsKnowledge } from '../../dist/gateway/authenticity/serials-knowledge.js';
import { toBase64url, toHex } from '../../dist/ledger-sync/evidence/bytes.js';
import { lotIdOf } from '../../dist/ledger-sync/serials/lot-file.js';
import { packSaltOf } from '../../dist/ledger-sync/serials/lot-keys.js';
import { packCommitment } from '../../dist/ledger-sync/serials/pack-commitment.js';
import { figureOf, say } from './progress.mjs';

const PACKS = 100_000;
const TAGS = 15_000;
const ROUNDS = 20;
const PREFIX_BYTES = 12;
const NOW_MS = 1_790_000_000_000;

/** SGTIN-96 of GTIN 09521234543213: header, filter 1, partition 5, company, item, serial. */
function epcOf(serial) {
  const head = (0x30n << 88n) | (1n << 85n) | (5n << 82n) | (9_521_234n << 58n) | (54_321n << 38n);
  return (head | BigInt(serial)).toString(16);
}

function knowledge() {
  const identity = { gtin: '09521234543213', lot: 'LOT7', expiry: '2029-12-31' };
  const readingKey = new Uint8Array(32).fill(7);
  const lot = lotIdOf(identity, readingKey);
  const packs = new Uint8Array(PACKS * PREFIX_BYTES);
  for (let serial = 0; serial < PACKS; serial++) {
    const commitment = packCommitment(
      { ...identity, serial: `${serial}` },
      packSaltOf(readingKey, `${serial}`),
    );
    packs.set(commitment.subarray(0, PREFIX_BYTES), serial * PREFIX_BYTES);
  }
  const bits = toBase64url(new Uint8Array(PACKS / 8));
  const maker = `0x${'aa'.repeat(20)}`;
  const told = {
    maker,
    lot,
    root: '',
    size: PACKS,
    recalls: 0,
    recallChanges: 0,
    recallChangedAtMs: 0,
    spent: 0,
  };
  const lots = [{ ...told, packs: toBase64url(packs), dispensed: bits, decommissioned: bits }];
  const snapshot = { madeAtMs: NOW_MS, blockNumber: 1, lots };
  const key = { maker, ...identity, readingKey: toHex(readingKey) };
  return new SerialsKnowledge({ snapshots: [snapshot], followed: [], keys: [key] });
}

const draftOf = (serial, round) => ({
  ...{
    observedAtMs: NOW_MS + round * 1000,
    uptimeMs: 1000 + round * 1000,
    bootCount: 1,
    clockTrust: 2,
    kind: 3,
  },
  ...{ subjectName: epcOf(serial), isSalted: true, value: 0, quality: 0, shipmentName: 'S' },
  detail: {
    type: 'tag-sighting',
    reader: 'dock',
    antenna: 1,
    count: 1,
    lastSeenUptimeMs: 1000 + round * 1000,
  },
});

export const tagMeasurements = [
  {
    figures: ['authenticity.newTagsPerSecond', 'authenticity.sightingsPerSecond'],
    measure: () => {
      say(`making a lot of ${PACKS} packs`);
      const settings = {
        ...{ maxAgeMs: 1e12, maxSpeedKmh: 120 },
        ...{ readRatePermille: () => 900, fixedPlace: () => undefined },
      };
      const desk = new AuthenticityDesk(settings, new Map(), 0, () => false);
      desk.adopt(knowledge());
      const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) =>
        Array.from({ length: TAGS }, (_tag, serial) => draftOf(serial, round)),
      );
      const [first, ...others] = rounds;
      const firstAt = performance.now();
      let told = 0;
      for (const draft of first) told += desk.take(draft).drafts.length;
      const newMs = performance.now() - firstAt;
      if (told !== TAGS) throw new Error(`${told} verdicts for ${TAGS} tags`);
      const againAt = performance.now();
      for (const round of others) for (const draft of round) told += desk.take(draft).drafts.length;
      const againMs = performance.now() - againAt;
      if (told !== TAGS) throw new Error('a verdict was told twice');
      return [
        figureOf('authenticity.newTagsPerSecond', TAGS / (newMs / 1000), 'tags/s'),
        figureOf('authenticity.sightingsPerSecond', (TAGS * ROUNDS) / (againMs / 1000), 'sightings/s'),
      ];
    },
  },
];
