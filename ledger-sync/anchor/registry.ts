// The registry of the anchor contract: what it says about a gateway, and the three things that a registrar or a
// revoker does to one. By a person at a keyboard: the submitter only reads it.
import { getBytes, hexlify, toUtf8Bytes } from 'ethers/utils';
import { blockTag, hexData } from './chain-reader.js';
import { anchorInterface } from './contract-client.js';
import { explained } from './contract-refusal.js';
import type { Rpc } from './json-rpc.js';
import { LedgerError } from './ledger-error.js';
import type { PayingWallet } from './paying-wallet.js';
import { sendAndWait } from './send-and-wait.js';

/** In the order of the contract's enum. */
export const gatewayStatuses = ['unregistered', 'active', 'rotated', 'frozen', 'revoked'] as const;
export type GatewayStatus = (typeof gatewayStatuses)[number];

export interface RegistryEntry {
  readonly status: GatewayStatus;
  /** Newest anchored sequence; 0 before the first. */
  readonly seq: number;
  /** Headers above it are not to be believed, though they may be anchored; undefined while nothing limits it. */
  readonly lastValidSeq: number | undefined;
  /** Time of the block in which it was stopped, Unix ms; undefined while it is not. */
  readonly stoppedAtMs: number | undefined;
  /** The key that took its place, 20 bytes; undefined where none did. */
  readonly successor: Uint8Array | undefined;
}

/** Who acts, and where. */
export interface RegistryTarget {
  readonly rpc: Rpc;
  readonly wallet: PayingWallet;
  /** 20 bytes. */
  readonly contract: Uint8Array;
}

const MS_PER_SECOND = 1000;
const REASON_BYTES = 32;

/**
 * What the registry says about a gateway at one block.
 * @param contract 0x address of a contract that was found genuine
 * @param gateway 20 bytes
 * @throws LedgerError RPC_*
 */
export async function readRegistryEntry(
  rpc: Rpc,
  contract: string,
  gateway: Uint8Array,
  blockNumber: number,
): Promise<RegistryEntry> {
  const data = anchorInterface.encodeFunctionData('statusOf', [hexlify(gateway)]);
  const call = { to: contract, data };
  const answer = hexData(await rpc.call('eth_call', [call, blockTag(blockNumber)]), 'eth_call');
  const [status, seq, lastValidSeq, stoppedAt, successor] = decodeStatus(answer);
  const name = gatewayStatuses[Number(status)];
  if (name === undefined) throw malformed(`status ${status}`);
  const isStopped = name !== 'active' && name !== 'unregistered';
  const next = getBytes(successor);
  return {
    status: name,
    seq: Number(seq),
    lastValidSeq: isStopped ? Number(lastValidSeq) : undefined,
    stoppedAtMs: isStopped ? Number(stoppedAt) * MS_PER_SECOND : undefined,
    successor: next.some((byte) => byte !== 0) ? next : undefined,
  };
}

/**
 * Registers a gateway; the wallet must hold REGISTRAR_ROLE and be the one named in the proof.
 * Resolves when the registration is in a block.
 * @param gateway 20 bytes
 * @param proof 64-byte EIP-2098 signature by the gateway over `Registration(gateway, registrar)`
 * @returns the transaction's hash
 * @throws LedgerError of sendAndWait; CONTRACT_REFUSED with the contract's own error (role, proof, registered already)
 */
export function registerGateway(
  target: RegistryTarget,
  gateway: Uint8Array,
  proof: Uint8Array,
): Promise<string> {
  return act(target, 'register', [hexlify(gateway), hexlify(proof)]);
}

/**
 * Puts another key in the place of a gateway's; the wallet must hold REGISTRAR_ROLE and be the one named in the proofs.
 * @param gateway the old key's address, 20 bytes
 * @param successor the new one's
 * @param proofs 64-byte signatures over the same `Rotation`, of the old key and of the new one
 * @throws as registerGateway
 */
export function rotateGateway(
  target: RegistryTarget,
  gateway: Uint8Array,
  successor: Uint8Array,
  proofs: readonly [old: Uint8Array, successor: Uint8Array],
): Promise<string> {
  return act(target, 'rotate', [hexlify(gateway), hexlify(successor), ...proofs.map((one) => hexlify(one))]);
}

/**
 * Stops a gateway for good; the wallet must hold REVOKER_ROLE.
 * @param lastValidSeq headers above it are not to be believed; at most the newest anchored one
 * @param reason at most 32 bytes of UTF-8; stands on the ledger, so it must name nobody
 * @throws as registerGateway
 */
export async function revokeGateway(
  target: RegistryTarget,
  gateway: Uint8Array,
  lastValidSeq: number,
  reason: string,
): Promise<string> {
  const text = toUtf8Bytes(reason);
  if (text.length > REASON_BYTES) {
    const message = `the reason has ${text.length} bytes, the ledger keeps ${REASON_BYTES}`;
    throw new LedgerError('CONTRACT_REFUSED', message, 'Shorten it, or write the hash of a document.');
  }
  const word = new Uint8Array(REASON_BYTES);
  word.set(text);
  return act(target, 'revoke', [hexlify(gateway), lastValidSeq, hexlify(word)]);
}

async function act(
  { rpc, wallet, contract }: RegistryTarget,
  name: string,
  values: readonly unknown[],
): Promise<string> {
  const data = anchorInterface.encodeFunctionData(name, values);
  try {
    return (await sendAndWait(rpc, wallet, hexlify(contract), data)).transactionHash;
  } catch (error) {
    throw explained(error, anchorInterface);
  }
}

function decodeStatus(answer: string) {
  try {
    return anchorInterface.decodeFunctionResult('statusOf', answer);
  } catch (cause) {
    throw malformed(`${answer.length} characters`, cause);
  }
}

function malformed(what: string, cause?: unknown): LedgerError {
  const hint = 'Check the RPC endpoint and the contract address.';
  return new LedgerError('RPC_MALFORMED', `eth_call: statusOf() answered ${what}`, hint, { cause });
}
