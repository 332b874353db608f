// What the agreement commands share: the file, the contract on its chain, and the call that the account here sends, or
// that anyone may carry.

import { readChainId } from '../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../ledger-sync/anchor/contract-client.js';
import { deployable } from '../../ledger-sync/anchor/deployable.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { AgreementContract } from '../../ledger-sync/shipments/agreement-contract.js';
import { type AgreementFile, parseAgreementFile } from '../../ledger-sync/shipments/agreement-file.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { type ActorOptions, actorOf, readSmallFile, writeNewFile } from './ledger-parts.js';

export interface AskOptions {
  /** Agreement file. */
  readonly file: string;
  readonly rpc: string;
  readonly json?: boolean;
}

export interface ActOptions extends AskOptions, ActorOptions {
  /** File for the call, which anyone may send; instead of sending it. */
  readonly call?: string;
}

/** A call that waits for a carrier. */
export interface AgreementCall {
  readonly format: 'coldgate-agreement-call';
  readonly version: 1;
  readonly chainId: number;
  readonly contract: string;
  readonly data: string;
}

export const readAgreement = (path: string): AgreementFile => parseAgreementFile(readSmallFile(path));

/** The contract, once chain and code were found to be right. @throws LedgerError WRONG_CHAIN, CONTRACT_* */
export async function agreementAt(
  rpcUrl: string,
  { chainId, contract }: Pick<AgreementFile, 'chainId' | 'contract'>,
): Promise<AgreementContract> {
  const rpc = new JsonRpc(rpcUrl);
  const found = await readChainId(rpc);
  if (found !== chainId) {
    const message = `the agreement is for chain ${chainId}, this node has chain ${found}`;
    throw new LedgerError('WRONG_CHAIN', message, 'Check --rpc.');
  }
  const anchor = new AnchorContract(rpc, fromHex(contract.slice(2)));
  await anchor.assertGenuine([deployable('agreement').runtimeCodeHash]);
  return new AgreementContract(rpc, contract);
}

/** Agreement and contract of a command. @throws LedgerError, FileError */
export async function opened(options: AskOptions) {
  const agreement = readAgreement(options.file);
  return { agreement, contract: await agreementAt(options.rpc, agreement) };
}

export type Opened = Awaited<ReturnType<typeof opened>>;

/**
 * Sends a call and tells of it, or writes it for whoever will.
 * @param done what is then true, for a person
 * @throws LedgerError, KeyError, UsageError, FileError
 */
export async function act(
  options: ActOptions,
  { agreement, contract }: Opened,
  { data, valueWei = 0n, done }: { readonly data: string; readonly valueWei?: bigint; readonly done: string },
  io: CliIo,
): Promise<ExitCode> {
  const { chainId, contract: address } = agreement;
  if (options.call !== undefined) {
    const call: AgreementCall = {
      format: 'coldgate-agreement-call',
      version: 1,
      chainId,
      contract: address,
      data,
    };
    writeNewFile(options.call, call);
    if (options.json) io.out(JSON.stringify({ ...call, file: options.call }));
    else io.out(`${options.call}: anyone may carry it: coldgate agreement send ${options.call}`);
    return exitCodes.ok;
  }
  const { wallet } = await actorOf(options);
  const { transactionHash, blockNumber, gasUsed } = await contract.send(wallet, data, valueWei);
  if (options.json) io.out(JSON.stringify({ transactionHash, blockNumber, gasUsed: Number(gasUsed) }));
  else io.out(`${done}: transaction ${transactionHash}, ${gasUsed} gas`);
  return exitCodes.ok;
}
