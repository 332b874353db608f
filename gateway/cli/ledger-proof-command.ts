// `coldgate ledger proof`, on the gateway: the file with which a registrar can register this gateway's key, or put another
// key in its place. And `coldgate ledger key`: a key for the registrar's desk.

import { existsSync } from 'node:fs';
import { loadConfig } from '../../config/load.js';
import type { Config } from '../../config/schema.js';
import { readBlock } from '../../ledger-sync/anchor/chain-reader.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import {
  type RegistrationFile,
  registrationFile,
  rotationFile,
} from '../../ledger-sync/anchor/registration-file.js';
import { readRegistryEntry } from '../../ledger-sync/anchor/registry.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { createKeyFile, createPassphraseFile, readPassphrase } from '../sealing/key-file.js';
import { deviceSigner } from '../sealing/open-device-key.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { addressOption, readSmallFile, writeNewFile } from './ledger-parts.js';

export interface MakeProofOptions {
  readonly config: string;
  readonly registrar: string;
  readonly output: string;
  /** Asked how far the old key came; the ledger section's by default. */
  readonly rpc?: string;
  readonly successorKey?: string;
  readonly successorPassphrase?: string;
  readonly json?: boolean;
}

export interface NewKeyOptions {
  readonly file: string;
  readonly passphrase: string;
  /** File with 64 hex digits: a key that exists already. */
  readonly import?: string;
  readonly json?: boolean;
}

/** @throws ConfigError, UsageError, KeyError, LedgerError, FileError */
export async function runLedgerProof(options: MakeProofOptions, io: CliIo): Promise<ExitCode> {
  const { gateway, ledger } = loadConfig(options.config);
  if (!ledger) {
    const hint = 'add the section ledger with rpcUrl, chainId and contract';
    throw new UsageError('WRONG_USE', `${options.config} names no ledger`, hint);
  }
  const registrar = addressOption('--registrar', options.registrar);
  const device = await deviceSigner(gateway);
  const file = await proofOf(options, ledger, device, registrar);
  writeNewFile(options.output, file);
  if (options.json) io.out(JSON.stringify(file, undefined, 2));
  else {
    const next = file.format === 'coldgate-rotation' ? 'rotate' : 'register';
    io.out(`${options.output} is for registrar ${file.registrar}. It holds no secret.`);
    io.out(`Next, at the registrar's desk: coldgate ledger ${next} ${options.output}`);
  }
  return exitCodes.ok;
}

async function proofOf(
  { successorKey, successorPassphrase, rpc: url }: MakeProofOptions,
  ledger: NonNullable<Config['ledger']>,
  device: Signer,
  registrar: Uint8Array,
): Promise<RegistrationFile> {
  const contract = ledger.contract.toLowerCase();
  const domain = { chainId: ledger.chainId, verifyingContract: fromHex(contract) };
  if (successorKey === undefined) return registrationFile(device, domain, registrar);
  if (successorPassphrase === undefined) {
    const hint = 'name the file that opens the new key';
    throw new UsageError('WRONG_USE', '--successor-key needs --successor-passphrase', hint);
  }
  const successor = await deviceSigner({ keyFile: successorKey, passphraseFile: successorPassphrase });
  const rpc = new JsonRpc(url ?? ledger.rpcUrl);
  const { number } = await readBlock(rpc, 'latest');
  const { status, seq } = await readRegistryEntry(rpc, contract, device.address, number);
  if (status === 'active') return rotationFile([device, successor], domain, registrar, seq);
  const hint =
    'only a key that is registered and not stopped can be replaced; register the new one by itself';
  throw new UsageError('WRONG_USE', `this gateway is ${status} at ${contract}`, hint);
}

/**
 * Makes a key file, and its passphrase file unless that exists.
 * @throws UsageError, KeyError, FileError
 */
export async function runLedgerKey(options: NewKeyOptions, io: CliIo): Promise<ExitCode> {
  const imported = options.import === undefined ? undefined : importedKey(readSmallFile(options.import));
  const isKnown = existsSync(options.passphrase);
  const passphrase = isKnown ? readPassphrase(options.passphrase) : createPassphraseFile(options.passphrase);
  const { address } = await createKeyFile(options.file, passphrase, imported);
  if (options.json) io.out(JSON.stringify({ address, keyFile: options.file }, undefined, 2));
  else io.out(`${options.file} is the key of ${address}; ${options.passphrase} opens it.`);
  return exitCodes.ok;
}

function importedKey(text: string): Uint8Array {
  const digits = text.trim().replace(/^0x/, '');
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return fromHex(digits.toLowerCase());
  throw new UsageError(
    'WRONG_USE',
    'the imported file is no private key',
    'it must hold 64 hexadecimal digits',
  );
}
