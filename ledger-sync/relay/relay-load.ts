// Which headers go into the next transaction: of each gateway those that directly follow its head on the ledger, first one
// of each, so that a gateway with a long backlog lets the others through. Pure, but for the dry run that finds what the
// contract would skip all the same.
import type { Block } from '../anchor/chain-reader.js';
import { type AnchorContract, encodeAnchor, type GatewayWord } from '../anchor/contract-client.js';
import { equalBytes, toHex } from '../evidence/bytes.js';
import type { RelayHeader, RelayStore } from './relay-store.js';

/** Of one gateway in one transaction: its lazy cutting makes one at a time, a lost relay some more. */
const maxPerGateway = 100;

export interface Load {
  readonly headers: readonly RelayHeader[];
  /** Gateways with headers that do not follow what the ledger holds: another journal, or another relay with more. */
  readonly forked: readonly Uint8Array[];
}

/**
 * @param max headers in all
 * @param first index of the gateway that begins, so that nobody is always last
 */
export function nextLoad(
  words: ReadonlyMap<string, GatewayWord>,
  store: RelayStore,
  max: number,
  first: number,
): Load {
  const gateways = store.gateways();
  const start = gateways.length === 0 ? 0 : first % gateways.length;
  const inTurn = [...gateways.slice(start), ...gateways.slice(0, start)];
  const forked: Uint8Array[] = [];
  const queues: RelayHeader[][] = [];
  for (const gateway of inTurn) {
    const word = words.get(toHex(gateway));
    if (!word?.registered || word.isStopped) continue;
    const above = store.headersAbove(gateway, word.seq, Math.min(maxPerGateway, max));
    const next = following(word, above);
    if (next.length === 0 && above[0]?.seq === word.seq + 1) forked.push(gateway);
    if (next.length > 0) queues.push(next);
  }
  const headers: RelayHeader[] = [];
  for (let round = 0; headers.length < max; round += 1) {
    const ofRound = queues.flatMap((queue) => queue[round] ?? []);
    if (ofRound.length === 0) break;
    headers.push(...ofRound.slice(0, max - headers.length));
  }
  return { headers, forked };
}

/** Those that chain on from the word, without holes. */
function following(word: GatewayWord, above: readonly RelayHeader[]): RelayHeader[] {
  const chain: RelayHeader[] = [];
  let { seq, head } = word;
  for (const header of above) {
    if (header.seq !== seq + 1 || !equalBytes(header.prev, head)) break;
    chain.push(header);
    ({ seq, head } = header);
  }
  return chain;
}

/**
 * The headers that the contract would take if they arrived now. What it would skip is found by halving: a header looks good
 * here and is bad there only if a node lies or a gateway was stopped in this block.
 * @throws LedgerError RPC_*
 */
export async function acceptable(
  contract: AnchorContract,
  from: string,
  block: Block,
  headers: readonly RelayHeader[],
): Promise<readonly RelayHeader[]> {
  if (headers.length === 0) return [];
  const taken = await contract.dryRun(encodeAnchor(headers.map(({ wire }) => wire)), from, block.number);
  if (taken === headers.length) return headers;
  if (headers.length === 1 || taken === 0) return [];
  const middle = headers.length >> 1;
  const left = await acceptable(contract, from, block, headers.slice(0, middle));
  // Later headers of a gateway build on earlier ones, which the second half of a dry run would miss.
  const known = new Set(left.map(({ gateway }) => toHex(gateway)));
  const rest = headers.slice(middle).filter(({ gateway }) => !known.has(toHex(gateway)));
  return [...left, ...(await acceptable(contract, from, block, rest))];
}
