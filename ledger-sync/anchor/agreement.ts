// What several endpoints agree on. Reads are believed at the newest block of which as many endpoints as needed say
// the same: block, contract head and nonce. A laggard is left out, a liar outvoted; where nobody agrees nothing is
// done, and the next tick asks again.
import { type Block, readBlock } from './chain-reader.js';
import { AnchorContract } from './contract-client.js';
import { type Answer, type EndpointPool, quorum } from './endpoint-pool.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import { type LedgerTarget, type LedgerView, readLedgerView } from './ledger-view.js';

/** Honest nodes are a block or two apart; what is further behind is a stale cache and has no vote. */
const allowedLagBlocks = 3;

/** What is asked of each endpoint about one block, and what two answers must share to be the same. */
export interface AgreedQuestion<View> {
  at(rpc: Rpc, block: Block): Promise<View>;
  keyOf(view: View): string;
}

/** One consistent look at the ledger for one gateway; as readAgreed. @param payer address whose nonce is read */
export function readAgreedView(pool: EndpointPool, target: LedgerTarget, payer: string): Promise<LedgerView> {
  return readAgreed(pool, {
    at: (rpc, block) => readLedgerView(new AnchorContract(rpc, target.contract), target, payer, block),
    keyOf: ledgerViewKey,
  });
}

/**
 * What enough endpoints say of the newest block that they share. The endpoint that answers the following reads is one
 * that agreed.
 * @throws LedgerError RPC_* and what the check of an endpoint throws
 */
export async function readAgreed<View>(pool: EndpointPool, question: AgreedQuestion<View>): Promise<View> {
  const newest = await pool.round(pool.ready, quorum, (endpoint) =>
    endpoint.ask((rpc) => readBlock(rpc, 'latest')),
  );
  const needed = votesNeeded(pool.endpoints.length, newest);
  for (const height of heightsToTry(newest, needed)) {
    const voters = newest.filter(({ value }) => value.number >= height);
    const views = await pool.round(
      voters.map(({ endpoint }) => endpoint),
      needed,
      (endpoint) => {
        const known = voters.find((voter) => voter.endpoint === endpoint)?.value;
        return endpoint.ask((rpc) => viewAt(rpc, height, known, question));
      },
    );
    const agreeing = largestAgreement(views, question);
    if (agreeing.length < needed) continue;
    pool.pinOneOf(agreeing.map(({ endpoint }) => endpoint));
    const [first] = agreeing;
    if (first !== undefined) return first.value;
  }
  const hint =
    'Nothing is sent meanwhile. If it lasts, one of the endpoints is wrong or most of them are down.';
  throw new LedgerError('RPC_DISAGREE', `${needed} of ${pool.endpoints.length} endpoints must agree`, hint);
}

/** With one or two endpoints the other one may be down; of three or more, one alone is never believed. */
function votesNeeded(configured: number, newest: readonly Answer<Block>[]): number {
  if (configured > quorum) return quorum;
  const highest = Math.max(...newest.map(({ value }) => value.number));
  return newest.filter(({ value }) => value.number >= highest - allowedLagBlocks).length;
}

/** The newest block that enough endpoints have, then those just below: an endpoint ahead of all may be inventing. */
function heightsToTry(newest: readonly Answer<Block>[], needed: number): number[] {
  const numbers = newest.map(({ value }) => value.number).sort((a, b) => b - a);
  const newestShared = numbers[needed - 1];
  if (newestShared === undefined) return [];
  const heights = numbers.slice(needed - 1).filter((number) => number >= newestShared - allowedLagBlocks);
  return [...new Set(heights)];
}

async function viewAt<View>(
  rpc: Rpc,
  height: number,
  known: Block | undefined,
  question: AgreedQuestion<View>,
): Promise<View> {
  return question.at(rpc, known?.number === height ? known : await readBlock(rpc, height));
}

/** The endpoints of the most common view; none where two views are equally common. */
function largestAgreement<View>(
  views: readonly Answer<View>[],
  { keyOf }: AgreedQuestion<View>,
): Answer<View>[] {
  const groups = new Map<string, Answer<View>[]>();
  for (const answer of views) {
    const key = keyOf(answer.value);
    groups.set(key, [...(groups.get(key) ?? []), answer]);
  }
  const [first = [], second = []] = [...groups.values()].sort((a, b) => b.length - a.length);
  return first.length > second.length ? first : [];
}

function ledgerViewKey({ block, nonce, observation }: LedgerView): string {
  const { registered, seq, head } = observation;
  return [blockKey(block), nonce, registered, seq, head].join(' ');
}

/** What must be the same of a block. */
export function blockKey({ hash, timeMs, baseFeePerGas }: Block): string {
  return [hash, timeMs, baseFeePerGas].join(' ');
}
