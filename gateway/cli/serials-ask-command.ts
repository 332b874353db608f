// `coldgate serials verify` and `status`: what the ledger says of a pack and of lots. Costs nothing, signs nothing.

import { decodeLabel } from '../../firmware-bridge/epc/gs1-label.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { lotIdOf, parseLotKeyFile } from '../../ledger-sync/serials/lot-file.js';
import { type PackCard, parsePackCard, proofOf } from '../../ledger-sync/serials/pack-card.js';
import type { PackStanding } from '../../ledger-sync/serials/serials-contract.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { readSmallFile } from './ledger-parts.js';
import { type AskOptions, assertSameLedger, contractAt, tell } from './serials-parts.js';

export interface VerifyOptions {
  readonly file: string;
  readonly rpc: string;
  /** What the scanner read of the pack; must be what the card is of. */
  readonly label?: string;
  readonly json?: boolean;
}

/** In the order of weight: the first that holds is the answer. */
function verdictOf(standing: PackStanding): { verdict: string; words: string } {
  if (!standing.isCommissioned)
    return { verdict: 'unknown', words: 'UNKNOWN: no maker has put this lot on the ledger' };
  if (!standing.isMember) return { verdict: 'false', words: 'FALSE: the lot holds no such pack' };
  if (standing.isRecalled) return { verdict: 'recalled', words: 'RECALLED: the lot was called back' };
  if (standing.isDecommissioned)
    return { verdict: 'decommissioned', words: 'DECOMMISSIONED: the pack was taken out of the world' };
  if (standing.isDispensed)
    return { verdict: 'dispensed', words: 'DISPENSED: the pack was handed out before' };
  return { verdict: 'genuine', words: 'GENUINE: commissioned, not called back, not dispensed' };
}

/** Exit code 1 for anything but genuine. @throws UsageError, FileError, SerialsError, LedgerError */
export async function runSerialsVerify(options: VerifyOptions, io: CliIo): Promise<ExitCode> {
  const card = parsePackCard(readSmallFile(options.file));
  const difference = options.label === undefined ? undefined : labelDifference(card, options.label);
  if (difference !== undefined) {
    tell(options.json, { verdict: 'false', difference }, io, [
      `FALSE: ${difference}; do not believe this pack`,
    ]);
    return exitCodes.refuted;
  }
  const asked = await contractAt({ rpc: options.rpc, contract: card.contract });
  assertSameLedger(asked, card);
  const standing = await asked.serials.verify(
    { maker: card.maker, lot: card.lotId },
    proofOf(card),
    'latest',
  );
  const { verdict, words } = verdictOf(standing);
  const { gtin, serial, lot, expiry } = card;
  tell(options.json, { verdict, ...standing, gtin, serial, lot, expiry, maker: card.maker }, io, [
    words,
    `(01)${gtin}(21)${serial}, lot ${lot}, expires ${expiry}; maker ${card.maker}`,
    ...(options.label === undefined ? ['The card was not compared with the pack: give --label.'] : []),
  ]);
  return verdict === 'genuine' ? exitCodes.ok : exitCodes.refuted;
}

export interface StatusOptions extends AskOptions {
  /** Lot key files. */
  readonly files: readonly string[];
}

/** Exit code 1: a lot is called back or unknown. @throws UsageError, FileError, SerialsError, LedgerError */
export async function runSerialsStatus(options: StatusOptions, io: CliIo): Promise<ExitCode> {
  const keys = options.files.map((path) => parseLotKeyFile(readSmallFile(path)));
  const { serials } = await contractAt(options);
  const names = keys.map((key) => ({ maker: key.maker, lot: lotIdOf(key, fromHex(key.readingKey)) }));
  const states = await serials.lots(names, 'latest');
  const told = states.map((state, index) => {
    const { gtin = '', lot = '' } = keys[index] ?? {};
    return { ...state, lot: state.lot, gtin, lotNumber: lot, isKnown: state.size > 0 };
  });
  const lines = told.map((state) => {
    const label = `(01)${state.gtin}(10)${state.lotNumber}`;
    if (!state.isKnown) return `${label}  UNKNOWN on this ledger`;
    const by = ['', 'its maker', 'an authority', 'its maker and an authority'][state.recalls] ?? '';
    const recall = state.recalls === 0 ? 'not called back' : `CALLED BACK by ${by}`;
    return `${label}  ${state.size} packs, ${recall}, ${state.spent} changes to its packs`;
  });
  tell(options.json, { lots: told }, io, lines);
  return told.every(({ isKnown, recalls }) => isKnown && recalls === 0) ? exitCodes.ok : exitCodes.refuted;
}

/** A genuine card beside another pack proves nothing. @throws UsageError for what is no label */
function labelDifference(card: PackCard, label: string): string | undefined {
  const read = decodeLabel(label, new Date().getUTCFullYear());
  if (!read.ok) throw new UsageError('WRONG_USE', `--label: ${read.reason}`, 'type what the scanner sends');
  const { gtin, serial, lot, expiry } = read.value;
  const [differs] = (
    [
      ['GTIN', gtin, card.gtin],
      ['serial', serial, card.serial],
      ['lot', lot ?? card.lot, card.lot],
      ['expiry', expiry ?? card.expiry, card.expiry],
    ] as const
  ).filter(([, onPack, onCard]) => onPack !== onCard);
  if (!differs) return undefined;
  const [what, onPack = 'none', onCard] = differs;
  return `the ${what} on the pack is ${onPack}, on the card ${onCard}`;
}
