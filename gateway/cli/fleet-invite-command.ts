// `coldgate fleet init` and `fleet invite`: the owner's desk is made, and a gateway gets its one-time code.

import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { brokerUrlAllowed, isBrokerUrl } from '../../config/broker-fields.js';
import { readConfigText } from '../../config/load.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { FleetError } from '../fleet/fleet-error.js';
import { MAX_CHAIN_ID } from '../fleet/invite.js';
import { type InviteExtras, inviteFileText } from '../fleet/invite-file.js';
import { FleetFolder } from '../fleet/owner/fleet-folder.js';
import { firstText, makeInvite } from '../fleet/owner/make-invite.js';
import {
  createKeyFile,
  createPassphraseFile,
  readKeyFileAddress,
  readPassphrase,
} from '../sealing/key-file.js';
import { createSecretFile } from '../sealing/secret-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { countOption } from './count-option.js';
import { checkForGateway, type FleetOptions, fileOption, gatewayNameOption } from './fleet-parts.js';
import { addressOption, readSmallFile } from './ledger-parts.js';

interface LoginOptions {
  readonly ca?: string;
  readonly username?: string;
  readonly passwordFile?: string;
}

export interface FleetInitOptions extends LoginOptions, Omit<FleetOptions, 'dir'> {
  readonly dir: string;
  readonly broker: string;
}

export interface InviteOptions extends LoginOptions, FleetOptions {
  readonly name: string;
  readonly broker?: string;
  readonly hours: string;
  readonly configuration?: string;
  readonly unchecked?: boolean;
  readonly output?: string;
  readonly replace?: boolean;
  readonly registrar?: string;
  readonly contract?: string;
  readonly chainId?: string;
}

const MS_PER_HOUR = 3_600_000;
const MOST_HOURS = 2_160;

/** Makes what is missing of a desk. @throws UsageError, KeyError, FleetError FLEET_EXISTS */
export async function runFleetInit(options: FleetInitOptions, io: CliIo): Promise<ExitCode> {
  const { dir, broker: url, ca, passwordFile, username, passphrase: given } = options;
  requirePair(username, passwordFile);
  requireUrl(url);
  if (existsSync(join(dir, 'fleet.json'))) {
    throw new FleetError('FLEET_EXISTS', `${dir} holds a fleet already`, 'choose another folder');
  }
  const broker = {
    url,
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { passwordFile: fileOption('--password-file', passwordFile) }),
    ...(ca === undefined ? {} : { caFile: fileOption('--ca', ca) }),
  };
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const keyFile = join(dir, 'owner-key.json');
  const passphraseFile = given ?? join(dir, 'owner-passphrase');
  const passphrase = existsSync(passphraseFile)
    ? readPassphrase(passphraseFile)
    : createPassphraseFile(passphraseFile);
  if (!existsSync(keyFile)) await createKeyFile(keyFile, passphrase);
  const { address: owner } = readKeyFileAddress(keyFile);
  FleetFolder.create(dir, owner, broker);
  if (options.json) io.out(JSON.stringify({ owner, keyFile, passphraseFile }, undefined, 2));
  else {
    io.out(`${dir} is the desk of the fleet of ${owner}.`);
    io.out(`Keep a copy of ${keyFile} and ${passphraseFile} apart: who has both commands every gateway.`);
    io.out('Next: coldgate fleet invite NAME');
  }
  return exitCodes.ok;
}

/** Makes a code. @throws UsageError, ConfigError, FleetError, KeyError, FileError */
export async function runFleetInvite(options: InviteOptions, io: CliIo): Promise<ExitCode> {
  const folder = new FleetFolder(options.dir);
  const name = gatewayNameOption(options.name);
  const url = options.broker ?? folder.broker.url;
  requireUrl(url);
  const hours = countOption('--hours', options.hours, [1, MOST_HOURS]);
  const extras = extrasOf(options, url, folder);
  const { configuration } = options;
  const text =
    configuration === undefined ? firstText(name, url, extras) : readConfigText(configuration, 'name a file');
  if (!options.unchecked) checkForGateway(text, name, folder, configuration ?? 'first.yaml');
  const ledger = ledgerOf(options);
  if (options.output !== undefined && existsSync(options.output)) {
    throw new UsageError(
      'WOULD_OVERWRITE',
      `${options.output} exists; nothing was written`,
      'choose another name',
    );
  }
  const expiresAtMs = Date.now() + hours * MS_PER_HOUR;
  const replaces = options.replace === true;
  const code = makeInvite(folder, { name, url, expiresAtMs, caPem: extras.caPem, ledger, text, replaces });
  if (options.output !== undefined) createSecretFile(options.output, inviteFileText(code, extras));
  if (options.json) io.out(JSON.stringify({ name, code, expiresAt: new Date(expiresAtMs).toISOString() }));
  else {
    io.out(code);
    io.err(
      `For ${name}, once, within ${hours} hours. On the gateway: coldgate enrol ${options.output ?? 'CODE'}`,
    );
    if (options.output === undefined && extras.username !== undefined)
      io.err('The code holds no login: add --username and --password-file there, or write a file with -o.');
    io.err('Here, until it has come: coldgate fleet accept');
  }
  return exitCodes.ok;
}

/** The login that a gateway gets; the CA is the desk's own unless another broker is named. */
function extrasOf(
  { ca, username, passwordFile, broker }: InviteOptions,
  url: string,
  folder: FleetFolder,
): InviteExtras {
  requirePair(username, passwordFile);
  const file = ca ?? (broker === undefined ? folder.broker.caFile : undefined);
  if (file !== undefined && !url.startsWith('mqtts://')) {
    throw new UsageError('WRONG_USE', '--ca has no effect without TLS', 'use an mqtts:// address');
  }
  return {
    ...(file === undefined ? {} : { caPem: certificateIn(file) }),
    ...(username === undefined ? {} : { username }),
    ...(passwordFile === undefined ? {} : { password: readPassphrase(passwordFile) }),
  };
}

/** PEM of the first certificate in a file. */
function certificateIn(file: string): string {
  try {
    return new X509Certificate(readSmallFile(file)).toString();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError('WRONG_USE', `${file} holds no certificate: ${message}`, 'give a PEM file');
  }
}

function ledgerOf({ registrar, contract, chainId }: InviteOptions) {
  if (registrar === undefined && contract === undefined && chainId === undefined) return undefined;
  if (registrar === undefined || contract === undefined || chainId === undefined) {
    const hint = 'give all three, and the gateway comes with its proof for that registrar';
    throw new UsageError('WRONG_USE', '--registrar, --contract and --chain-id belong together', hint);
  }
  return {
    chainId: countOption('--chain-id', chainId, [1, MAX_CHAIN_ID]),
    contract: `0x${toHex(addressOption('--contract', contract))}`,
    registrar: `0x${toHex(addressOption('--registrar', registrar))}`,
  };
}

function requirePair(username: string | undefined, passwordFile: string | undefined): void {
  if ((username === undefined) === (passwordFile === undefined)) return;
  throw new UsageError('WRONG_USE', '--username and --password-file belong together', 'give both or neither');
}

function requireUrl(url: string): void {
  if (isBrokerUrl(url)) return;
  throw new UsageError('WRONG_USE', `${url} is no address of a broker`, brokerUrlAllowed);
}
