// What the serials commands share: the contract that is asked, the account that signs, and the call that somebody else
// may carry and pay.

import { readChainId } from '../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../ledger-sync/anchor/contract-client.js';
import { deployable } from '../../ledger-sync/anchor/deployable.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import type { MinedTransaction } from '../../ledger-sync/anchor/send-and-wait.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { SerialsContract } from '../../ledger-sync/serials/serials-contract.js';
import type { CliIo } from './cli-io.js';
import { deadlineOption } from './count-option.js';
import { type ActorOptions, actorOf, addressOption } from './ledger-parts.js';
import { writeSignedCall } from './signed-call.js';

/** A lot of a million packs. */
export const MAX_LOT_FILE_BYTES = 128 * 1024 * 1024;
/** Of which one call takes any number out of the world: those of one word of bits. */
export const PACKS_PER_CALL = 256;
/** What holds a secret. */
export const PRIVATE_MODE = 0o600;

export interface AskOptions {
  readonly rpc: string;
  readonly contract: string;
  readonly json?: boolean;
}

export interface ActOptions extends AskOptions, ActorOptions {
  /** How long the signature is worth something. */
  readonly validMinutes: string;
  /** File for the signed call, which anyone may send; instead of sending it. */
  readonly sign?: string;
}

/** The contract, once its code was found to be that of this release. @throws UsageError, LedgerError */
export async function contractAt(options: AskOptions) {
  const address = addressOption('--contract', options.contract);
  const rpc = new JsonRpc(options.rpc);
  const chainId = await readChainId(rpc);
  await new AnchorContract(rpc, address).assertGenuine([deployable('serials').runtimeCodeHash]);
  const contract = options.contract.toLowerCase();
  return { rpc, chainId, contract, serials: new SerialsContract(rpc, contract) };
}

/** Who signs, for which ledger, until when. @throws UsageError, KeyError, LedgerError */
export async function actingAt(options: ActOptions) {
  const asked = await contractAt(options);
  const { wallet } = await actorOf(options);
  const signer = new SoftwareSigner(fromHex(wallet.signingKey.privateKey));
  const deadline = deadlineOption(options.validMinutes);
  const domain = { chainId: asked.chainId, verifyingContract: fromHex(asked.contract) };
  return { ...asked, wallet, signer, account: wallet.address.toLowerCase(), deadline, domain };
}

export type Acting = Awaited<ReturnType<typeof actingAt>>;

/**
 * Sends the call, or writes it for whoever will.
 * @returns undefined where it was written
 * @throws LedgerError, UsageError WOULD_OVERWRITE, FileError
 */
export async function deliver(
  { sign, json }: ActOptions,
  { serials, wallet, chainId, contract }: Acting,
  data: string,
  io: CliIo,
): Promise<MinedTransaction | undefined> {
  if (sign === undefined) return serials.send(wallet, data);
  const call = { format: 'coldgate-serials-call', version: 1, chainId, contract, data } as const;
  writeSignedCall(sign, call, 'coldgate serials send', json, io);
  return undefined;
}

/** @throws LedgerError WRONG_CHAIN */
export function assertSameLedger(
  asked: { readonly chainId: number; readonly contract: string },
  file: { readonly chainId: number; readonly contract: string },
): void {
  if (asked.chainId === file.chainId && asked.contract === file.contract) return;
  const message = `the file is for contract ${file.contract} on chain ${file.chainId}`;
  const hint = `Asked was ${asked.contract} on chain ${asked.chainId}: check --rpc and --contract.`;
  throw new LedgerError('WRONG_CHAIN', message, hint);
}

/** The result as JSON, or as lines for a person. */
export function tell(isJson: boolean | undefined, result: object, io: CliIo, lines: readonly string[]): void {
  if (isJson === true) io.out(JSON.stringify(result, undefined, 2));
  else for (const line of lines) io.out(line);
}
