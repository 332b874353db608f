// What holds of a tag's proofs, as a fold over what records say of each: one proof more gives the next state. Pure.

import type { DetailDocument } from '../../sealing/draft-record.js';
import { type ProofResult, proofResults } from './proof-detail.js';

/** One proof as the record of a sighting has it. */
export interface ToldProof {
  readonly result: ProofResult;
  readonly challengedBy: 'gateway' | 'reader';
  readonly challenge: string;
}

/** Plain JSON. */
export interface ProofFacts {
  /** What the last proof that could be judged said; else why none could. */
  readonly result: ProofResult;
  readonly challengedBy: 'gateway' | 'reader';
  readonly hasPassed: boolean;
  /** Challenges in a row that it left without an answer. */
  readonly misses: number;
  readonly failedAtMs: number | null;
  /** When the maker's service was asked last; its answer may be outstanding. */
  readonly askedAtMs: number | null;
  readonly lastAtMs: number;
  /** The last ones. */
  readonly challenges: readonly string[];
  /** A challenge came again: what a reader sends that always asks the same, or a record that is played back. */
  readonly isRepeated: boolean;
}

/** A message may be delivered twice. */
const SAME_MESSAGE_MS = 60_000;
/** A tag is read many times a minute; its maker need not be asked each time. */
const ASK_AGAIN_MS = 900_000;
/** Where a copy lies beside the genuine tag their answers alternate: a failure outlasts what passes beside it. */
const FAILURE_HOLDS_MS = 600_000;
const CHALLENGES_KEPT = 4;

/** The proof in a sighting's detail; undefined where there is none. */
export function toldProof(detail: DetailDocument | undefined): ToldProof | undefined {
  const { result, challengedBy, challenge } = (detail?.proof ?? {}) as Partial<ToldProof>;
  const known = proofResults.find((one) => one === result);
  if (known === undefined || typeof challenge !== 'string') return undefined;
  return { result: known, challengedBy: challengedBy === 'gateway' ? 'gateway' : 'reader', challenge };
}

/** @returns what holds now, and whether the maker's service is to be asked about this proof */
export function takeProof(
  before: ProofFacts | undefined,
  told: ToldProof,
  atMs: number,
): { readonly proof: ProofFacts; readonly asks: boolean } {
  const isKnown = before?.challenges.includes(told.challenge) === true;
  if (before && isKnown) {
    const isSameMessage = Math.abs(atMs - before.lastAtMs) <= SAME_MESSAGE_MS;
    return { proof: isSameMessage ? before : { ...before, isRepeated: true }, asks: false };
  }
  const { result, challengedBy, challenge } = told;
  const asks = result === 'unchecked' && !isWithin(before?.askedAtMs, atMs, ASK_AGAIN_MS);
  const isJudged = result === 'passed' || result === 'failed';
  const next: ProofFacts = {
    result: !isJudged && before && isDefinite(before) ? before.result : result,
    challengedBy: isJudged || !before ? challengedBy : before.challengedBy,
    hasPassed: before?.hasPassed ?? false,
    misses: result === 'no-answer' ? (before?.misses ?? 0) + 1 : 0,
    failedAtMs: before?.failedAtMs ?? null,
    askedAtMs: asks ? atMs : (before?.askedAtMs ?? null),
    lastAtMs: atMs,
    challenges: [...(before?.challenges ?? []), challenge].slice(-CHALLENGES_KEPT),
    isRepeated: before?.isRepeated ?? false,
  };
  return { proof: isJudged ? judged(next, result, atMs) : next, asks };
}

/** The maker's service has judged what it was asked. */
export function takeAnswer(before: ProofFacts, result: ProofResult, atMs: number): ProofFacts {
  const isJudged = result === 'passed' || result === 'failed';
  if (isJudged) return judged({ ...before, result }, result, atMs);
  return isDefinite(before) ? before : { ...before, result };
}

function judged(next: ProofFacts, result: 'passed' | 'failed', atMs: number): ProofFacts {
  if (result === 'failed') return { ...next, result, failedAtMs: atMs };
  const isHeld = isWithin(next.failedAtMs, atMs, FAILURE_HOLDS_MS);
  return { ...next, result: isHeld ? 'failed' : result, hasPassed: true };
}

const isDefinite = ({ result }: ProofFacts): boolean => result === 'passed' || result === 'failed';

/** A clock that was set back says nothing of how long ago it was. */
function isWithin(sinceMs: number | null | undefined, atMs: number, durationMs: number): boolean {
  return typeof sinceMs === 'number' && atMs >= sinceMs && atMs - sinceMs < durationMs;
}
