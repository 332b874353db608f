// `coldgate custody key`, `give` and `take`: goods change hands on the truck, with or without a link. The giver signs a
// file, the taker signs it too, and the gateway keeps it as a record; a relay or a desk brings it to the ledger later.

import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../config/load.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { idOf } from '../../ledger-sync/shipments/agreement-file.js';
import { newHandover, parseHandoverFile, signHandover } from '../../ledger-sync/shipments/handover-file.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import type { Authorisations, readState, submitRequest } from '../requests/submit.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { createKeyFile, openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { readCustody } from '../shipments/hand-over.js';
import { readAgreement } from './agreement-parts.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { countOption } from './count-option.js';
import { addressOption, readSmallFile, writeNewFile } from './ledger-parts.js';
import type { Prompt } from './terminal-prompt.js';

/** What the commands reach people and gateway with. */
export interface CustodyParts {
  readonly submit: typeof submitRequest;
  readonly readState: typeof readState;
  readonly prompt: Prompt;
  readonly authorise?: Authorisations | undefined;
}

interface KeyOptions {
  readonly key: string;
  /** File that opens it; else the PIN is asked for. */
  readonly passphrase?: string;
}

const SALT_BYTES = 32;
const MS_PER_S = 1000;
const S_PER_HOUR = 3600;
/** Each guess costs whoever has copied the file 32 MiB and about 0.14 s: a million PINs are two days. */
const MIN_PIN_LENGTH = 6;

async function signerOf({ key, passphrase }: KeyOptions, prompt: Prompt): Promise<SoftwareSigner> {
  const secret =
    passphrase === undefined ? await prompt.secret(`PIN of ${key}: `) : readPassphrase(passphrase);
  return new SoftwareSigner(await openKeyFile(key, secret));
}

/** Makes a key that a PIN opens. @throws UsageError, KeyError */
export async function runCustodyKey(
  options: { readonly key: string; readonly json?: boolean },
  { prompt }: Pick<CustodyParts, 'prompt'>,
  io: CliIo,
): Promise<ExitCode> {
  const pin = await prompt.secret(`New PIN, at least ${MIN_PIN_LENGTH} characters: `);
  if (pin.length < MIN_PIN_LENGTH) {
    throw new UsageError(
      'WRONG_USE',
      `the PIN has ${pin.length} characters`,
      `take at least ${MIN_PIN_LENGTH}`,
    );
  }
  if ((await prompt.secret('Once more: ')) !== pin) {
    throw new UsageError('WRONG_USE', 'the two PINs differ', 'start again');
  }
  const { address } = await createKeyFile(options.key, pin);
  if (options.json) io.out(JSON.stringify({ address, file: options.key }));
  else io.out(`${options.key}: key of ${address}`);
  return exitCodes.ok;
}

export interface GiveOptions extends KeyOptions {
  readonly shipment: string;
  readonly agreement: string;
  readonly to: string;
  readonly output: string;
  readonly config: string;
  readonly place?: string;
  readonly validHours: string;
  readonly json?: boolean;
}

/** Makes and signs a handover, as who holds the goods. @throws UsageError, KeyError, ConfigError, JournalError, FileError */
export async function runGive(options: GiveOptions, parts: CustodyParts, io: CliIo): Promise<ExitCode> {
  const { shipment, place } = options;
  addressOption('--to', options.to);
  const hours = countOption('--valid-hours', options.validHours, [0, 8760]);
  const agreement = readAgreement(options.agreement);
  const before = readCustody(parts.readState(options.config), shipment);
  const size = logSizeOf(options.config);
  const signer = await signerOf(options, parts.prompt);
  const atS = Math.floor(Date.now() / MS_PER_S);
  const made = newHandover({
    chainId: agreement.chainId,
    contract: agreement.contract,
    handover: {
      agreement: idOf(agreement),
      step: before ? before.step + 1 : 0,
      from: `0x${toHex(signer.address)}`,
      to: options.to.toLowerCase(),
      size,
      atS,
      deadline: atS + hours * S_PER_HOUR,
    },
    document: {
      shipment,
      ...(place === undefined ? {} : { place }),
      salt: toHex(randomBytes(SALT_BYTES)),
    },
  });
  const file = signHandover(made, signer);
  writeNewFile(options.output, file);
  const { step, from, to } = file.handover;
  if (options.json) io.out(JSON.stringify({ file: options.output, ...file.handover }));
  else io.out(`${options.output}: handover ${step} of ${shipment}, ${from} to ${to}; now the taker signs it`);
  return exitCodes.ok;
}

export interface TakeOptions extends KeyOptions {
  readonly file: string;
  readonly output: string;
  readonly config: string;
  readonly json?: boolean;
}

/** Signs a handover as who gets the goods, and has it recorded. @throws as runGive, and RequestError */
export async function runTake(options: TakeOptions, parts: CustodyParts, io: CliIo): Promise<ExitCode> {
  const given = parseHandoverFile(readSmallFile(options.file));
  const { shipment } = given.document;
  if (typeof shipment !== 'string') {
    throw new UsageError('WRONG_USE', 'the custody document names no shipment', 'coldgate custody give');
  }
  const signer = await signerOf(options, parts.prompt);
  if (`0x${toHex(signer.address)}` !== given.handover.to) {
    throw new UsageError(
      'WRONG_USE',
      `this handover is to ${given.handover.to}`,
      'use the key of that address',
    );
  }
  const file = signHandover(given, signer);
  const document = { id: shipment, file: file as unknown as DetailDocument };
  // Recorded first: a file that exists is one that the log knows.
  const answer = await parts.submit(options.config, 'shipment.hand-over', document, parts.authorise);
  writeNewFile(options.output, file);
  const { step, to } = file.handover;
  if (options.json)
    io.out(JSON.stringify({ file: options.output, sequence: answer.sequence, ...file.handover }));
  else
    io.out(
      `${options.output}: handover ${step} of ${shipment}, ${to} holds the goods, record ${answer.sequence}`,
    );
  return exitCodes.ok;
}

function logSizeOf(configFile: string): number {
  const journal = new JournalReader(journalPathOf(loadConfig(configFile).gateway.dataDir));
  try {
    return journal.log.latestCheckpoint()?.size ?? 0;
  } finally {
    journal.close();
  }
}
