// What the commands at the owner's desk share: the folder, the owner's key, a connection to the fleet's broker.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { identifierPattern } from '../../config/fields.js';
import { parseConfig } from '../../config/load.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { type FleetClient, FleetLink } from '../fleet/fleet-link.js';
import { memberText } from '../fleet/member-text.js';
import { FleetFolder } from '../fleet/owner/fleet-folder.js';
import { deskSettings } from '../fleet/owner/owner-link.js';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { UsageError } from './cli-io.js';

export interface FleetOptions {
  readonly dir: string;
  /** File that opens the owner's key; the one in the folder when absent. */
  readonly passphrase?: string;
  readonly json?: boolean;
}

const CONNECT_LIMIT_MS = 20_000;

/** @throws UsageError */
export function gatewayNameOption(name: string): string {
  if (identifierPattern.test(name)) return name;
  throw new UsageError(
    'WRONG_USE',
    `${JSON.stringify(name)} is no gateway name`,
    '1 to 64 of A-Z a-z 0-9 _ -',
  );
}

/** @throws UsageError if there is no such file */
export function fileOption(name: string, path: string): string {
  if (existsSync(path)) return resolve(path);
  throw new UsageError('WRONG_USE', `${name} ${path} does not exist`, 'check the path');
}

/** @throws FleetError FLEET_UNREADABLE; KeyError */
export async function openDesk({ dir, passphrase }: FleetOptions) {
  const folder = new FleetFolder(dir);
  const privateKey = await openKeyFile(folder.keyFile, readPassphrase(passphrase ?? folder.passphraseFile));
  const signer = new SoftwareSigner(privateKey);
  privateKey.fill(0);
  return { folder, signer };
}

/** Does something over one connection to the fleet's broker. @throws FleetError BROKER_*; what the task throws */
export async function atBroker<Result>(
  folder: FleetFolder,
  use: string,
  task: (client: FleetClient) => Promise<Result>,
): Promise<Result> {
  const link = new FleetLink({ settings: deskSettings(folder, use) });
  try {
    return await task(await link.ready(CONNECT_LIMIT_MS));
  } finally {
    await link.close();
  }
}

/**
 * Checks a text as each gateway will, but for the files that it names there.
 * @throws ConfigError with every problem
 */
export function checkForGateway(
  text: string,
  name: string,
  { owner, broker }: FleetFolder,
  file: string,
): void {
  const own = { gateway: { name }, fleet: { owner, broker: { url: broker.url } } };
  parseConfig(memberText(text, own, file), join(process.cwd(), file));
}
