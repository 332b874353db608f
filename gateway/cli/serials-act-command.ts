// `coldgate serials commission`, `recall`, `decommission`, `dispense` and `send`: what makers, authorities and pharmacies
// sign. Each is one call, sent at once or written to a file that anyone may send.

import { randomBytes } from 'node:crypto';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { CommissionedLot } from '../../ledger-sync/serials/commissioned-lot.js';
import { lotIdOf, parsed, parseLotKeyFile } from '../../ledger-sync/serials/lot-file.js';
import { packPrivateKeyOf } from '../../ledger-sync/serials/lot-keys.js';
import { parsePackCard, proofOf } from '../../ledger-sync/serials/pack-card.js';
import {
  commissionCall,
  decommissionCall,
  dispenseCall,
  duplicatesIn,
  recallCall,
} from '../../ledger-sync/serials/serials-contract.js';
import { placeCommitment, serialsDigest, signSerials } from '../../ledger-sync/serials/serials-requests.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { type ActorOptions, actorOf, readSmallFile } from './ledger-parts.js';
import { reasonWord } from './reason-word.js';
import { readLotFile } from './serials-lot-command.js';
import {
  type ActOptions,
  type AskOptions,
  actingAt,
  assertSameLedger,
  contractAt,
  deliver,
  PACKS_PER_CALL,
  tell,
} from './serials-parts.js';
import { signedCallSchema } from './signed-call.js';

const SALT_BYTES = 16;

/** @throws UsageError, KeyError, FileError, SerialsError, LedgerError */
export async function runSerialsCommission(
  options: ActOptions & { readonly file: string },
  io: CliIo,
): Promise<ExitCode> {
  const lot = new CommissionedLot(readLotFile(options.file));
  const acting = await actingAt(options);
  const { account: maker, deadline, domain, signer } = acting;
  const root = `0x${toHex(lot.tree.root)}`;
  const request = { maker, lot: `0x${lot.lotId}`, root, size: lot.tree.size, deadline };
  const data = commissionCall(request, signSerials(signer, domain, 'Commission', request));
  const mined = await deliver(options, acting, data, io);
  if (!mined) return exitCodes.ok;
  tell(
    options.json,
    { maker, lot: lot.lotId, root, packs: lot.tree.size, transactionHash: mined.transactionHash },
    io,
    [`lot ${lot.lotId} with ${lot.tree.size} packs is on the ledger: transaction ${mined.transactionHash}`],
  );
  return exitCodes.ok;
}

export interface RecallOptions extends ActOptions {
  /** A lot key file: an authority needs no more. */
  readonly file: string;
  readonly reason: string;
  readonly lift?: boolean;
}

/** As 14 digits, and as the shorter numbers that stand under bar codes (GTIN-13, -12 and -8). */
const writingsOf = (gtin: string) => [gtin, gtin.replace(/^0+/, '')];

/** @throws UsageError, KeyError, FileError, SerialsError, LedgerError */
export async function runSerialsRecall(options: RecallOptions, io: CliIo): Promise<ExitCode> {
  const key = parseLotKeyFile(readSmallFile(options.file));
  const lot = lotIdOf(key, fromHex(key.readingKey));
  const reason = reasonWord(options.reason, [key.lot, ...writingsOf(key.gtin)]);
  const acting = await actingAt(options);
  const { account: by, deadline, domain, signer, serials } = acting;
  const [state] = await serials.lots([{ maker: key.maker, lot }], 'latest');
  const isRecalled = options.lift !== true;
  const change = state?.recallChanges ?? 0;
  const request = { maker: key.maker, lot: `0x${lot}`, isRecalled, change, by, reason, deadline };
  const mined = await deliver(
    options,
    acting,
    recallCall(request, signSerials(signer, domain, 'Recall', request)),
    io,
  );
  if (!mined) return exitCodes.ok;
  const { transactionHash, blockNumber } = mined;
  tell(options.json, { maker: key.maker, lot, isRecalled, blockNumber, transactionHash }, io, [
    `lot ${lot} is ${isRecalled ? 'called back' : 'no longer called back by this account'} from block ${blockNumber} on: transaction ${transactionHash}`,
  ]);
  return exitCodes.ok;
}

export interface DecommissionOptions extends ActOptions {
  readonly file: string;
  readonly serial: readonly string[];
}

/** @throws UsageError, KeyError, FileError, SerialsError, LedgerError */
export async function runSerialsDecommission(options: DecommissionOptions, io: CliIo): Promise<ExitCode> {
  const lot = new CommissionedLot(readLotFile(options.file));
  const indexes = options.serial.map((serial) => lot.indexOf(serial));
  const words = new Set(indexes.map((index) => Math.floor(index / PACKS_PER_CALL)));
  const [word] = words;
  if (word === undefined || words.size > 1) {
    const hint = `one call takes packs of one group of ${PACKS_PER_CALL} in the order of the lot file: give the others apart`;
    throw new UsageError('WRONG_USE', 'these serials do not fit into one call', hint);
  }
  const acting = await actingAt(options);
  const { account: maker, deadline, domain, signer } = acting;
  const packs = indexes.reduce((bits, index) => bits | (1n << BigInt(index % PACKS_PER_CALL)), 0n);
  const request = { maker, lot: `0x${lot.lotId}`, word, packs, deadline };
  const data = decommissionCall(request, signSerials(signer, domain, 'Decommission', request));
  const mined = await deliver(options, acting, data, io);
  if (!mined) return exitCodes.ok;
  const { transactionHash } = mined;
  tell(options.json, { maker, lot: lot.lotId, packs: indexes.length, transactionHash }, io, [
    `${indexes.length} packs are out of the world for good: transaction ${transactionHash}`,
  ]);
  return exitCodes.ok;
}

export interface DispenseOptions extends ActOptions {
  readonly file: string;
  readonly place: string;
}

/** Exit code 1: the serial was dispensed before. @throws UsageError, KeyError, FileError, SerialsError, LedgerError */
export async function runSerialsDispense(options: DispenseOptions, io: CliIo): Promise<ExitCode> {
  const card = parsePackCard(readSmallFile(options.file));
  if (card.secret === undefined) {
    throw new UsageError(
      'WRONG_USE',
      'the card has no secret',
      'use the card from under the label of the pack',
    );
  }
  const acting = await actingAt(options);
  assertSameLedger(acting, card);
  const { account: pharmacy, deadline, domain, signer } = acting;
  const salt = randomBytes(SALT_BYTES);
  const place = `0x${toHex(placeCommitment(options.place, salt))}`;
  const { index, maker, lotId } = card;
  const request = { maker, lot: `0x${lotId}`, index, pharmacy, place, deadline };
  const packSigner = new SoftwareSigner(packPrivateKeyOf(fromHex(card.secret)));
  const packSignature = packSigner.sign(serialsDigest(domain, 'Dispense', request));
  const signature = signSerials(signer, domain, 'Dispense', request);
  const mined = await deliver(
    options,
    acting,
    dispenseCall(request, proofOf(card), signature, packSignature),
    io,
  );
  const opening = { place: options.place, salt: toHex(salt), commitment: place };
  if (!mined) {
    io.err(`  hint: keep ${JSON.stringify(opening)}: it opens the commitment to the place`);
    return exitCodes.ok;
  }
  const [duplicate] = duplicatesIn(mined, acting.contract);
  const { transactionHash } = mined;
  tell(
    options.json,
    {
      serial: card.serial,
      index,
      isDuplicate: duplicate !== undefined,
      firstPlace: duplicate?.firstPlace,
      opening,
      transactionHash,
    },
    io,
    [
      duplicate === undefined
        ? `pack ${index} is dispensed: transaction ${transactionHash}`
        : `DUPLICATE: pack ${index} was dispensed before, at the place whose commitment begins ${duplicate.firstPlace}; one of the two is false`,
      `Keep what opens the place: salt ${opening.salt}`,
    ],
  );
  return duplicate === undefined ? exitCodes.ok : exitCodes.refuted;
}

const callSchema = signedCallSchema('coldgate-serials-call');

export interface SendOptions extends ActorOptions {
  readonly file: string;
  readonly json?: boolean;
}

/** Carries what somebody else has signed, and pays. @throws UsageError, KeyError, FileError, SerialsError, LedgerError */
export async function runSerialsSend(options: SendOptions, io: CliIo): Promise<ExitCode> {
  const call = parsed(callSchema, readSmallFile(options.file), 'signed call');
  const asked: AskOptions = { rpc: options.rpc, contract: call.contract };
  const target = await contractAt(asked);
  assertSameLedger(target, call);
  const { wallet } = await actorOf(options);
  const mined = await target.serials.send(wallet, call.data);
  const [duplicate] = duplicatesIn(mined, call.contract);
  const { transactionHash } = mined;
  tell(options.json, { transactionHash, isDuplicate: duplicate !== undefined }, io, [
    `sent: transaction ${transactionHash}${duplicate === undefined ? '' : '; it told a DUPLICATE'}`,
  ]);
  return duplicate === undefined ? exitCodes.ok : exitCodes.refuted;
}
