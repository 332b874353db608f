// Compiles the sources in peers/ and puts their tokens and wallets on a local chain.

import { join } from 'node:path';
import { AbiCoder, Interface } from 'ethers/abi';
import { concat } from 'ethers/utils';
import type { BaseWallet } from 'ethers/wallet';
import type { Rpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import {
  type CompiledContract,
  collectSources,
  compileContracts,
  type Sources,
} from '../../../ledger-sync/contracts/solidity.mjs';
import { type Anvil, callAnvil } from '../anvil.js';

export type PeerName =
  | 'PlainToken'
  | 'FeeToken'
  | 'HostileToken'
  | 'SilentToken'
  | 'TestWallet'
  | 'HostileSigner';

/** Where peers are put, and who pays for it. */
export interface PeerGround {
  readonly rpc: Rpc;
  readonly anvil: Anvil;
  readonly relay: BaseWallet;
}

const compiled = new Map<PeerName, CompiledContract>();

/** Takes some seconds: for a hook, before the tests that deploy them. */
export function compilePeers(...names: readonly PeerName[]): void {
  const sources: Sources = {};
  for (const name of names) collectSources(join(import.meta.dirname, 'peers'), `${name}.sol`, sources);
  for (const [name, contract] of Object.entries(compileContracts(sources, names, 0))) {
    compiled.set(name as PeerName, contract);
  }
}

/** A token or a wallet on the chain. */
export class Peer {
  private constructor(
    readonly rig: PeerGround,
    readonly address: string,
    readonly face: Interface,
  ) {}

  static async deploy(rig: PeerGround, name: PeerName, ...argument: readonly string[]): Promise<Peer> {
    const contract = compiled.get(name);
    if (!contract) throw new Error(`${name} was not compiled`);
    const values = AbiCoder.defaultAbiCoder().encode(
      argument.map(() => 'address'),
      argument,
    );
    const code = concat([`0x${contract.bytecode}`, values]);
    const { contractAddress = '' } = await sendAndWait(rig.rpc, rig.relay, null, code);
    return new Peer(rig, contractAddress, new Interface(contract.abi));
  }

  async do(name: string, values: readonly unknown[], wallet: BaseWallet = this.rig.relay) {
    const data = this.face.encodeFunctionData(name, values);
    return sendAndWait(this.rig.rpc, wallet, this.address, data);
  }

  async read(name: string, ...values: readonly unknown[]): Promise<unknown> {
    const data = this.face.encodeFunctionData(name, values);
    const answer = await callAnvil(this.rig.anvil, 'eth_call', { to: this.address, data }, 'latest');
    return this.face.decodeFunctionResult(name, String(answer))[0];
  }
}
