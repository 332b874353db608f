// `coldgate init`: a configuration, the device key, the paying key and their passphrases in one folder.
// Overwrites nothing, and takes away what it made when it cannot finish.

import { existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { identifierPattern } from '../../config/fields.js';
import { configText } from '../../config/template.js';
import { createKeyFile, createPassphraseFile } from '../sealing/key-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

export interface InitOptions {
  /** Folder to fill; made if absent. */
  readonly dir: string;
  /** Gateway name; the host name when absent. */
  readonly name?: string | undefined;
  readonly json?: boolean | undefined;
}

interface InitFiles {
  readonly config: string;
  readonly passphrase: string;
  readonly deviceKey: string;
  readonly payerPassphrase: string;
  readonly payerKey: string;
}

/**
 * Makes the files and prints both addresses with the next steps.
 * @throws UsageError for a bad name or a file that exists; KeyError when a file cannot be written
 */
export async function runInit(options: InitOptions, io: CliIo): Promise<ExitCode> {
  const name = options.name ?? nameOfHost();
  if (!identifierPattern.test(name)) {
    throw new UsageError(
      'WRONG_USE',
      `${JSON.stringify(name)} is no gateway name`,
      'use 1 to 64 of A-Z a-z 0-9 _ -',
    );
  }
  const files = filesIn(options.dir);
  refuseOverwrite(Object.values(files));
  const keysDir = join(options.dir, 'keys');
  const keysDirExisted = existsSync(keysDir);
  mkdirSync(options.dir, { recursive: true });
  mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  const made: string[] = [];
  try {
    const addresses = await makeFiles(files, name, made);
    print(options.json === true, { ...addresses, name, files }, io);
    return exitCodes.ok;
  } catch (error) {
    for (const path of made) rmSync(path, { force: true });
    if (!keysDirExisted) rmSync(keysDir, { recursive: true, force: true });
    throw error;
  }
}

function filesIn(dir: string): InitFiles {
  return {
    config: join(dir, 'coldgate.yaml'),
    passphrase: join(dir, 'keys', 'passphrase'),
    deviceKey: join(dir, 'keys', 'device-key.json'),
    payerPassphrase: join(dir, 'keys', 'payer-passphrase'),
    payerKey: join(dir, 'keys', 'payer-key.json'),
  };
}

function refuseOverwrite(paths: readonly string[]): void {
  // lstat: a link that leads nowhere is in the way as well.
  const taken = paths.find((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
  if (taken === undefined) return;
  throw new UsageError(
    'WOULD_OVERWRITE',
    `${taken} exists; nothing was changed`,
    'choose an empty folder: a device key that is lost cannot be made again',
  );
}

/** The configuration comes last: where it exists, everything that it names exists. */
async function makeFiles(
  files: InitFiles,
  name: string,
  made: string[],
): Promise<{ gatewayAddress: string; payerAddress: string }> {
  const makePair = async (passphraseFile: string, keyFile: string): Promise<string> => {
    const passphrase = createPassphraseFile(passphraseFile);
    made.push(passphraseFile);
    const { address } = await createKeyFile(keyFile, passphrase);
    made.push(keyFile);
    return address;
  };
  const gatewayAddress = await makePair(files.passphrase, files.deviceKey);
  const payerAddress = await makePair(files.payerPassphrase, files.payerKey);
  const text = configText({ name, dataDir: './data', keysDir: './keys' });
  writeFileSync(files.config, text, { flag: 'wx', mode: 0o644, flush: true });
  made.push(files.config);
  return { gatewayAddress, payerAddress };
}

interface InitResult {
  readonly name: string;
  readonly gatewayAddress: string;
  readonly payerAddress: string;
  readonly files: InitFiles;
}

function print(asJson: boolean, result: InitResult, io: CliIo): void {
  if (asJson) {
    io.out(JSON.stringify(result, undefined, 2));
    return;
  }
  const { config, deviceKey, passphrase } = result.files;
  io.out(`Gateway ${result.name} is set up.`);
  io.out(`  device key  ${result.gatewayAddress}  signs every record`);
  io.out(`  paying key  ${result.payerAddress}  pays for anchoring, if a ledger is configured`);
  io.out('');
  io.out('Next:');
  io.out(`  1. Keep a copy of ${deviceKey} and ${passphrase} in a safe place.`);
  io.out(`  2. Name your probes and readers in ${config}.`);
  io.out(`  3. coldgate check-config -c ${config}`);
  io.out(`  4. coldgate run -c ${config}`);
}

/** The host's name without its domain, as far as it is a legal gateway name. */
function nameOfHost(): string {
  const name = hostname()
    .split('.')[0]
    ?.replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 64);
  return name ? name : 'gateway';
}
