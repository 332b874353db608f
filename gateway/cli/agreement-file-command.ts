// `coldgate agreement propose`, `sign` and `headers`: files that pass between the sides. None of them needs a chain.

import { randomBytes } from 'node:crypto';
import { loadConfig } from '../../config/load.js';
import { parseYaml } from '../../config/yaml-document.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { idOf, signAgreement } from '../../ledger-sync/shipments/agreement-file.js';
import { agreementOrderSchema, proposeAgreement } from '../../ledger-sync/shipments/agreement-order.js';
import { termsLines } from '../../ledger-sync/shipments/agreement-words.js';
import { headersFile } from '../../ledger-sync/shipments/headers-file.js';
import { headerOf } from '../journal/anchor-rows.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { readAgreement } from './agreement-parts.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { countOption } from './count-option.js';
import { addressOption, readSmallFile, writeNewFile } from './ledger-parts.js';

const SALT_BYTES = 32;

export interface ProposeOptions {
  readonly order: string;
  readonly contract: string;
  readonly chainId: string;
  readonly output: string;
  readonly json?: boolean;
}

/** Makes an agreement file from an order. @throws UsageError, ConfigError, FileError, EvidenceError */
export async function runPropose(options: ProposeOptions, io: CliIo): Promise<ExitCode> {
  const { value } = parseYaml(readSmallFile(options.order), options.order);
  const order = agreementOrderSchema.safeParse(value);
  if (!order.success) {
    const problems = order.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
    );
    throw new UsageError(
      'WRONG_USE',
      `${options.order}: ${problems.join('; ')}`,
      'LEDGERS.md shows an order',
    );
  }
  addressOption('--contract', options.contract);
  const file = proposeAgreement(order.data, {
    chainId: countOption('--chain-id', options.chainId, [0, Number.MAX_SAFE_INTEGER]),
    contract: options.contract.toLowerCase(),
    termsSalt: randomBytes(SALT_BYTES),
    documentSalt: randomBytes(SALT_BYTES),
  });
  writeNewFile(options.output, file);
  if (options.json) io.out(JSON.stringify({ id: idOf(file), file: options.output }));
  else for (const line of [`agreement ${idOf(file)}`, ...termsLines(file), options.output]) io.out(line);
  return exitCodes.ok;
}

export interface SignOptions {
  readonly file: string;
  readonly key: string;
  readonly passphrase: string;
  readonly output: string;
  readonly json?: boolean;
}

/** Signs terms for payer or payee, whoever the key is. @throws KeyError, LedgerError PROOF_INVALID, FileError */
export async function runSign(options: SignOptions, io: CliIo): Promise<ExitCode> {
  const signer = new SoftwareSigner(await openKeyFile(options.key, readPassphrase(options.passphrase)));
  const file = signAgreement(readAgreement(options.file), signer);
  writeNewFile(options.output, file);
  const sides = Object.keys(file.signatures);
  if (options.json) io.out(JSON.stringify({ id: idOf(file), file: options.output, signedBy: sides }));
  else for (const line of [`agreement ${idOf(file)}`, ...termsLines(file)]) io.out(line);
  if (!options.json) io.out(`${options.output}: signed by ${sides.join(' and ')}`);
  return exitCodes.ok;
}

export interface FieldOptions {
  readonly shipment: string;
  readonly config: string;
  readonly json?: boolean;
}

/** Tells by which 16 bytes records name a shipment. @throws UsageError, ConfigError, JournalError */
export async function runField(options: FieldOptions, io: CliIo): Promise<ExitCode> {
  const journal = new JournalReader(journalPathOf(loadConfig(options.config).gateway.dataDir));
  try {
    const found = journal.shipment(options.shipment);
    if (!found) {
      const hint = 'coldgate shipment create makes it';
      throw new UsageError('WRONG_USE', `no record names a shipment ${options.shipment}`, hint);
    }
    const field = toHex(found.shipment);
    const gateway = `0x${toHex(journal.gateway)}`;
    if (options.json) io.out(JSON.stringify({ shipment: field, gateway }));
    else for (const line of [`shipment: '${field}'`, `gateway: '${gateway}'`]) io.out(line);
    return exitCodes.ok;
  } finally {
    journal.close();
  }
}

export interface HeadersOptions {
  readonly config: string;
  readonly output: string;
  readonly fromSeq: string;
  readonly json?: boolean;
}

/** Writes the headers of this gateway that the ledger has. @throws UsageError, ConfigError, JournalError, FileError */
export async function runHeaders(options: HeadersOptions, io: CliIo): Promise<ExitCode> {
  const { gateway, ledger } = loadConfig(options.config);
  if (!ledger) throw new UsageError('WRONG_USE', 'the configuration names no ledger', 'fill in ledger');
  const { chainId, contract } = ledger;
  const address = fromHex(contract.slice(2).toLowerCase());
  const journal = new JournalReader(journalPathOf(gateway.dataDir));
  try {
    const newest = journal.ledgerHead(chainId, address)?.seq ?? 0;
    const first = Math.max(1, countOption('--from-seq', options.fromSeq, [0, 2 ** 32 - 1]));
    const headers = [];
    for (let seq = first; seq <= newest; seq += 1) {
      const row = journal.batch(chainId, address, seq);
      if (row) headers.push(headerOf(row, journal.gateway));
    }
    if (headers.length === 0) {
      throw new UsageError(
        'WRONG_USE',
        `the ledger has no header from ${first} on`,
        'coldgate status tells how far it is',
      );
    }
    writeNewFile(options.output, headersFile(chainId, contract.toLowerCase(), headers));
    if (options.json) io.out(JSON.stringify({ file: options.output, headers: headers.length }));
    else io.out(`${options.output}: headers ${first} to ${newest}`);
    return exitCodes.ok;
  } finally {
    journal.close();
  }
}
