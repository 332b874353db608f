// `coldgate mqtt-password`: a password goes in, and out comes what may stand in a configuration.

import type { Readable } from 'node:stream';
import { hashPassword } from '../intake/password-hash.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import type { Prompt } from './terminal-prompt.js';

const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 128;
/** A line of this many bytes is no password; nothing larger is read. */
const MAX_INPUT_BYTES = 4096;

export interface MqttPasswordParts {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly prompt: Prompt;
}

async function firstLine(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    bytes += Buffer.byteLength(chunk);
    if (bytes > MAX_INPUT_BYTES || Buffer.from(chunk).includes(0x0a)) break;
  }
  return (Buffer.concat(chunks).toString('utf8').split('\n')[0] ?? '').replace(/\r$/, '');
}

async function askTwice(prompt: Prompt): Promise<string> {
  const password = await prompt.secret('Password of the sensor: ');
  if ((await prompt.secret('The same again: ')) !== password) {
    throw new UsageError('WRONG_USE', 'the two passwords are not the same', 'start again');
  }
  return password;
}

/** Prints the line for `passwordHash`. @throws UsageError */
export async function runMqttPassword(
  options: { readonly json?: boolean },
  { input, prompt }: MqttPasswordParts,
  io: CliIo,
): Promise<ExitCode> {
  const password = input.isTTY === true ? await askTwice(prompt) : await firstLine(input);
  const { length } = [...password];
  if (length < MIN_CHARACTERS || length > MAX_CHARACTERS || /\p{C}/u.test(password)) {
    const message = `a password has ${MIN_CHARACTERS} to ${MAX_CHARACTERS} characters, none of them a control character`;
    throw new UsageError('WRONG_USE', message, 'give a longer one; openssl rand -base64 24 makes one');
  }
  const passwordHash = await hashPassword(password);
  io.out(options.json ? JSON.stringify({ passwordHash }) : passwordHash);
  return exitCodes.ok;
}
