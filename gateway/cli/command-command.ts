// `coldgate command`: signs a command for a gateway, to be published by any MQTT client. The key stays on the desk.

import { randomBytes } from 'node:crypto';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { signCommand } from '../commands/signed-command.js';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ParameterOptions, parametersOf } from './command-parameters.js';
import { addressOption } from './ledger-parts.js';

export interface CommandOptions extends ParameterOptions {
  readonly name: string;
  /** Address of the gateway. */
  readonly gateway: string;
  /** Name of the key in that gateway's configuration. */
  readonly as: string;
  readonly key: string;
  readonly passphrase: string;
  readonly minutes: string;
}

const MS_PER_MINUTE = 60_000;

/** Prints the payload for .../command/{name}. @throws UsageError; KeyError */
export async function runCommand(options: CommandOptions, io: CliIo): Promise<ExitCode> {
  const { name, gateway, as, key, passphrase } = options;
  const minutes = /^[1-9]\d?$/.test(options.minutes) ? Number(options.minutes) : Number.NaN;
  if (!(minutes <= 60)) {
    throw new UsageError(
      'WRONG_USE',
      `--minutes ${options.minutes}`,
      'a command is valid for 1 to 60 minutes',
    );
  }
  for (const text of [name, as]) {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) {
      throw new UsageError('WRONG_USE', `${JSON.stringify(text)} is no name`, '1 to 64 of A-Z a-z 0-9 _ -');
    }
  }
  const address = `0x${toHex(addressOption('--gateway', gateway))}`;
  const issuedAtMs = Date.now();
  const expiresAtMs = issuedAtMs + minutes * MS_PER_MINUTE;
  const parameters = await parametersOf(name, options);
  const privateKey = await openKeyFile(key, readPassphrase(passphrase));
  // Not the option of that name, which is of what the command is about.
  const id = toHex(randomBytes(12));
  const command = { gateway: address, name, id, key: as, issuedAtMs, expiresAtMs };
  io.out(signCommand(privateKey, parameters === undefined ? command : { ...command, parameters }));
  return exitCodes.ok;
}
