// What a sighting's record says of a chip's proof: challenge and answer, so that whoever holds the key can judge them again,
// and what this gateway could say at once. No number of the chip is in it.

import { shortTidOf } from '../../../firmware-bridge/epc/tid.js';
import type { ChipProof, TagSighting } from '../../../firmware-bridge/observation.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import type { DetailDocument } from '../../sealing/draft-record.js';
import type { TagKeys } from './tag-keys.js';
import { isTam1Response } from './tam1.js';

/** unchecked: only the maker's service can judge it. no-answer: the chip was asked and gave nothing. */
export const proofResults = ['passed', 'failed', 'no-key', 'no-answer', 'unchecked'] as const;
export type ProofResult = (typeof proofResults)[number];

/** Judges what can be judged here. */
export type JudgeProof = (sighting: TagSighting) => ProofResult | undefined;

/** @param keys the owner's */
export const judgeWith =
  (keys: TagKeys): JudgeProof =>
  ({ proof, tid }) =>
    proof && resultOf(proof, tid, keys);

function resultOf(proof: ChipProof, tid: string | undefined, keys: TagKeys): ProofResult {
  const { suite, challenge, response, shortTid } = proof;
  if (response === '') return 'no-answer';
  // A proof that another chip has given proves nothing of this one.
  if (tid !== undefined && shortTid !== undefined && shortTidOf(tid) !== shortTid) return 'failed';
  if (suite === 'impinj') return shortTid === undefined ? 'no-answer' : 'unchecked';
  const key = tid === undefined ? undefined : keys.keyOf(tid);
  if (key === undefined) return 'no-key';
  return isTam1Response(key, fromHex(challenge), fromHex(response)) ? 'passed' : 'failed';
}

export function proofDetail(
  { suite, challengedBy, challenge, response }: ChipProof,
  result: ProofResult,
): DetailDocument {
  return { suite, challengedBy, challenge, response, result };
}
