// `coldgate seal` and `coldgate open`: files that only named recipients can read. Both work anywhere, without a gateway.

import { addRecipient, openSealed, sealFile } from '../../ledger-sync/sealed/sealed-file.js';
import { isSealed } from '../../ledger-sync/sealed/sealed-mark.js';
import { readRecipientKeyFile } from '../privacy/recipient-key-file.js';
import { readState } from '../requests/submit.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { keysFor } from './recipients-command.js';
import { saveExport } from './saved-export.js';
import { readEvidenceBytes } from './verify-file.js';

export interface SealOptions {
  readonly file: string;
  readonly for: readonly string[];
  readonly output: string;
  /** Of somebody who can read it already. */
  readonly key?: string;
  readonly config: string;
  readonly force?: boolean;
}

export interface OpenOptions {
  readonly file: string;
  readonly key: string;
  readonly output: string;
  readonly force?: boolean;
}

const ANY_TYPE = 'application/octet-stream';

/** @throws UsageError, ExportError, SealedError, KeyError; ConfigError and JournalError for recipients by name */
export async function runSeal(options: SealOptions, io: CliIo): Promise<ExitCode> {
  const keys = keysFor(options.for, () => readState(options.config));
  const content = readEvidenceBytes(options.file);
  const sealed = await (options.key === undefined
    ? sealAnew(content, keys)
    : widened(content, readRecipientKeyFile(options.key), keys));
  saveExport(options.output, sealed, options.force === true);
  io.out(`${options.output}: sealed for ${options.for.join(', ')}`);
  return exitCodes.ok;
}

async function sealAnew(content: Uint8Array, keys: readonly string[]): Promise<Uint8Array> {
  if (!isSealed(content)) return sealFile(content, ANY_TYPE, keys);
  const hint = 'give --key with your own key to add a recipient';
  throw new UsageError('WRONG_USE', 'the file is sealed already', hint);
}

async function widened(file: Uint8Array, own: Uint8Array, keys: readonly string[]): Promise<Uint8Array> {
  let wider = file;
  for (const key of keys) wider = await addRecipient(wider, own, key);
  return wider;
}

/** @throws ExportError, SealedError, KeyError */
export async function runOpen({ file, key, output, force }: OpenOptions, io: CliIo): Promise<ExitCode> {
  const { content, contentType } = await openSealed(readEvidenceBytes(file), readRecipientKeyFile(key));
  saveExport(output, content, force === true, 0o600);
  io.out(`${output}: ${content.length} bytes of ${contentType}`);
  return exitCodes.ok;
}
