// What the chain itself says in the end: every transaction of the payer on it, and the headers that they anchored.

import { readBlock, readReceipt } from '../../dist/ledger-sync/anchor/chain-reader.js';
import { anchoredHeads } from '../../dist/ledger-sync/anchor/contract-client.js';
import { toHex } from '../../dist/ledger-sync/evidence/bytes.js';

/**
 * Reads all blocks.
 * @param rpc the node itself, no endpoint that may lie
 * @returns the anchored headers in the order of the chain, and how many transactions were mined and reverted
 */
export async function auditChain(rpc, { payer, contract, gateway }) {
  const { number: last } = await readBlock(rpc, 'latest');
  const anchored = [];
  let mined = 0;
  let reverts = 0;
  let skipping = 0;
  for (let number = 0; number <= last; number += 1) {
    const { transactions } = await rpc.call('eth_getBlockByNumber', [`0x${number.toString(16)}`, true]);
    for (const { hash, from } of transactions) {
      if (from.toLowerCase() !== payer.toLowerCase()) continue;
      const receipt = await readReceipt(rpc, hash);
      const heads = anchoredHeads(receipt, contract, gateway);
      mined += 1;
      if (!receipt.succeeded) reverts += 1;
      if (heads.length === 0) skipping += 1;
      anchored.push(...heads.map(({ seq, head }) => ({ seq, head: toHex(head) })));
    }
  }
  return { anchored, mined, reverts, skipping };
}

/** How many of the signed headers are anchored exactly once, in their place and as they were signed. */
export function countAnchoredOnce(anchored, signed) {
  const times = groupBySeq(anchored);
  return signed.filter(({ seq, head }, index) => {
    const found = times.get(seq) ?? [];
    return found.length === 1 && found[0].head === head && anchored[index]?.seq === seq;
  }).length;
}

function groupBySeq(anchored) {
  const groups = new Map();
  for (const header of anchored) groups.set(header.seq, [...(groups.get(header.seq) ?? []), header]);
  return groups;
}
