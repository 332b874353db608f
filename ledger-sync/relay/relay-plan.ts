// How headers get to the ledger: each into its gateway's word (anchor-plan.ts), or all of them under one root
// (aggregate-plan.ts). The submitter around it is the same.
import type { Block, Receipt } from '../anchor/chain-reader.js';
import type { AnchorContract, GatewayWord } from '../anchor/contract-client.js';
import type { Rpc } from '../anchor/json-rpc.js';
import type { ContractCall } from '../anchor/submission-builder.js';
import type { FleetView } from './fleet-view.js';
import type { Load } from './relay-load.js';
import type { GatewayInclusion } from './relay-store.js';

export interface RelayPlan {
  /** keccak256 of the contract's code. */
  readonly codeHash: string;
  /** How the gateways stand at a block: registered, stopped, newest header that the ledger vouches for. */
  standing(rpc: Rpc, gateways: readonly Uint8Array[], height: number): Promise<GatewayWord[]>;
  /**
   * The call that carries this load; what must outlive a crash is durable when it returns.
   * @param from 0x address of the payer
   * @returns undefined where the contract would take nothing of it
   */
  callFor(
    contract: AnchorContract,
    from: string,
    block: Block,
    load: Load,
  ): Promise<ContractCall | undefined>;
  /** Whether this call carries a header that the ledger lacks. @param data of a transaction of our own */
  isUseful(data: string, view: FleetView): boolean;
  /** What a transaction of ours did: which headers are in this block. */
  included(
    contract: AnchorContract,
    payer: string,
    receipt: Receipt,
    block: Block,
  ): Omit<GatewayInclusion, 'transactionHash'>[];
}
