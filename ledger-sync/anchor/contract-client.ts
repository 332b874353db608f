// The anchor contract as the ledger side sees it: what it is asked, what its answers and events mean, whether
// the code at the address is the one of this release. Sends no transactions.
import { Interface, type Result } from 'ethers/abi';
import { keccak256 } from 'ethers/crypto';
import { concat, getBytes, hexlify } from 'ethers/utils';
import { abi } from '../contracts/generated/coldgate-anchor.js';
import { anchorCodeHashes } from './anchor-code.js';
import { blockTag, hexData, type Receipt } from './chain-reader.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';

export const anchorInterface = new Interface(abi);

/** Bytes of the head inside the contract's word; the other four are the sequence. */
const headBytes = 28;
const wordBytes = 32;
const gatewayBytes = 20;
/** gateway 20 | meta 30 | root 32 | r 32 | yParity and s 32; the sequence begins meta. */
const recordBytes = 146;
/** In place of the sequence of a gateway that is stopped. */
const stoppedSeq = 0xffffffff;
/** About 2,600 gas each: far below what nodes allow to a call. */
const wordsPerCall = 1_000;

export interface GatewayHead {
  readonly registered: boolean;
  /** 28 bytes, all zero when not registered. */
  readonly head: Uint8Array;
  readonly seq: number;
}

/** A gateway's word in storage. */
export interface GatewayWord extends GatewayHead {
  /** 20 bytes. */
  readonly gateway: Uint8Array;
  /** Rotated, frozen or revoked: then seq is not told. */
  readonly isStopped: boolean;
}

export class AnchorContract {
  readonly address: string;

  /** @param address 20 bytes */
  constructor(
    readonly rpc: Rpc,
    address: Uint8Array,
  ) {
    this.address = hexlify(address);
  }

  /**
   * @param codeHashes of the contracts that are expected there; by default the anchors
   * @throws LedgerError CONTRACT_MISSING where there is no code, CONTRACT_UNKNOWN where it is other code
   */
  async assertGenuine(codeHashes: readonly string[] = anchorCodeHashes): Promise<void> {
    const code = hexData(await this.rpc.call('eth_getCode', [this.address, 'latest']), 'eth_getCode');
    if (code === '0x') throw this.#missing();
    if (!codeHashes.includes(keccak256(code))) {
      const hint = 'Check the contract address; a contract of another release needs that release.';
      const message = `${this.address}: code hash ${keccak256(code)}, expected ${codeHashes.join(' or ')}`;
      throw new LedgerError('CONTRACT_UNKNOWN', message, hint);
    }
  }

  /**
   * The newest anchored header of a gateway at one block.
   * @param gateway 20 bytes
   * @throws LedgerError CONTRACT_MISSING
   */
  async head(gateway: Uint8Array, blockNumber: number): Promise<GatewayHead> {
    const data = anchorInterface.encodeFunctionData('head', [hexlify(gateway)]);
    const answer = await this.#call({ to: this.address, data }, blockNumber);
    const [head, seq] = decodeResult('head', answer);
    const bytes = getBytes(head);
    return { registered: bytes.some((byte) => byte !== 0), head: bytes, seq: Number(seq) };
  }

  /**
   * The words of many gateways at one block, in the order asked.
   * @throws LedgerError CONTRACT_MISSING
   */
  async words(gateways: readonly Uint8Array[], blockNumber: number): Promise<GatewayWord[]> {
    const found: GatewayWord[] = [];
    for (let at = 0; at < gateways.length; at += wordsPerCall) {
      const asked = gateways.slice(at, at + wordsPerCall);
      const data = anchorInterface.encodeFunctionData('headsOf', [asked.map((one) => hexlify(one))]);
      const [words] = decodeResult('headsOf', await this.#call({ to: this.address, data }, blockNumber));
      found.push(...asked.map((gateway, index) => wordOf(gateway, getBytes(words[index]))));
    }
    return found;
  }

  /** How many of the records the contract would take if they arrived now. */
  async dryRun(calldata: string, from: string, blockNumber: number): Promise<number> {
    const answer = await this.#call({ from, to: this.address, data: calldata }, blockNumber);
    return Number(decodeResult('anchor', answer)[0]);
  }

  async #call(transaction: object, blockNumber: number): Promise<string> {
    const answer = hexData(await this.rpc.call('eth_call', [transaction, blockTag(blockNumber)]), 'eth_call');
    // A call to an address without code succeeds and returns nothing.
    if (answer === '0x') throw this.#missing();
    return answer;
  }

  #missing(): LedgerError {
    const hint = 'Check the contract address and the chain, or deploy the contract.';
    return new LedgerError('CONTRACT_MISSING', `${this.address}: no contract at this address`, hint);
  }
}

function wordOf(gateway: Uint8Array, word: Uint8Array): GatewayWord {
  const seq = new DataView(word.buffer, word.byteOffset).getUint32(headBytes);
  const registered = word.some((byte) => byte !== 0);
  return { gateway, registered, isStopped: seq === stoppedSeq, head: word.slice(0, headBytes), seq };
}

function decodeResult(name: 'head' | 'headsOf' | 'anchor', answer: string): Result {
  try {
    return anchorInterface.decodeFunctionResult(name, answer);
  } catch (cause) {
    const hint = 'Check the RPC endpoint and the contract address.';
    throw new LedgerError('RPC_MALFORMED', `eth_call: ${name}() answered ${answer.length} characters`, hint, {
      cause,
    });
  }
}

/** Call data of `anchor` for 146-byte records in ascending order. */
export function encodeAnchor(wires: readonly Uint8Array[]): string {
  return anchorInterface.encodeFunctionData('anchor', [concat(wires)]);
}

/**
 * The gateways and sequences of the records in call data of `anchor`, in order.
 * @throws RangeError for other call data
 */
export function decodeAnchorCall(data: string): { gateway: Uint8Array; seq: number }[] {
  const records = getBytes(anchorInterface.decodeFunctionData('anchor', data)[0]);
  const found: { gateway: Uint8Array; seq: number }[] = [];
  for (let at = 0; at < records.length; at += recordBytes) {
    const seq = new DataView(records.buffer, records.byteOffset + at).getUint32(gatewayBytes);
    found.push({ gateway: records.slice(at, at + gatewayBytes), seq });
  }
  return found;
}

/** The headers of all gateways that this transaction anchored, in order. */
export function anchoredOfFleet(receipt: Receipt, contract: string): { gateway: Uint8Array; seq: number }[] {
  const topic = anchorInterface.getEvent('Anchored')?.topicHash;
  return receipt.logs.flatMap(({ address, topics, data }) => {
    const [name, gateway] = topics;
    if (!receipt.succeeded || address !== contract || name !== topic || gateway === undefined) return [];
    const word = getBytes(data);
    if (word.length !== wordBytes) return [];
    const seq = new DataView(word.buffer).getUint32(headBytes);
    return [{ gateway: getBytes(gateway).slice(wordBytes - gatewayBytes), seq }];
  });
}

/** The headers of one gateway that this transaction anchored, in order. Logs of other contracts are ignored. */
export function anchoredHeads(receipt: Receipt, contract: string, gateway: Uint8Array): GatewayHead[] {
  return logsAbout('Anchored', receipt, contract, gateway).flatMap(({ data }) => {
    const word = getBytes(data);
    if (word.length !== wordBytes) return [];
    const seq = new DataView(word.buffer).getUint32(headBytes);
    return [{ registered: true, head: word.slice(0, headBytes), seq }];
  });
}

/** Whether this transaction registered the gateway. */
export function isRegistration(receipt: Receipt, contract: string, gateway: Uint8Array): boolean {
  return logsAbout('Registered', receipt, contract, gateway).length > 0;
}

function logsAbout(
  event: 'Anchored' | 'Registered',
  receipt: Receipt,
  contract: string,
  gateway: Uint8Array,
) {
  const topic = anchorInterface.getEvent(event)?.topicHash;
  const gatewayTopic = `0x${hexlify(gateway).slice(2).padStart(64, '0')}`;
  return receipt.logs.filter(
    ({ address, topics }) =>
      receipt.succeeded && address === contract && topics[0] === topic && topics[1] === gatewayTopic,
  );
}
