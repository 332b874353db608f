// Each header goes into its gateway's word of ColdgateAnchor.
import type { Block, Receipt } from '../anchor/chain-reader.js';
import { AnchorContract, anchoredOfFleet, decodeAnchorCall } from '../anchor/contract-client.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { anchorCall } from '../anchor/submission-builder.js';
import { runtimeCodeHash } from '../contracts/generated/coldgate-anchor.js';
import { toHex } from '../evidence/bytes.js';
import type { FleetView } from './fleet-view.js';
import { acceptable, type Load } from './relay-load.js';
import type { RelayPlan } from './relay-plan.js';
import type { GatewayInclusion } from './relay-store.js';

type Taken = Omit<GatewayInclusion, 'transactionHash'>;

/** @param contract 20 bytes */
export function anchorPlan(contract: Uint8Array): RelayPlan {
  return {
    codeHash: runtimeCodeHash,
    standing: (rpc: Rpc, gateways, height) => new AnchorContract(rpc, contract).words(gateways, height),
    callFor: async (client, from, block, load: Load) => {
      const taken = await acceptable(client, from, block, load.headers);
      return taken.length === 0 ? undefined : anchorCall(taken.map(({ wire }) => wire));
    },
    isUseful: (data, { words }: FleetView) =>
      decodeAnchorCall(data).some(({ gateway, seq }) => {
        const word = words.get(toHex(gateway));
        return word !== undefined && !word.isStopped && seq > word.seq;
      }),
    included: (client, _payer, receipt: Receipt, block: Block) => {
      const byGateway = new Map<string, Taken>();
      for (const { gateway, seq } of anchoredOfFleet(receipt, client.address)) {
        const name = toHex(gateway);
        const known = byGateway.get(name);
        byGateway.set(name, {
          gateway,
          blockNumber: block.number,
          blockHash: block.hash,
          blockTimeMs: block.timeMs,
          fromSeq: Math.min(known?.fromSeq ?? seq, seq),
          toSeq: Math.max(known?.toSeq ?? seq, seq),
        });
      }
      return [...byGateway.values()];
    },
  };
}
