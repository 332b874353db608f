// What the verifier page says of a file: the verdict of `verifyBundle` and `verifyRecordProof`, the same as of `coldgate
// verify`, and the light that it comes to. Green needs all three: nothing contradicts, the gateway is the one that the
// reader expects, and the ledger was proven from a block that the reader trusts.

import { anchorCodeHashes } from '../../ledger-sync/anchor/anchor-code.js';
import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { parseStateProof } from '../../ledger-sync/evidence/state-proof-schema.js';
import { type Verification, type VerifyOptions, verifyBundle } from '../../ledger-sync/evidence/verify.js';
import { type Check, failed, proven } from '../../ledger-sync/evidence/verify-check.js';
import { verifyRecordProof } from '../../ledger-sync/evidence/verify-record.js';
import { type EvidenceFile, readEvidence } from '../../ledger-sync/proofs/evidence-file.js';
import {
  anchoredOf,
  answerOfState,
  isStateOf,
  type StateAnswer,
} from '../../ledger-sync/proofs/state-answer.js';
import { isSealed } from '../../ledger-sync/sealed/sealed-mark.js';

/** What the reader knows from elsewhere. */
export interface Expectation {
  /** 0x and 40 hexadecimal digits. */
  readonly gateway?: string;
  /** Block that the reader trusts, 0x and 64 hexadecimal digits, and the state proof under it; only together. */
  readonly state?: { readonly blockHash: string; readonly proof: string };
}

export type Light = 'green' | 'amber' | 'red';

export interface Judged {
  readonly kind: EvidenceFile['kind'];
  readonly light: Light;
  readonly verification: Verification;
  /** Who signed what last: a checkpoint with its own time, or a header with its place. */
  readonly head: EvidenceBundle['head'] | undefined;
  /** What the file claims of the ledger; proven only where a check says so. */
  readonly anchor: EvidenceBundle['anchor'];
  /** Block under which the ledger was proven. */
  readonly block: StateAnswer['block'] | undefined;
}

/** A file that is no evidence of ours, or was damaged: as bad as one that is refuted. A sealed one is only closed. */
export interface Refused {
  readonly light: 'red' | 'amber';
  readonly code: string;
  readonly message: string;
}

/** Reads what somebody has given. Never throws for what a stranger wrote. */
export function readGiven(bytes: Uint8Array): EvidenceFile | Refused {
  if (isSealed(bytes)) {
    const message = 'the file is sealed for named readers: coldgate open FILE --key KEY -o bundle.json';
    return { light: 'amber', code: 'SEALED', message };
  }
  try {
    return readEvidence(bytes);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { light: 'red', code: error.code, message: error.message };
  }
}

/** The verdict, with what the reader expects. */
export function judgeFile(file: EvidenceFile, expectation: Expectation = {}): Judged {
  const word = askState(file, expectation.state);
  const options: VerifyOptions = {
    ...(expectation.gateway === undefined ? {} : { expectedGateway: expectation.gateway }),
    ...(word && 'answer' in word ? { ledger: word.answer } : {}),
  };
  const judged =
    'bundle' in file ? verifyBundle(file.bundle, options) : verifyRecordProof(file.proof, options);
  const verification: Verification = !word
    ? judged
    : {
        ...judged,
        verdict: word.check.outcome === 'failed' ? 'refuted' : judged.verdict,
        checks: [...judged.checks, word.check],
      };
  return {
    kind: file.kind,
    light: lightOf(verification),
    verification,
    head: 'bundle' in file ? file.bundle.head : file.proof.heads[0],
    anchor: 'bundle' in file ? file.bundle.anchor : undefined,
    block: word && 'block' in word ? word.block : undefined,
  };
}

function lightOf({ verdict, checks }: Verification): Light {
  if (verdict === 'refuted') return 'red';
  const isExpected = checks.some(({ name, outcome }) => name === 'gateway' && outcome === 'proven');
  return verdict === 'proven' && isExpected ? 'green' : 'amber';
}

/** The ledger's word from a state proof; a proof that does not hold is told as a failed check. */
function askState(
  file: EvidenceFile,
  state: Expectation['state'],
): { readonly check: Check } | (StateAnswer & { readonly check: Check }) | undefined {
  const anchored = anchoredOf(file);
  if (!anchored || !state) return undefined;
  try {
    const proof = parseStateProof(state.proof);
    const blockHash = state.blockHash.toLowerCase();
    const word = answerOfState(proof, anchored, blockHash, anchorCodeHashes);
    if (!isStateOf(proof, anchored))
      return { check: failed('state', 'the state proof is of another contract or gateway') };
    const { number } = word.block;
    const text = `proven from block ${number} (${blockHash}), which you trust; that it is of chain ${anchored.head.chainId} is your own knowledge`;
    return { ...word, check: proven('state', text) };
  } catch (error) {
    if (error instanceof EvidenceError) return { check: failed('state', error.message) };
    throw error;
  }
}
