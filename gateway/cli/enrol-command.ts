// `coldgate enrol`, on a fresh machine: makes its keys, shows the owner of the fleet that it has the code, and writes the first
// configuration that comes back. Run again it goes on where it was.

import { existsSync, readFileSync } from 'node:fs';
import { ConfigError } from '../../config/config-error.js';
import { parseConfig, readConfigText } from '../../config/load.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import { configurationHash } from '../configuration/configuration-hash.js';
import { secretFileProblems } from '../configuration/named-files.js';
import { makeEnrolRequest } from '../fleet/enrol-request.js';
import { FleetError } from '../fleet/fleet-error.js';
import { type InviteExtras, type ReadInvite, readInvite } from '../fleet/invite-file.js';
import { askOwner, type FirstConfiguration } from '../fleet/member/ask-owner.js';
import { MemberFiles } from '../fleet/member/member-files.js';
import { pinnedCa } from '../fleet/member/pinned-ca.js';
import { memberText } from '../fleet/member-text.js';
import { readPassphrase } from '../sealing/key-file.js';
import { deviceSigner } from '../sealing/open-device-key.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { countOption } from './count-option.js';
import { makeInToken, type TokenOptions, tokenChoiceOf } from './init-token.js';
import { readSmallFile } from './ledger-parts.js';

export interface EnrolOptions extends TokenOptions {
  /** The code, or the file of an invite. */
  readonly invite: string;
  readonly dir: string;
  readonly dataDir?: string;
  readonly ca?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  /** Minutes. */
  readonly wait: string;
  readonly json?: boolean;
}

const MS_PER_MINUTE = 60_000;
const MOST_MINUTES = 10_080;

/** @throws UsageError, FleetError, KeyError, ConfigError */
export async function runEnrol(options: EnrolOptions, io: CliIo): Promise<ExitCode> {
  const waitMs = countOption('--wait', options.wait, [1, MOST_MINUTES]) * MS_PER_MINUTE;
  const read = readInvite(existsSync(options.invite) ? readSmallFile(options.invite) : options.invite);
  const { invite } = read;
  const token = tokenChoiceOf(options);
  const files = new MemberFiles({
    ...{ dir: options.dir, dataDir: dataDirOf(options.dataDir), pinFile: token?.pinFile },
  });
  if (files.isConfigured) return tellKnown(files, read, io);
  if (Date.now() > invite.expiresAtMs) {
    const message = `the code was valid until ${new Date(invite.expiresAtMs).toISOString()}`;
    throw new FleetError(
      'CODE_EXPIRED',
      message,
      'ask the owner for a new one; is the clock of this machine right?',
    );
  }
  const extras = await loginOf(options, read);
  const make = token && ((keyFile: string) => makeInToken(token, keyFile, () => {}));
  const { sealingKey, publicKey } = await files.makeKeys(make);
  files.keepLogin(extras);
  const signer = await deviceSigner(files.deviceKey);
  if (!options.json) {
    io.out(`This machine is ${invite.name}; its device key is 0x${toHex(signer.address)}.`);
    io.out(`It asks ${invite.owner} at ${invite.url} to be taken.`);
  }
  const first = await askOwner({
    ...{ name: invite.name, request: makeEnrolRequest(invite, signer, publicKey), sealingKey, waitMs },
    settings: {
      ...{ url: invite.url, clientId: `coldgateEnrol-${invite.name}` },
      ...(extras.username === undefined ? {} : { username: extras.username }),
      secrets: () => ({
        ...(extras.password === undefined ? {} : { password: extras.password }),
        ...(extras.caPem === undefined ? {} : { ca: Buffer.from(extras.caPem) }),
      }),
    },
    onTrouble: once((reason) => io.err(`no answer yet: ${printable(reason)}; it is tried again`)),
  });
  const text = fitText(first, read, extras, files);
  if (!files.makeConfig(text)) return tellKnown(files, read, io);
  if (options.json) {
    const { name, owner } = invite;
    const gateway = `0x${toHex(signer.address)}`;
    io.out(
      JSON.stringify({ name, gateway, owner, configuration: first.number, hash: configurationHash(text) }),
    );
  } else {
    io.out(`${invite.name} is in the fleet; configuration ${first.number} is in ${files.config}.`);
    io.out(`Next: coldgate run -c ${files.config}`);
  }
  return exitCodes.ok;
}

/** What the broker wants: from the file of the invite, or from the command line. */
async function loginOf(
  { ca, username, passwordFile }: EnrolOptions,
  { invite, ...extras }: ReadInvite,
): Promise<InviteExtras> {
  if ((username === undefined) !== (passwordFile === undefined)) {
    throw new UsageError(
      'WRONG_USE',
      '--username and --password-file belong together',
      'give both or neither',
    );
  }
  const login =
    username === undefined || passwordFile === undefined
      ? {}
      : { username, password: readPassphrase(passwordFile) };
  if (ca !== undefined) return { ...extras, ...login, caPem: readFileSync(ca, 'utf8') };
  const isPinnedOnly = extras.caPem === undefined && invite.caPin !== undefined;
  const caPem = isPinnedOnly && invite.caPin ? { caPem: await pinnedCa(invite.url, invite.caPin) } : {};
  return { ...extras, ...login, ...caPem };
}

/** The whole file, if this machine can run with it. @throws FleetError CONFIGURATION_UNFIT */
function fitText(
  first: FirstConfiguration,
  { invite }: ReadInvite,
  extras: InviteExtras,
  files: MemberFiles,
): string {
  try {
    const text = memberText(first.text, files.ownSections(invite, extras), `configuration ${first.number}`);
    const [problem] = secretFileProblems(parseConfig(text, files.config));
    if (problem) throw unfit(first.number, `${problem.path}: ${problem.message}`);
    return text;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [problem] = error.problems;
    throw unfit(first.number, problem ? `${problem.path}: ${problem.message}` : error.message);
  }
}

function unfit(number: number, problem: string): FleetError {
  const hint =
    'let the owner push a better one, and run this command again: the code is good for this machine';
  return new FleetError('CONFIGURATION_UNFIT', `configuration ${number} does not run here: ${problem}`, hint);
}

/** A second start after the end. @throws FleetError ENROLLED_ALREADY if the machine is somebody else's */
function tellKnown(files: MemberFiles, { invite }: ReadInvite, io: CliIo): ExitCode {
  const { gateway, fleet } = parseConfig(readConfigText(files.config), files.config);
  if (gateway.name === invite.name && fleet?.owner.toLowerCase() === invite.owner) {
    io.out(`${invite.name} is in the fleet of ${invite.owner} already; nothing was changed.`);
    return exitCodes.ok;
  }
  const hint = 'choose an empty folder: a configuration is never overwritten';
  throw new FleetError('ENROLLED_ALREADY', `${files.config} is of another gateway or fleet`, hint);
}

function dataDirOf(given = './data'): string {
  if (/^[A-Za-z0-9._/-]+$/.test(given)) return given;
  const message = `${JSON.stringify(given)} is no folder for the journal`;
  throw new UsageError('WRONG_USE', message, 'use letters, digits, . _ - and /');
}

/** The same reason is told once. */
function once(tell: (reason: string) => void): (reason: string) => void {
  let last = '';
  return (reason) => {
    if (reason === last) return;
    last = reason;
    tell(reason);
  };
}
