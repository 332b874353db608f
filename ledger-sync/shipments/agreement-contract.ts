// The agreement contract as others see it: where an agreement stands, what happened to it, and the calls that are sent.
// A person at a desk waits for the receipt.

import { Interface, type Result } from 'ethers/abi';
import { hexlify } from 'ethers/utils';
import { blockTag, hexData, quantity, readBlock } from '../anchor/chain-reader.js';
import { explained } from '../anchor/contract-refusal.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { LedgerError, NodeRefusal } from '../anchor/ledger-error.js';
import type { PayingWallet } from '../anchor/paying-wallet.js';
import { type MinedTransaction, sendAndWait } from '../anchor/send-and-wait.js';
import { toldEvent } from '../anchor/told-event.js';
import { agreementInterface } from './agreement-calls.js';

/** In the order of the contract's enum. */
export const agreementStates = [
  'none',
  'created',
  'armed',
  'in-transit',
  'delivered',
  'under-review',
  'disputed',
  'released',
  'rejected',
  'refunded',
] as const;
export type AgreementState = (typeof agreementStates)[number];

export interface AgreementStanding {
  readonly state: AgreementState;
  /** 0x, lower case; the consignor before the first handover. */
  readonly holder: string;
  readonly steps: number;
  /** Unix seconds; what it ends depends on the state. 0 where nothing does. */
  readonly until: number;
  readonly beginSize: number;
  readonly endSize: number;
  readonly beginAtS: number;
  readonly endAtS: number;
  /** undefined while no headers were shown. */
  readonly outS: number | undefined;
  readonly claimSeq: number;
  readonly isByPayee: boolean;
}

/** One thing that happened, as the contract's event tells it. */
export interface AgreementEvent {
  readonly name: string;
  readonly blockNumber: number;
  /** Time of the block, Unix ms. */
  readonly atMs: number;
  readonly transactionHash: string;
  /** By the names of the event; numbers as decimal text. */
  readonly values: Readonly<Record<string, string>>;
}

const tokenInterface = new Interface(['function approve(address spender, uint256 amount)']);

const UNSHOWN = 2 ** 32 - 1;
/** Public nodes refuse more at once; see LEDGERS.md. */
const BLOCKS_PER_QUESTION = 1_000;

export class AgreementContract {
  /** @param address 0x address of a contract that was found genuine */
  constructor(
    readonly rpc: Rpc,
    readonly address: string,
  ) {}

  /** @param id 0x hex. @throws LedgerError RPC_* */
  async standing(id: string): Promise<AgreementStanding> {
    const [told] = await this.#ask('standingOf', [id]);
    const { holder, steps, until, beginSize, endSize, beginAtS, endAtS, outS, claimSeq, isByPayee } = told;
    const state = agreementStates[Number(told.state)];
    if (state === undefined) throw this.#malformed('standingOf', `state ${told.state}`);
    return {
      state,
      holder: String(holder).toLowerCase(),
      steps: Number(steps),
      until: Number(until),
      beginSize: Number(beginSize),
      endSize: Number(endSize),
      beginAtS: Number(beginAtS),
      endAtS: Number(endAtS),
      outS: Number(outS) === UNSHOWN ? undefined : Number(outS),
      claimSeq: Number(claimSeq),
      isByPayee,
    };
  }

  /** What an account may take out, in the smallest unit. @throws LedgerError RPC_* */
  async credit(asset: string, account: string): Promise<bigint> {
    const [amount] = await this.#ask('creditOf', [asset, account]);
    return amount;
  }

  /**
   * All that happened to an agreement, in order.
   * @param fromBlock the block of its creation or an earlier one: nodes look through it piece by piece
   * @throws LedgerError RPC_*
   */
  async history(id: string, fromBlock: number): Promise<AgreementEvent[]> {
    const { number: newest } = await readBlock(this.rpc, 'latest');
    const events: Omit<AgreementEvent, 'atMs'>[] = [];
    for (let from = fromBlock; from <= newest; from += BLOCKS_PER_QUESTION) {
      const to = Math.min(newest, from + BLOCKS_PER_QUESTION - 1);
      const filter = {
        address: this.address,
        fromBlock: blockTag(from),
        toBlock: blockTag(to),
        topics: [null, id],
      };
      const answer = await this.rpc.call('eth_getLogs', [filter]);
      if (!Array.isArray(answer)) throw this.#malformed('eth_getLogs', 'no list');
      events.push(...answer.flatMap((log: unknown) => this.#eventOf(log)));
    }
    return this.#timed(events);
  }

  /**
   * Sends one call and waits for its receipt.
   * @throws LedgerError of sendAndWait; CONTRACT_REFUSED in the contract's words
   */
  async send(wallet: PayingWallet, data: string, valueWei = 0n): Promise<MinedTransaction> {
    try {
      return await sendAndWait(this.rpc, wallet, this.address, data, valueWei);
    } catch (error) {
      throw explained(error, agreementInterface);
    }
  }

  /**
   * Lets the contract take so much of a token from the account.
   * @param amount decimal text, in the smallest unit
   * @throws LedgerError of sendAndWait
   */
  approve(wallet: PayingWallet, asset: string, amount: string): Promise<MinedTransaction> {
    const data = tokenInterface.encodeFunctionData('approve', [this.address, amount]);
    return sendAndWait(this.rpc, wallet, asset, data);
  }

  /**
   * How much gas a call would take now; undefined where the contract would refuse it.
   * @param from 0x address of who would send it
   * @throws LedgerError RPC_* but for a refusal
   */
  async gasOf(data: string, from: string): Promise<bigint | undefined> {
    try {
      const call = { from, to: this.address, data };
      return quantity(await this.rpc.call('eth_estimateGas', [call]), 'eth_estimateGas');
    } catch (error) {
      if (error instanceof NodeRefusal) return undefined;
      throw error;
    }
  }

  async #ask(name: string, values: readonly unknown[]): Promise<Result> {
    const data = agreementInterface.encodeFunctionData(name, values);
    const answer = hexData(
      await this.rpc.call('eth_call', [{ to: this.address, data }, 'latest']),
      'eth_call',
    );
    try {
      return agreementInterface.decodeFunctionResult(name, answer);
    } catch (cause) {
      throw this.#malformed(name, `${answer.length} characters`, cause);
    }
  }

  async #timed(events: readonly Omit<AgreementEvent, 'atMs'>[]): Promise<AgreementEvent[]> {
    const times = new Map<number, number>();
    for (const { blockNumber } of events) {
      if (!times.has(blockNumber)) times.set(blockNumber, (await readBlock(this.rpc, blockNumber)).timeMs);
    }
    return events.map((event) => ({ ...event, atMs: times.get(event.blockNumber) ?? 0 }));
  }

  #eventOf(log: unknown): Omit<AgreementEvent, 'atMs'> | [] {
    const { topics, data, blockNumber, transactionHash } = (log ?? {}) as Record<string, unknown>;
    if (!Array.isArray(topics)) throw this.#malformed('eth_getLogs', 'no topics');
    const told = toldEvent(agreementInterface, topics.map(String), hexData(data, 'log data'));
    if (told === undefined) return [];
    const values = told.fragment.inputs.map(({ name }, index) => [name, wordOf(told.args[index])]);
    return {
      name: told.name,
      blockNumber: Number(hexData(evenHex(blockNumber), 'log block')),
      transactionHash: hexData(transactionHash, 'log transaction'),
      values: Object.fromEntries(values),
    };
  }

  #malformed(what: string, problem: string, cause?: unknown): LedgerError {
    const hint = 'Check the RPC endpoint and the contract address.';
    return new LedgerError('RPC_MALFORMED', `${this.address}: ${what} answered ${problem}`, hint, { cause });
  }
}

/** A quantity has no leading zero. */
function evenHex(value: unknown): unknown {
  return typeof value === 'string' && value.length % 2 === 1 ? value.replace('0x', '0x0') : value;
}

function wordOf(value: unknown): string {
  return value instanceof Uint8Array ? hexlify(value) : String(value).toLowerCase();
}
