// What the trial commands in front of a ledger share: the trial file, the contract that is asked, who signs, and calls that
// somebody else may carry and pay.

import { readChainId } from '../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../ledger-sync/anchor/contract-client.js';
import { deployable } from '../../ledger-sync/anchor/deployable.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import type { MinedTransaction } from '../../ledger-sync/anchor/send-and-wait.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { TrialContract, trialCall } from '../../ledger-sync/trials/trial-contract.js';
import {
  ledgerDomain,
  ledgerName,
  parseTrialFile,
  type TrialFile,
} from '../../ledger-sync/trials/trial-file.js';
import {
  signTrial,
  type TrialRequestName,
  type TrialRequests,
} from '../../ledger-sync/trials/trial-requests.js';
import type { CliIo } from './cli-io.js';
import { deadlineOption } from './count-option.js';
import { type ActorOptions, actorOf, readSmallFile } from './ledger-parts.js';
import { writeSignedCall } from './signed-call.js';

export interface AskOptions {
  /** Trial file. */
  readonly trial: string;
  readonly rpc: string;
  readonly json?: boolean;
}

export interface ActOptions extends AskOptions, ActorOptions {
  readonly validMinutes: string;
  /** File for the signed call, which anyone may send; instead of sending it. */
  readonly sign?: string;
}

/** The contract on the chain that the file names, once its code was found to be that of this release. @throws LedgerError */
export async function contractOf(
  rpcUrl: string,
  { chainId, contract }: Pick<TrialFile, 'chainId' | 'contract'>,
) {
  const rpc = new JsonRpc(rpcUrl);
  const found = await readChainId(rpc);
  if (found !== chainId) {
    const message = `the trial is on chain ${chainId}, the node is of chain ${found}`;
    throw new LedgerError('WRONG_CHAIN', message, 'Check --rpc and the trial file.');
  }
  await new AnchorContract(rpc, fromHex(contract.slice(2))).assertGenuine([
    deployable('trial').runtimeCodeHash,
  ]);
  return new TrialContract(rpc, contract);
}

/** @throws TrialError, FileError, LedgerError */
export async function askingAt({ trial, rpc }: AskOptions) {
  const file = parseTrialFile(readSmallFile(trial));
  return { file, name: ledgerName(file), contract: await contractOf(rpc, file) };
}

/** Who signs, for which trial, until when. @throws UsageError, KeyError, TrialError, FileError, LedgerError */
export async function actingAt(options: ActOptions) {
  const asked = await askingAt(options);
  const { wallet } = await actorOf(options);
  const deadline = deadlineOption(options.validMinutes);
  const signer = new SoftwareSigner(fromHex(wallet.signingKey.privateKey.slice(2)));
  return { ...asked, wallet, signer, by: wallet.address.toLowerCase(), deadline };
}

export type Acting = Awaited<ReturnType<typeof actingAt>>;

/**
 * Signs, and sends or writes the call for whoever will.
 * @returns undefined where it was written
 * @throws LedgerError, UsageError WOULD_OVERWRITE, FileError
 */
export async function deliver<Name extends TrialRequestName>(
  { sign, json }: ActOptions,
  { file, signer, wallet, contract }: Acting,
  name: Name,
  request: TrialRequests[Name],
  io: CliIo,
): Promise<MinedTransaction | undefined> {
  const data = trialCall(name, request, signTrial(signer, ledgerDomain(file), name, request));
  if (sign === undefined) return contract.send(wallet, data);
  const { chainId } = file;
  const call = { format: 'coldgate-trial-call', version: 1, chainId, contract: file.contract, data } as const;
  writeSignedCall(sign, call, 'coldgate trial send', json, io);
  return undefined;
}
