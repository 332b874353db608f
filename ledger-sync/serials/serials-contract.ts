// The serials contract as others see it: what it is asked, what is sent to it, what its answers mean. One call each; a
// person at a desk waits for the receipt.

import { Interface, type Result } from 'ethers/abi';
import { getBytes, hexlify } from 'ethers/utils';
import { blockTag, hexData } from '../anchor/chain-reader.js';
import { explained } from '../anchor/contract-refusal.js';
import type { Rpc } from '../anchor/json-rpc.js';
import { LedgerError } from '../anchor/ledger-error.js';
import type { PayingWallet } from '../anchor/paying-wallet.js';
import { type MinedTransaction, sendAndWait } from '../anchor/send-and-wait.js';
import { toldEvent } from '../anchor/told-event.js';
import { abi } from '../contracts/generated/coldgate-serials.js';
import type { LotName, LotState, SpentPacks } from './lot-state.js';
import type { PackProof } from './pack-card.js';
import type { SerialsRequests } from './serials-requests.js';
import { rolesOf, type SerialsRole } from './serials-roles.js';

const serialsInterface = new Interface(abi);

const MS_PER_SECOND = 1000;
const PACKS_PER_WORD = 256;
const WORD_BYTES = 32;
/** About 11,000 gas each: far below what nodes allow to a call. */
const lotsPerCall = 500;
/** Two words each of 2,100 gas. */
const wordsPerCall = 1000;

/** What the contract says of one pack. */
export interface PackStanding {
  readonly isCommissioned: boolean;
  readonly isMember: boolean;
  readonly isRecalled: boolean;
  readonly isDispensed: boolean;
  readonly isDecommissioned: boolean;
}

export class SerialsContract {
  readonly #rpc: Rpc;
  readonly address: string;

  /** @param address 0x address of a contract that was found genuine */
  constructor(rpc: Rpc, address: string) {
    this.#rpc = rpc;
    this.address = address;
  }

  /** @throws LedgerError RPC_*, CONTRACT_MISSING */
  async verify({ maker, lot }: LotName, proof: PackProof, block: number | 'latest'): Promise<PackStanding> {
    const { index, commitment, packKey, path } = proof;
    const pack = { index, commitment, packKey };
    const [standing] = await this.#ask('verify', [maker, `0x${lot}`, pack, path], block);
    const { isCommissioned, isMember, isRecalled, isDispensed, isDecommissioned } = standing;
    return { isCommissioned, isMember, isRecalled, isDispensed, isDecommissioned };
  }

  /** The lots in the order asked; of an unknown one the size is 0. @throws LedgerError */
  async lots(names: readonly LotName[], block: number | 'latest'): Promise<LotState[]> {
    const found: LotState[] = [];
    for (let from = 0; from < names.length; from += lotsPerCall) {
      const asked = names.slice(from, from + lotsPerCall);
      const values = [asked.map(({ maker }) => maker), asked.map(({ lot }) => `0x${lot}`)];
      const [lots] = await this.#ask('lotsOf', values, block);
      for (const [index, { maker, lot }] of asked.entries()) {
        const { root, size, recalls, recallChanges, spent, recallChangedAt } = lots[index];
        found.push({
          ...{ maker, lot, root: hexlify(root).slice(2), size: Number(size), recalls: Number(recalls) },
          ...{ recallChanges: Number(recallChanges), spent: Number(spent) },
          recallChangedAtMs: Number(recallChangedAt) * MS_PER_SECOND,
        });
      }
    }
    return found;
  }

  /** Which packs of a lot are dispensed or decommissioned. @throws LedgerError */
  async spent({ maker, lot }: LotName, size: number, block: number | 'latest'): Promise<SpentPacks> {
    const words = Math.ceil(size / PACKS_PER_WORD);
    const dispensed = new Uint8Array(words * WORD_BYTES);
    const decommissioned = new Uint8Array(words * WORD_BYTES);
    for (let from = 0; from < words; from += wordsPerCall) {
      const count = Math.min(wordsPerCall, words - from);
      const [first, second] = await this.#ask('spentWords', [maker, `0x${lot}`, from, count], block);
      for (let offset = 0; offset < count; offset++) {
        putWord(dispensed, from + offset, BigInt(first[offset]));
        putWord(decommissioned, from + offset, BigInt(second[offset]));
      }
    }
    const bytes = Math.ceil(size / 8);
    return { dispensed: dispensed.slice(0, bytes), decommissioned: decommissioned.slice(0, bytes) };
  }

  /** Gives an account a role, or takes it; only the admin can. @throws LedgerError as send */
  appoint(
    wallet: PayingWallet,
    role: SerialsRole,
    account: string,
    isIn: boolean,
  ): Promise<MinedTransaction> {
    const name = isIn ? 'grantRole' : 'revokeRole';
    return this.send(wallet, serialsInterface.encodeFunctionData(name, [rolesOf[role], account]));
  }

  /**
   * Sends one call and waits for its receipt.
   * @throws LedgerError of sendAndWait; CONTRACT_REFUSED in the contract's words
   */
  async send(wallet: PayingWallet, data: string): Promise<MinedTransaction> {
    try {
      return await sendAndWait(this.#rpc, wallet, this.address, data);
    } catch (error) {
      throw explained(error, serialsInterface);
    }
  }

  async #ask(name: string, values: readonly unknown[], block: number | 'latest'): Promise<Result> {
    const call = { to: this.address, data: serialsInterface.encodeFunctionData(name, values) };
    const tag = block === 'latest' ? block : blockTag(block);
    const answer = hexData(await this.#rpc.call('eth_call', [call, tag]), 'eth_call');
    try {
      if (answer !== '0x') return serialsInterface.decodeFunctionResult(name, answer);
    } catch (cause) {
      const hint = 'Check the RPC endpoint and the contract address.';
      throw new LedgerError('RPC_MALFORMED', `eth_call: ${name}() gave no answer of this contract`, hint, {
        cause,
      });
    }
    const hint = 'Check the contract address and the chain, or deploy the contract.';
    throw new LedgerError('CONTRACT_MISSING', `${this.address}: no contract at this address`, hint);
  }
}

/** Pack 256 n + k is bit k of word n; in bytes the lowest bit of the first byte is pack 0. */
function putWord(bytes: Uint8Array, index: number, word: bigint): void {
  let rest = word;
  for (let at = index * WORD_BYTES; rest !== 0n; at++) {
    bytes[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** Call data of the four things that can be asked, each with its signature of 65 bytes. */
export function commissionCall(request: SerialsRequests['Commission'], signature: Uint8Array): string {
  const { maker, lot, root, size, deadline } = request;
  return serialsInterface.encodeFunctionData('commission', [
    ...[maker, lot, root, size, deadline],
    hexlify(signature),
  ]);
}

export function recallCall(request: SerialsRequests['Recall'], signature: Uint8Array): string {
  const { maker, lot, isRecalled, change, by, reason, deadline } = request;
  return serialsInterface.encodeFunctionData('recall', [
    ...[maker, lot, isRecalled, change, by, reason, deadline],
    hexlify(signature),
  ]);
}

export function decommissionCall(request: SerialsRequests['Decommission'], signature: Uint8Array): string {
  const { maker, lot, word, packs, deadline } = request;
  return serialsInterface.encodeFunctionData('decommission', [
    ...[maker, lot, word, packs, deadline],
    hexlify(signature),
  ]);
}

/** @param packSignature 64 bytes (EIP-2098) of the pack's key over the same digest */
export function dispenseCall(
  request: SerialsRequests['Dispense'],
  proof: PackProof,
  signature: Uint8Array,
  packSignature: Uint8Array,
): string {
  const { maker, lot, pharmacy, place, deadline } = request;
  const { index, commitment, packKey, path } = proof;
  const [r, vs] = [packSignature.slice(0, WORD_BYTES), packSignature.slice(WORD_BYTES)];
  return serialsInterface.encodeFunctionData('dispense', [
    ...[maker, lot, { index, commitment, packKey }, path, pharmacy, place, deadline],
    ...[hexlify(signature), hexlify(r), hexlify(vs)],
  ]);
}

export interface DuplicateTold {
  readonly index: number;
  /** 0x hex: commitment of the second time, and the first 8 bytes of that of the first time. */
  readonly place: string;
  readonly firstPlace: string;
}

/** The duplicates that a transaction told. */
export function duplicatesIn({ logs }: MinedTransaction, contract: string): DuplicateTold[] {
  return logs.flatMap(({ address, topics, data }) => {
    if (address !== contract.toLowerCase()) return [];
    const event = toldEvent(serialsInterface, topics, data);
    if (event?.name !== 'DuplicateSerial') return [];
    const { index, place, firstPlace } = event.args;
    return [{ index: Number(index), place: String(place), firstPlace: hexlify(getBytes(firstPlace)) }];
  });
}
