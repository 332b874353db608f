// Where `coldgate verify` gets the ledger's word from: a node that is believed, or a state proof under a block that
// the reader trusts by its hash or by a majority of endpoints, so that the node that gave it need not be believed.

import { writeFileSync } from 'node:fs';
import { anchorCodeHashes } from '../../ledger-sync/anchor/anchor-code.js';
import { readChainId } from '../../ledger-sync/anchor/chain-reader.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { readLedgerAnswer } from '../../ledger-sync/anchor/verify-on-ledger.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { parseStateProof, type StateProof } from '../../ledger-sync/evidence/state-proof-schema.js';
import type { Check } from '../../ledger-sync/evidence/verify-check.js';
import { notProven, proven } from '../../ledger-sync/evidence/verify-check.js';
import type { LedgerAnswer } from '../../ledger-sync/evidence/verify-ledger.js';
import { type Anchored, answerOfState, isStateOf } from '../../ledger-sync/proofs/state-answer.js';
import {
  type AgreedBlock,
  agreeOnBlock,
  readStateProof,
} from '../../ledger-sync/proofs/state-proof-reader.js';
import { ExportError } from '../export-error.js';
import { UsageError } from './cli-io.js';
import { readEvidenceBytes } from './verify-file.js';

export interface LedgerSource {
  /** Asked for the ledger's word; believed only without a trusted block. */
  readonly rpc?: string;
  /** Hash of a block that the reader trusts. */
  readonly blockHash?: string;
  /** Endpoints of which a majority must agree on a block. */
  readonly quorum?: readonly string[];
  /** File with a state proof, instead of asking `rpc` for one. */
  readonly stateProof?: string;
  /** Where to keep the state proof that `rpc` gave. */
  readonly saveStateProof?: string;
}

export interface LedgerWord {
  readonly answer: LedgerAnswer;
  /** On whose word it stands. */
  readonly check: Check;
  /** Block by whose time the header existed, where a state proof shows it. */
  readonly block?: { readonly number: number; readonly timeMs: number };
}

/**
 * Asks the source; undefined without one.
 * @throws UsageError for a combination that says nothing; LedgerError; EvidenceError for a state proof that does not
 *   hold; ExportError for its file
 */
export async function askLedger(subject: Anchored, source: LedgerSource): Promise<LedgerWord | undefined> {
  const { rpc, blockHash, quorum = [], stateProof } = source;
  if (blockHash !== undefined || quorum.length > 0 || stateProof !== undefined)
    return provenWord(subject, source);
  if (rpc === undefined) return undefined;
  const { chainId, contract } = subject.head;
  const answer = await readLedgerAnswer(rpc, {
    chainId,
    contract: fromHex(contract),
    gateway: fromHex(subject.gateway),
    ...(subject.anchor ? { anchor: subject.anchor } : {}),
    ...(subject.registration ? { registration: subject.registration } : {}),
    isAggregate: subject.anchor?.aggregate !== undefined,
  });
  const text = 'the ledger is what that node says; --block-hash or --quorum prove it without trusting one';
  return { answer, check: notProven('state', text) };
}

async function provenWord(subject: Anchored, source: LedgerSource): Promise<LedgerWord> {
  const { head } = subject;
  const { rpc, blockHash, quorum = [] } = source;
  const rpcs = quorum.map((url) => new JsonRpc(url));
  const alive = await onChain(rpcs, head.chainId);
  const agreed = blockHash === undefined ? await agreeOnBlock(asQuorum(rpcs)) : undefined;
  const trusted = agreed?.hash ?? hashOption(blockHash ?? '');
  const asked = rpc === undefined ? alive[0] : new JsonRpc(rpc);
  const proof = await proofOf(subject, source, trusted, asked);
  const { answer, block } = answerOfState(proof, subject, trusted, anchorCodeHashes);
  if (!isStateOf(proof, subject)) {
    const hint = 'give the state proof that was made for this file';
    throw new UsageError('WRONG_USE', 'the state proof is of another contract or gateway', hint);
  }
  const text = `proven from block ${block.number} (${trusted}), which ${whoseWord(agreed, head.chainId)}`;
  return { answer, check: proven('state', text), block };
}

async function proofOf(
  { gateway, head }: Anchored,
  { stateProof, saveStateProof }: LedgerSource,
  trusted: string,
  rpc: JsonRpc | undefined,
): Promise<StateProof> {
  if (stateProof !== undefined)
    return parseStateProof(new TextDecoder().decode(readEvidenceBytes(stateProof)));
  if (!rpc) throw new UsageError('WRONG_USE', 'nobody to ask', 'name --rpc URL, or a --state-proof FILE');
  const proof = await readStateProof(rpc, trusted, fromHex(head.contract), fromHex(gateway));
  if (saveStateProof !== undefined) save(saveStateProof, proof);
  return proof;
}

/**
 * The endpoints that answer now. One that is down has no vote, but does not stop the others.
 * @throws UsageError for another chain: its blocks say nothing about the header
 */
async function onChain(rpcs: readonly JsonRpc[], chainId: number): Promise<JsonRpc[]> {
  const found = await Promise.allSettled(rpcs.map(readChainId));
  return rpcs.filter((_, at) => {
    const one = found[at];
    if (one?.status !== 'fulfilled') return false;
    if (one.value === chainId) return true;
    const text = `an endpoint serves chain ${one.value}, the header is for chain ${chainId}`;
    throw new UsageError('WRONG_USE', text, 'name endpoints of that chain');
  });
}

function asQuorum(rpcs: readonly JsonRpc[]): readonly JsonRpc[] {
  if (rpcs.length >= 2) return rpcs;
  const hint = 'say --block-hash HASH, or --quorum URL at least twice';
  throw new UsageError('WRONG_USE', 'no block to trust', hint);
}

function hashOption(text: string): string {
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return text.toLowerCase();
  throw new UsageError('WRONG_USE', `--block-hash ${text} is no hash`, 'write 0x and 64 hexadecimal digits');
}

function whoseWord(agreed: AgreedBlock | undefined, chainId: number): string {
  return agreed
    ? `${agreed.agreeing} of ${agreed.asked} endpoints name`
    : `you trust; that it is of chain ${chainId} is your own knowledge`;
}

function save(path: string, proof: StateProof): void {
  try {
    writeFileSync(path, `${JSON.stringify(proof, undefined, 1)}\n`, { flag: 'wx' });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ExportError(
      'FILE_UNREADABLE',
      `${path} cannot be written: ${said}`,
      'choose another name',
      error,
    );
  }
}
