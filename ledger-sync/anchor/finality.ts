// How far the chain's own finality has come: the contract's head at its safe and finalized blocks (execution-apis
// block tags). Chains with immediate finality (QBFT) have neither tag and need none.
import { readBlock, readNonce } from './chain-reader.js';
import { AnchorContract } from './contract-client.js';
import { type EndpointPool, quorum } from './endpoint-pool.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import type { LedgerTarget, LedgerView } from './ledger-view.js';

/** `immediate`: a block is final when it is made. `tags`: the chain says so later. */
export type FinalityKind = 'tags' | 'immediate';

export interface Finality {
  readonly safeSeq: number | undefined;
  readonly finalizedSeq: number | undefined;
  /** The newest block that cannot be replaced, and the payer's next nonce there. */
  readonly block: number;
  readonly nonce: number;
}

/** Where a chain has no finalized block; two mainnet epochs, which only a consensus failure goes beyond. */
export const burialBlocks = 64;

export interface FinalityQuestion {
  readonly target: LedgerTarget;
  readonly payer: string;
  readonly kind: FinalityKind;
}

/**
 * What all endpoints grant that agreed on the view and answer in time: one alone cannot make us let go of what is not
 * final.
 * @returns undefined when too few of them answer
 * @throws LedgerError RPC_* other than a refusal of the tags
 */
export async function readFinality(
  pool: EndpointPool,
  question: FinalityQuestion,
  view: LedgerView,
): Promise<Finality | undefined> {
  const { seq } = view.observation;
  if (question.kind === 'immediate') {
    return { safeSeq: seq, finalizedSeq: seq, block: view.block.number, nonce: view.nonce };
  }
  const { agreeing } = pool;
  const answers = await pool.round(agreeing, Math.min(quorum, agreeing.length), (endpoint) =>
    endpoint.ask((rpc) => finalityOf(rpc, question, view)),
  );
  if (answers.length < Math.min(quorum, agreeing.length)) return undefined;
  return answers.map(({ value }) => value).reduce(lesser);
}

function lesser(a: Finality, b: Finality): Finality {
  const least = (x: number | undefined, y: number | undefined) =>
    x === undefined || y === undefined ? undefined : Math.min(x, y);
  return {
    safeSeq: least(a.safeSeq, b.safeSeq),
    finalizedSeq: least(a.finalizedSeq, b.finalizedSeq),
    block: Math.min(a.block, b.block),
    nonce: Math.min(a.nonce, b.nonce),
  };
}

async function finalityOf(
  rpc: Rpc,
  { target, payer }: FinalityQuestion,
  view: LedgerView,
): Promise<Finality> {
  const contract = new AnchorContract(rpc, target.contract);
  const safe = await numberOf(rpc, 'safe');
  const finalized = await numberOf(rpc, 'finalized');
  const block = Math.min(finalized ?? Math.max(0, view.block.number - burialBlocks), view.block.number);
  return {
    safeSeq: await seqAt(contract, target.gateway, view, safe),
    finalizedSeq: await seqAt(contract, target.gateway, view, finalized),
    block,
    nonce: await readNonce(rpc, payer, block),
  };
}

async function numberOf(rpc: Rpc, tag: 'safe' | 'finalized'): Promise<number | undefined> {
  try {
    return (await readBlock(rpc, tag)).number;
  } catch (error) {
    // Nodes without the tag refuse it in many words or answer null.
    if (error instanceof LedgerError && tagless.includes(error.code)) return undefined;
    throw error;
  }
}

const tagless: readonly string[] = ['RPC_REFUSED', 'RPC_MALFORMED'];

/** Never above what is included: then somebody is wrong, and nothing is claimed. */
async function seqAt(
  contract: AnchorContract,
  gateway: Uint8Array,
  view: LedgerView,
  block: number | undefined,
): Promise<number | undefined> {
  if (block === undefined || block > view.block.number) return undefined;
  try {
    const { seq } = await contract.head(gateway, block);
    return seq <= view.observation.seq ? seq : undefined;
  } catch (error) {
    // That block is older than the contract.
    if (error instanceof LedgerError && error.code === 'CONTRACT_MISSING') return 0;
    throw error;
  }
}
