// The ledger's word on a batch header as a state proof shows it (PROTOCOL.md section 13), in the form that verifyBundle
// takes. Pure: whose word the trusted block is, the caller knows.

import type { BatchHead, EvidenceBundle } from '../evidence/bundle-schema.js';
import type { StateProof } from '../evidence/state-proof-schema.js';
import type { LedgerAnswer } from '../evidence/verify-ledger.js';
import type { EvidenceFile } from './evidence-file.js';
import { verifyStateProof } from './state-proof.js';

/** What is asked about: a batch header, and where a bundle says that it stands. */
export type Anchored = Pick<EvidenceBundle, 'gateway' | 'anchor' | 'registration'> & {
  readonly head: BatchHead;
};

export interface StateAnswer {
  readonly answer: LedgerAnswer;
  /** Block by whose time the header existed. */
  readonly block: { readonly number: number; readonly timeMs: number };
}

/** What the ledger can be asked about: the batch header, if the file has one. */
export function anchoredOf(file: EvidenceFile): Anchored | undefined {
  if ('bundle' in file) {
    const { head } = file.bundle;
    return head.kind === 'batch' ? { ...file.bundle, head } : undefined;
  }
  const { gateway, heads } = file.proof;
  const head = heads.find((one) => one.kind === 'batch');
  return head && { gateway, head };
}

/** Whether the proof speaks of the header's own contract and gateway. */
export function isStateOf(proof: StateProof, { head, gateway }: Anchored): boolean {
  return proof.contract === head.contract && proof.gateway === gateway;
}

/**
 * What the contract held under the trusted block.
 * @param blockHash 0x and 64 hex digits in lower case
 * @param codeHashes of contracts that this release knows
 * @throws EvidenceError PROOF_MALFORMED for whatever does not hold
 */
export function answerOfState(
  proof: StateProof,
  { head }: Anchored,
  blockHash: string,
  codeHashes: readonly string[],
): StateAnswer {
  const state = verifyStateProof(proof, blockHash, codeHashes);
  return {
    answer: {
      chainId: head.chainId,
      contract: head.contract,
      registered: state.registered,
      headSeq: state.headSeq,
      head: state.head,
      ...(state.isStopped ? { stop: { status: undefined, lastValidSeq: undefined } } : {}),
    },
    block: { number: state.blockNumber, timeMs: state.blockTimeMs },
  };
}
