// Which records of an evidence bundle speak against a transport, by the rules of the agreement contract: readings of one
// probe of the shipment, outside the range or of no good quality. Pure; the contract decides.

import { bundleNodes } from '../evidence/bundle-nodes.js';
import type { EvidenceBundle } from '../evidence/bundle-schema.js';
import { fromBase64url, toHex } from '../evidence/bytes.js';
import { buildInclusion } from '../evidence/inclusion.js';
import { decodeRecord, type EvidenceRecord, qualityCodes, recordKinds } from '../evidence/record.js';
import type { ProvenLeaf } from './agreement-calls.js';
import type { AgreementTerms } from './agreement-terms.js';

/** The part of the log that counts. */
export interface TransportSpan {
  readonly beginSize: number;
  readonly endSize: number;
}

export interface FoundReadings {
  readonly readings: readonly ProvenLeaf[];
  /** Time that they stand for, in whole seconds, rounded up. */
  readonly outS: number;
}

const MS_PER_S = 1000;

/**
 * Those of the probe that stand for the most time; none where nothing speaks against the transport.
 * @param most at most so many, each about 20,000 gas
 */
export function contradictingReadings(
  bundle: Pick<EvidenceBundle, 'records' | 'proof'>,
  terms: AgreementTerms,
  { beginSize, endSize }: TransportSpan,
  most: number,
): FoundReadings {
  const shipment = terms.shipment.slice(2);
  const byProbe = new Map<string, { record: EvidenceRecord; leaf: Uint8Array }[]>();
  for (const { leaf: text } of bundle.records) {
    const leaf = fromBase64url(text);
    const record = decodeRecord(leaf);
    const isInside = record.sequence >= beginSize && record.sequence < endSize;
    if (!isInside || toHex(record.shipment) !== shipment || !isOut(record, terms)) continue;
    const probe = toHex(record.subject);
    const earlier = byProbe.get(probe) ?? [];
    // A clock that steps back makes a reading useless here: times must grow.
    if (record.observedAtMs <= (earlier.at(-1)?.record.observedAtMs ?? -1)) continue;
    byProbe.set(probe, [...earlier, { record, leaf }]);
  }
  const nodes = bundleNodes(bundle);
  let best: FoundReadings = { readings: [], outS: 0 };
  for (const all of byProbe.values()) {
    const kept = all.slice(0, most);
    const outS = secondsOf(
      kept.map(({ record }) => record.observedAtMs),
      terms.readingS,
    );
    if (outS <= best.outS) continue;
    const readings = kept.map(({ record: { sequence: index }, leaf }) => ({
      leaf,
      index,
      path: buildInclusion(index, bundle.proof.size, nodes),
    }));
    best = { readings, outS };
  }
  return best;
}

/** Each stands for the time since the one before, at most readingS. */
function secondsOf(times: readonly number[], readingS: number): number {
  const mostMs = readingS * MS_PER_S;
  const sum = times.reduce((total, time, at) => total + Math.min(mostMs, time - (times[at - 1] ?? 0)), 0);
  return Math.ceil(sum / MS_PER_S);
}

function isOut({ kind, quality, value }: EvidenceRecord, { minMilliC, maxMilliC }: AgreementTerms): boolean {
  if (kind !== recordKinds.temperature) return false;
  return quality !== qualityCodes.good || value < minMilliC || value > maxMilliC;
}

/** Part of the price that is earned with so much time out of range, in 1/10,000: the contract's schedule. */
export function earnedBps(terms: AgreementTerms, outS: number): number {
  const { allowedOutS, rejectOutS, lossPerMinuteBps } = terms;
  if (outS <= allowedOutS) return 10_000;
  if (outS >= rejectOutS) return 0;
  return Math.max(0, 10_000 - Math.ceil((outS - allowedOutS) / 60) * lossPerMinuteBps);
}
