// `coldgate serials lot`, `key` and `card`: the files of a lot, made at the maker's desk without any ledger.

import { randomBytes, randomInt } from 'node:crypto';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { CommissionedLot } from '../../ledger-sync/serials/commissioned-lot.js';
import { type LotFile, lotKeyFileOf, parseLotFile } from '../../ledger-sync/serials/lot-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { addressOption, readSmallFile, writeNewFile } from './ledger-parts.js';
import { MAX_LOT_FILE_BYTES, PACKS_PER_CALL, PRIVATE_MODE, tell } from './serials-parts.js';

const SECRET_BYTES = 32;

export interface NewLotOptions {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  /** File with a serial a line, or `serial,TID`. */
  readonly serials: string;
  readonly output: string;
  readonly json?: boolean;
}

/** @throws UsageError, FileError, SerialsError */
export async function runSerialsLot(options: NewLotOptions, io: CliIo): Promise<ExitCode> {
  const { gtin, lot, expiry, output } = options;
  const lines = readSmallFile(options.serials, MAX_LOT_FILE_BYTES)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const packs = lines.map((line) => {
    const [serial = '', tid] = line.split(',').map((part) => part.trim());
    return { serial, ...(tid === undefined || tid === '' ? {} : { tid: tid.toLowerCase() }) };
  });
  const file = {
    format: 'coldgate-lot',
    version: 1,
    gtin,
    lot,
    expiry,
    secret: toHex(randomBytes(SECRET_BYTES)),
    packs: mixed(packs),
  };
  // Read as it will be read: a wrong digit or a serial that stands twice is told now.
  const { lotId } = new CommissionedLot(parseLotFile(JSON.stringify(file)));
  writeNewFile(output, file, PRIVATE_MODE);
  tell(options.json, { file: output, lot: lotId, packs: packs.length }, io, [
    `${output}: lot ${lot} with ${packs.length} packs; on the ledger it is ${lotId}`,
    'Keep it secret: whoever has it can make cards for every pack.',
  ]);
  return exitCodes.ok;
}

/**
 * The packs in another order, each within its group: the ledger shows places, and whoever knows that a lot's serials were
 * given in a row would read them off. What was packed together is still taken out by one call or two.
 */
function mixed<Pack>(packs: readonly Pack[]): Pack[] {
  const groups = Array.from({ length: Math.ceil(packs.length / PACKS_PER_CALL) }, (_, group) =>
    packs.slice(group * PACKS_PER_CALL, (group + 1) * PACKS_PER_CALL),
  );
  return groups.flatMap((left) =>
    Array.from({ length: left.length }, () => left.splice(randomInt(left.length), 1)).flat(),
  );
}

export interface LotKeyOptions {
  readonly file: string;
  readonly maker: string;
  readonly output: string;
  readonly json?: boolean;
}

/** @throws UsageError, FileError, SerialsError */
export async function runSerialsKey(options: LotKeyOptions, io: CliIo): Promise<ExitCode> {
  addressOption('--maker', options.maker);
  const file = readLotFile(options.file);
  writeNewFile(options.output, lotKeyFileOf(file, options.maker.toLowerCase()), PRIVATE_MODE);
  tell(options.json, { file: options.output, gtin: file.gtin, lot: file.lot }, io, [
    `${options.output}: whoever has it can tell the packs of lot ${file.lot} from others, and dispense none`,
  ]);
  return exitCodes.ok;
}

export interface CardOptions {
  readonly file: string;
  readonly serial: string;
  readonly maker: string;
  readonly contract: string;
  readonly chainId: string;
  readonly output: string;
  readonly json?: boolean;
}

/** @throws UsageError, FileError, SerialsError PACK_UNKNOWN */
export async function runSerialsCard(options: CardOptions, io: CliIo): Promise<ExitCode> {
  addressOption('--maker', options.maker);
  addressOption('--contract', options.contract);
  const chainId = Number(options.chainId);
  if (!/^[1-9]\d{0,15}$/.test(options.chainId)) {
    throw new UsageError('WRONG_USE', `--chain-id ${options.chainId} is no number`, 'such as 1, or 31337');
  }
  const place = { chainId, contract: options.contract.toLowerCase(), maker: options.maker.toLowerCase() };
  const card = new CommissionedLot(readLotFile(options.file)).card(options.serial, place);
  writeNewFile(options.output, card, PRIVATE_MODE);
  tell(options.json, { file: options.output, serial: card.serial, index: card.index }, io, [
    `${options.output}: pack ${card.index} of ${card.size}, with the secret that belongs under its label`,
  ]);
  return exitCodes.ok;
}

/** @throws FileError, SerialsError */
export function readLotFile(path: string): LotFile {
  return parseLotFile(readSmallFile(path, MAX_LOT_FILE_BYTES));
}
