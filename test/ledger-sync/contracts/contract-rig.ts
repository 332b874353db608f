// One contract on a local chain, called and asked by function name; a refusal comes back in the contract's words.
import { Interface, type InterfaceAbi } from 'ethers/abi';
import { hexlify } from 'ethers/utils';
import type { BaseWallet } from 'ethers/wallet';
import { deployContract } from '../../../ledger-sync/anchor/deploy.js';
import type { DeployableName } from '../../../ledger-sync/anchor/deployable.js';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { NodeRefusal } from '../../../ledger-sync/anchor/ledger-error.js';
import { type MinedTransaction, sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { abi as aggregateAbi } from '../../../ledger-sync/contracts/generated/coldgate-aggregate.js';
import { abi as agreementAbi } from '../../../ledger-sync/contracts/generated/coldgate-agreement.js';
import { abi as anchorAbi } from '../../../ledger-sync/contracts/generated/coldgate-anchor.js';
import { abi as p256Abi } from '../../../ledger-sync/contracts/generated/coldgate-anchor-p256.js';
import { abi as serialsAbi } from '../../../ledger-sync/contracts/generated/coldgate-serials.js';
import { abi as trialAbi } from '../../../ledger-sync/contracts/generated/coldgate-trial.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Anvil, anvilKeys, callAnvil } from '../anvil.js';
import { walletOf } from '../test-ledger.js';

const abis: Record<DeployableName, InterfaceAbi> = {
  anchor: anchorAbi,
  'anchor-p256': p256Abi,
  aggregate: aggregateAbi,
  serials: serialsAbi,
  agreement: agreementAbi,
  trial: trialAbi,
};

const CHAIN_ID = 31337;

export class ContractRig {
  readonly rpc: JsonRpc;
  readonly interface: Interface;
  readonly wallet: BaseWallet = walletOf(anvilKeys[0]);
  /** An account without any role. */
  readonly stranger: BaseWallet = walletOf(anvilKeys[1]);

  private constructor(
    readonly anvil: Anvil,
    name: DeployableName,
    readonly address: string,
  ) {
    this.rpc = new JsonRpc(anvil.url);
    this.interface = new Interface(abis[name]);
  }

  static async deploy(anvil: Anvil, name: DeployableName): Promise<ContractRig> {
    const wallet = walletOf(anvilKeys[0]);
    const { address } = await deployContract(new JsonRpc(anvil.url), wallet, { name, admin: wallet.address });
    return new ContractRig(anvil, name, address);
  }

  get domain() {
    return { chainId: CHAIN_ID, verifyingContract: fromHex(this.address) };
  }

  encode(name: string, ...values: readonly unknown[]): string {
    return this.interface.encodeFunctionData(name, values);
  }

  /** Sends call data. @throws Error with the contract's own words */
  async send(data: string, wallet: BaseWallet = this.wallet): Promise<MinedTransaction> {
    try {
      return await sendAndWait(this.rpc, wallet, this.address, data);
    } catch (error) {
      throw this.#inWords(error);
    }
  }

  /** Calls a function by name and waits. */
  do(name: string, ...values: readonly unknown[]): Promise<MinedTransaction> {
    return this.send(this.encode(name, ...values));
  }

  /** Asks with call data; the first value of the answer. */
  async ask(data: string): Promise<unknown> {
    const answer = await callAnvil(this.anvil, 'eth_call', { to: this.address, data }, 'latest');
    const fragment = this.interface.parseTransaction({ data })?.fragment;
    if (!fragment) throw new Error('no function of this contract');
    return this.interface.decodeFunctionResult(fragment, String(answer))[0];
  }

  async read(name: string, ...values: readonly unknown[]) {
    const data = this.encode(name, ...values);
    const answer = await callAnvil(this.anvil, 'eth_call', { to: this.address, data }, 'latest');
    return this.interface.decodeFunctionResult(name, String(answer));
  }

  /** Status as its number in the contract's enum, newest sequence, last valid sequence. */
  async stateOf(gateway: Uint8Array): Promise<{ status: number; seq: number; lastValidSeq: number }> {
    const [status, seq, lastValidSeq] = await this.read('statusOf', hexlify(gateway));
    return { status: Number(status), seq: Number(seq), lastValidSeq: Number(lastValidSeq) };
  }

  #inWords(error: unknown): unknown {
    if (!(error instanceof NodeRefusal) || error.nodeData === undefined) return error;
    const known = this.interface.parseError(error.nodeData);
    return known ? new Error(`${known.name}(${known.args.join(',')})`, { cause: error }) : error;
  }
}

/** Numbers of the contract's enum. */
export const statuses = { unregistered: 0, active: 1, rotated: 2, frozen: 3, revoked: 4 } as const;
