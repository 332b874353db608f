// `coldgate init`: a configuration, the device key or where it is in a token, the paying key and their passphrases in one folder.
// Overwrites nothing, and takes away what it made when it cannot finish.

import { existsSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { identifierPattern } from '../../config/fields.js';
import { configText } from '../../config/template.js';
import { createKeyFile, createPassphraseFile } from '../sealing/key-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { makeInToken, type TokenChoice, type TokenOptions, tokenChoiceOf } from './init-token.js';

export interface InitOptions extends TokenOptions {
  /** Folder to fill; made if absent. */
  readonly dir: string;
  /** Gateway name; the host name when absent. */
  readonly name?: string | undefined;
  /** As the configuration names it: relative to its own folder. */
  readonly dataDir?: string | undefined;
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
  const dataDir = dataDirFrom(options.dataDir);
  const token = tokenChoiceOf(options);
  const files = filesIn(options.dir, token);
  refuseOverwrite(Object.values(files).filter((file) => file !== token?.pinFile));
  const keysDir = join(options.dir, 'keys');
  const keysDirExisted = existsSync(keysDir);
  mkdirSync(options.dir, { recursive: true });
  mkdirSync(keysDir, { recursive: true, mode: 0o700 });
  const undo: (() => void)[] = [];
  try {
    const addresses = await makeFiles(files, { name, dataDir, token }, undo);
    print(options.json === true, { ...addresses, name, files }, token, io);
    return exitCodes.ok;
  } catch (error) {
    for (const takeBack of undo) takeBack();
    if (!keysDirExisted) rmSync(keysDir, { recursive: true, force: true });
    throw error;
  }
}

function filesIn(dir: string, token: TokenChoice | undefined): InitFiles {
  return {
    config: join(dir, 'coldgate.yaml'),
    passphrase: token?.pinFile ?? join(dir, 'keys', 'passphrase'),
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
  {
    name,
    dataDir,
    token,
  }: { readonly name: string; readonly dataDir: string; readonly token: TokenChoice | undefined },
  undo: (() => void)[],
): Promise<{ gatewayAddress: string; payerAddress: string }> {
  const made = (path: string) => undo.push(() => rmSync(path, { force: true }));
  const makePair = async (passphraseFile: string, keyFile: string): Promise<string> => {
    const passphrase = createPassphraseFile(passphraseFile);
    made(passphraseFile);
    const { address } = await createKeyFile(keyFile, passphrase);
    made(keyFile);
    return address;
  };
  const gatewayAddress = token
    ? await makeInToken(token, files.deviceKey, (takeBack) => undo.push(takeBack))
    : await makePair(files.passphrase, files.deviceKey);
  if (token) made(files.deviceKey);
  const payerAddress = await makePair(files.payerPassphrase, files.payerKey);
  const text = configText({ name, dataDir, keysDir: './keys', passphraseFile: token?.pinFile });
  writeFileSync(files.config, text, { flag: 'wx', mode: 0o644, flush: true });
  made(files.config);
  return { gatewayAddress, payerAddress };
}

interface InitResult {
  readonly name: string;
  readonly gatewayAddress: string;
  readonly payerAddress: string;
  readonly files: InitFiles;
}

function print(asJson: boolean, result: InitResult, token: TokenChoice | undefined, io: CliIo): void {
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
  if (token)
    io.out(
      `  1. The key is in token ${token.place.tokenLabel} and cannot be copied. Keep ${passphrase} and the PUK safe.`,
    );
  else io.out(`  1. Keep a copy of ${deviceKey} and ${passphrase} in a safe place.`);
  io.out(`  2. Name your probes and readers in ${config}.`);
  io.out(`  3. coldgate check-config -c ${config}`);
  io.out(`  4. coldgate run -c ${config}`);
}

/** It stands in the file as it is given, so what YAML or a shell would read otherwise is refused. */
function dataDirFrom(given: string | undefined): string {
  if (given === undefined) return './data';
  if (/^[A-Za-z0-9._/-]+$/.test(given)) return given;
  const message = `${JSON.stringify(given)} is no folder for the journal`;
  throw new UsageError('WRONG_USE', message, 'use letters, digits, . _ - and /');
}

/** The host's name without its domain, as far as it is a legal gateway name. */
function nameOfHost(): string {
  const name = hostname()
    .split('.')[0]
    ?.replace(/[^A-Za-z0-9_-]/g, '-')
    .slice(0, 64);
  return name ? name : 'gateway';
}
