// `coldgate ledger register`, `rotate` and `revoke`: what the keeper of a registry does, from a desk and not on a truck.

import { anchorCodeHashOf } from '../../ledger-sync/anchor/anchor-code.js';
import { readChainId } from '../../ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../ledger-sync/anchor/contract-client.js';
import type { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../../ledger-sync/anchor/ledger-error.js';
import type { PayingWallet } from '../../ledger-sync/anchor/paying-wallet.js';
import {
  ledgerProofs,
  parseRegistrationFile,
  type RegistrationFile,
  type RotationFile,
} from '../../ledger-sync/anchor/registration-file.js';
import { registerGateway, revokeGateway, rotateGateway } from '../../ledger-sync/anchor/registry.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ActorOptions, actorOf, addressOption, readSmallFile } from './ledger-parts.js';

/** Those of P-256 carry the public key too. */
const SECP256K1_PROOF_BYTES = 64;

export interface ProofOptions extends ActorOptions {
  /** File of `coldgate ledger proof`. */
  readonly file: string;
  readonly json?: boolean;
}

export interface RevokeOptions extends ActorOptions {
  readonly contract: string;
  readonly gateway: string;
  readonly lastValidSeq: string;
  readonly reason: string;
  readonly json?: boolean;
}

/** @throws UsageError, KeyError, LedgerError, FileError */
export async function runLedgerRegister(options: ProofOptions, io: CliIo): Promise<ExitCode> {
  const file = parseRegistrationFile(readSmallFile(options.file));
  if (file.format === 'coldgate-rotation') {
    throw new UsageError('WRONG_USE', `${options.file} is a rotation`, 'use coldgate ledger rotate');
  }
  const { rpc, wallet } = await registrarOf(options, file);
  const target = { rpc, wallet, contract: fromHex(file.contract) };
  const [proof] = ledgerProofs(file);
  const transactionHash = await registerGateway(target, fromHex(file.gateway), proof);
  tell(options.json, { gateway: file.gateway, contract: file.contract, transactionHash }, io, [
    `${file.gateway} is registered at ${file.contract}: transaction ${transactionHash}`,
  ]);
  return exitCodes.ok;
}

/** @throws UsageError, KeyError, LedgerError, FileError */
export async function runLedgerRotate(options: ProofOptions, io: CliIo): Promise<ExitCode> {
  const file = parseRegistrationFile(readSmallFile(options.file));
  if (file.format === 'coldgate-registration') {
    throw new UsageError('WRONG_USE', `${options.file} is a registration`, 'use coldgate ledger register');
  }
  const { rpc, wallet } = await registrarOf(options, file);
  const transactionHash = await rotate(rpc, wallet, file);
  const { gateway, successor, lastSeq, contract } = file;
  tell(options.json, { gateway, successor, lastSeq, contract, transactionHash }, io, [
    `${successor} takes the place of ${gateway} at ${contract}: transaction ${transactionHash}`,
    `Headers of the old key are valid up to ${lastSeq}; it anchors nothing more.`,
  ]);
  return exitCodes.ok;
}

function rotate(rpc: JsonRpc, wallet: PayingWallet, file: RotationFile): Promise<string> {
  const target = { rpc, wallet, contract: fromHex(file.contract) };
  const [old, successor = old] = ledgerProofs(file);
  return rotateGateway(target, fromHex(file.gateway), fromHex(file.successor), [old, successor]);
}

/** @throws UsageError, KeyError, LedgerError */
export async function runLedgerRevoke(options: RevokeOptions, io: CliIo): Promise<ExitCode> {
  const contract = addressOption('--contract', options.contract);
  const gateway = addressOption('gateway', options.gateway);
  if (!/^\d{1,10}$/.test(options.lastValidSeq)) {
    const hint = 'write the number of the last header that you believe, 0 for none';
    throw new UsageError('WRONG_USE', `--last-valid-seq ${options.lastValidSeq} is no number`, hint);
  }
  const lastValidSeq = Number(options.lastValidSeq);
  const actor = await actorOf(options);
  const transactionHash = await revokeGateway({ ...actor, contract }, gateway, lastValidSeq, options.reason);
  tell(options.json, { gateway: options.gateway, lastValidSeq, transactionHash }, io, [
    `${options.gateway} is revoked: transaction ${transactionHash}`,
    `Its headers are valid up to ${lastValidSeq}; it anchors nothing more, and this cannot be undone.`,
  ]);
  return exitCodes.ok;
}

/** The account, if it is the one that the file names and the node serves its chain. */
async function registrarOf(options: ProofOptions, file: RegistrationFile) {
  const actor = await actorOf(options);
  const own = actor.wallet.address.toLowerCase();
  if (own !== file.registrar) {
    const hint = `let the gateway make it for this account: coldgate ledger proof --registrar ${own}`;
    throw new UsageError('WRONG_USE', `the file is for registrar ${file.registrar}, the key is ${own}`, hint);
  }
  const chainId = await readChainId(actor.rpc);
  if (chainId === file.chainId) {
    await requireTwinOfP256(actor.rpc, file);
    return actor;
  }
  const message = `the endpoint serves chain ${chainId}, the file is for chain ${file.chainId}`;
  throw new LedgerError('WRONG_CHAIN', message, 'Check --rpc, or let the gateway make the file anew.');
}

/** A key of P-256 is one for the twin contract: any other would refuse the proof without saying why. */
async function requireTwinOfP256(rpc: JsonRpc, file: RegistrationFile): Promise<void> {
  if (ledgerProofs(file).every((proof) => proof.length === SECP256K1_PROOF_BYTES)) return;
  const contract = new AnchorContract(rpc, fromHex(file.contract));
  await contract.assertGenuine([anchorCodeHashOf('P-256')]).catch((error: unknown) => {
    if (!(error instanceof LedgerError) || error.code !== 'CONTRACT_UNKNOWN') throw error;
    const message = `${file.contract} keeps no gateways whose key is of P-256, as in a secure element`;
    throw new LedgerError(
      'CONTRACT_UNKNOWN',
      message,
      'Use one of coldgate ledger deploy --contract anchor-p256.',
      {
        cause: error,
      },
    );
  });
}

function tell(isJson: boolean | undefined, result: object, io: CliIo, lines: readonly string[]): void {
  if (isJson) io.out(JSON.stringify(result, undefined, 2));
  else for (const line of lines) io.out(line);
}
