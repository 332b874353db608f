// One consistent look at the ledger for a whole fleet: the words of all its gateways and the payer's nonce, of the same
// block, and how far finality has come. What several endpoints say must agree, as for a single gateway.
import { type AgreedQuestion, blockKey } from '../anchor/agreement.js';
import { type Block, readBlock, readNonce } from '../anchor/chain-reader.js';
import type { GatewayWord } from '../anchor/contract-client.js';
import { type EndpointPool, quorum } from '../anchor/endpoint-pool.js';
import { burialBlocks, type FinalityKind } from '../anchor/finality.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { LedgerError } from '../anchor/ledger-error.js';
import { toHex } from '../evidence/bytes.js';
import { keccak256 } from '../evidence/keccak.js';

export interface FleetView {
  readonly block: Block;
  /** The payer's next nonce. */
  readonly nonce: number;
  /** By the gateway's address in hex without 0x. */
  readonly words: ReadonlyMap<string, GatewayWord>;
}

export interface FleetQuestion {
  /** How the gateways stand at a block, by an endpoint's word. @throws LedgerError RPC_*, CONTRACT_MISSING */
  readonly standing: (rpc: Rpc, gateways: readonly Uint8Array[], height: number) => Promise<GatewayWord[]>;
  readonly gateways: readonly Uint8Array[];
  /** 0x address. */
  readonly payer: string;
}

/** For readAgreed. */
export function fleetQuestion(question: FleetQuestion): AgreedQuestion<FleetView> {
  return {
    at: async (rpc, block) => ({
      block,
      ...(await lookAt(rpc, question, block.number)),
    }),
    keyOf: ({ block, nonce, words }) => `${blockKey(block)} ${nonce} ${digestOf(words)}`,
  };
}

export interface FleetFinality {
  /** Sequence of each gateway at the chain's safe block; undefined where the chain does not say. */
  readonly safe: ReadonlyMap<string, number> | undefined;
  readonly finalized: ReadonlyMap<string, number> | undefined;
  /** The payer's next nonce in the newest block that cannot be replaced. */
  readonly nonce: number;
}

/**
 * What all endpoints grant that agreed on the view.
 * @returns undefined when too few of them answer
 * @throws LedgerError RPC_* other than a refusal of the tags
 */
export async function readFleetFinality(
  pool: EndpointPool,
  question: FleetQuestion,
  kind: FinalityKind,
  view: FleetView,
): Promise<FleetFinality | undefined> {
  if (kind === 'immediate') {
    const all = seqsOf(view.words);
    return { safe: all, finalized: all, nonce: view.nonce };
  }
  const { agreeing } = pool;
  const needed = Math.min(quorum, agreeing.length);
  const answers = await pool.round(agreeing, needed, (endpoint) =>
    endpoint.ask((rpc) => finalityOf(rpc, question, view)),
  );
  return answers.length < needed ? undefined : answers.map(({ value }) => value).reduce(lesser);
}

async function lookAt(rpc: Rpc, { standing, gateways, payer }: FleetQuestion, height: number) {
  const [found, nonce] = await Promise.all([standing(rpc, gateways, height), readNonce(rpc, payer, height)]);
  return { nonce, words: new Map(found.map((word) => [toHex(word.gateway), word])) };
}

async function finalityOf(rpc: Rpc, question: FleetQuestion, view: FleetView): Promise<FleetFinality> {
  const safe = await seqsAtTag(rpc, question, view, 'safe');
  const finalized = await seqsAtTag(rpc, question, view, 'finalized');
  const buried = Math.max(0, view.block.number - burialBlocks);
  const nonce = finalized?.nonce ?? (await readNonce(rpc, question.payer, buried));
  return { safe: safe?.seqs, finalized: finalized?.seqs, nonce };
}

async function seqsAtTag(rpc: Rpc, question: FleetQuestion, view: FleetView, tag: 'safe' | 'finalized') {
  let height: number;
  try {
    height = (await readBlock(rpc, tag)).number;
  } catch (error) {
    // Nodes without the tag refuse it in many words or answer null.
    if (error instanceof LedgerError && ['RPC_REFUSED', 'RPC_MALFORMED'].includes(error.code))
      return undefined;
    throw error;
  }
  if (height > view.block.number) return undefined;
  try {
    const { words, nonce } = await lookAt(rpc, question, height);
    return { seqs: seqsOf(words), nonce };
  } catch (error) {
    // That block is older than the contract.
    if (!(error instanceof LedgerError) || error.code !== 'CONTRACT_MISSING') throw error;
    return { seqs: new Map<string, number>(), nonce: await readNonce(rpc, question.payer, height) };
  }
}

function seqsOf(words: ReadonlyMap<string, GatewayWord>): Map<string, number> {
  return new Map([...words].map(([name, { seq, isStopped }]) => [name, isStopped ? 0 : seq]));
}

function lesser(a: FleetFinality, b: FleetFinality): FleetFinality {
  const least = (x: FleetFinality['safe'], y: FleetFinality['safe']) =>
    x && y && new Map([...x].map(([name, seq]) => [name, Math.min(seq, y.get(name) ?? 0)]));
  return {
    safe: least(a.safe, b.safe),
    finalized: least(a.finalized, b.finalized),
    nonce: Math.min(a.nonce, b.nonce),
  };
}

/** A thousand words as one key. */
function digestOf(words: ReadonlyMap<string, GatewayWord>): string {
  const text = [...words].map(([name, { head, seq }]) => `${name} ${toHex(head)} ${seq}`).join('\n');
  return toHex(keccak256(new TextEncoder().encode(text)));
}
