// `coldgate agreement create`, `fund`, `handover`, `claim` and what follows: each is one call to the contract. Those that
// carry signatures or proofs may be brought by anyone.

import { randomBytes } from 'node:crypto';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { hasHeader } from '../../ledger-sync/evidence/contradiction.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../ledger-sync/evidence/signer.js';
import { verifyBundle } from '../../ledger-sync/evidence/verify.js';
import { headerOf } from '../../ledger-sync/evidence/verify-head.js';
import { readEvidence } from '../../ledger-sync/proofs/evidence-file.js';
import {
  encodeClaim,
  encodeContradict,
  encodeCreate,
  encodeFund,
  encodeHandover,
  encodePlain,
  encodeRule,
  encodeWithdraw,
  type PlainStep,
} from '../../ledger-sync/shipments/agreement-calls.js';
import { type AgreementFile, domainOf, idOf } from '../../ledger-sync/shipments/agreement-file.js';
import { contradictingReadings, earnedBps } from '../../ledger-sync/shipments/contradicting-readings.js';
import { parseHandoverFile } from '../../ledger-sync/shipments/handover-file.js';
import { headersForClaim, parseHeadersFile } from '../../ledger-sync/shipments/headers-file.js';
import { signAsParty } from '../../ledger-sync/shipments/party-signature.js';
import { type RulingOpening, rulingDigest, rulingDocument } from '../../ledger-sync/shipments/ruling.js';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { type ActOptions, act, type Opened, opened } from './agreement-parts.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { countOption } from './count-option.js';
import { actorOf, addressOption, readSmallFile, writeNewFile } from './ledger-parts.js';
import { readEvidenceBytes } from './verify-file.js';

const COIN = `0x${'00'.repeat(20)}`;
const S_PER_MINUTE = 60;
const S_PER_HOUR = 3600;
const MS_PER_S = 1000;
const SALT_BYTES = 32;
/** 20,000 gas each: below the 2^24 that a transaction may use (EIP-7825). */
const MAX_READINGS = 700;
const MAX_HEADERS_FILE_BYTES = 64 * 1024 * 1024;

/** Coins to send with a call; a token is approved before. */
const coinsFor = ({ terms }: AgreementFile, amount: string) => (terms.asset === COIN ? BigInt(amount) : 0n);

/** Begins an agreement that both sides have signed. @throws LedgerError, KeyError, UsageError, FileError */
export async function runCreate(options: ActOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  const { payer, payee } = at.agreement.signatures;
  if (payer === undefined || payee === undefined) {
    throw new UsageError('WRONG_USE', 'both sides must have signed', 'coldgate agreement sign');
  }
  const data = encodeCreate(at.agreement.terms, payer, payee);
  return act(options, at, { data, done: `agreement ${idOf(at.agreement)} stands` }, io);
}

export interface PayOptions extends ActOptions {
  /** Let the contract take what is needed of a token, first. */
  readonly approve?: boolean;
}

async function approveIfAsked(options: PayOptions, at: Opened, amount: string): Promise<void> {
  const { asset } = at.agreement.terms;
  if (!options.approve || asset === COIN) return;
  const { wallet } = await actorOf(options);
  await at.contract.approve(wallet, asset, amount);
}

/** Pays in the price. */
export async function runFund(options: PayOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  const { terms } = at.agreement;
  await approveIfAsked(options, at, terms.price);
  const valueWei = coinsFor(at.agreement, terms.price);
  return act(options, at, { data: encodeFund(terms), valueWei, done: `${terms.price} are held` }, io);
}

export interface HandoverOptions extends ActOptions {
  readonly handover: string;
}

/** Brings a handover; the one to the receiver is the delivery. */
export async function runHandover(options: HandoverOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  const { handover, signatures, contract, chainId } = parseHandoverFile(readSmallFile(options.handover));
  if (contract !== at.agreement.contract || chainId !== at.agreement.chainId) {
    throw new UsageError('WRONG_USE', 'the handover is for another ledger', 'check the files');
  }
  const { giver, taker } = signatures;
  if (giver === undefined || taker === undefined) {
    throw new UsageError('WRONG_USE', 'giver and taker must both have signed', 'coldgate custody take');
  }
  const data = encodeHandover(at.agreement.terms, handover, giver, taker);
  return act(options, at, { data, done: `${handover.to} holds the goods` }, io);
}

export interface ClaimOptions extends ActOptions {
  readonly headers: string;
}

/** Shows the headers over a delivered transport. */
export async function runClaim(options: ClaimOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  const { beginSize } = await at.contract.standing(idOf(at.agreement));
  const { headers } = parseHeadersFile(readSmallFile(options.headers, MAX_HEADERS_FILE_BYTES));
  const data = encodeClaim(at.agreement.terms, headersForClaim(headers, beginSize));
  return act(options, at, { data, done: 'the headers are shown' }, io);
}

export interface ContradictOptions extends ActOptions {
  readonly bundle: string;
  /** Headers after the bundle's, where there are any. */
  readonly headers?: string;
}

/** Shows readings of the shipment that speak against the transport. Exit code 1: there are none that would count. */
export async function runContradict(options: ContradictOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  const { terms } = at.agreement;
  const evidence = readEvidence(readEvidenceBytes(options.bundle));
  if (!('bundle' in evidence) || !hasHeader(evidence.bundle)) {
    throw new UsageError(
      'WRONG_USE',
      `${options.bundle} is no bundle under a batch header`,
      'coldgate export',
    );
  }
  const { bundle } = evidence;
  const broken = verifyBundle(bundle).checks.find(({ outcome }) => outcome === 'failed');
  if (broken)
    throw new UsageError('WRONG_USE', `the bundle does not hold: ${broken.text}`, 'coldgate verify');
  const standing = await at.contract.standing(idOf(at.agreement));
  const { readings, outS } = contradictingReadings(bundle, terms, standing, MAX_READINGS);
  if (earnedBps(terms, outS) >= earnedBps(terms, standing.outS ?? terms.rejectOutS)) {
    io.out(`nothing that would count: ${readings.length} readings, ${Math.ceil(outS / S_PER_MINUTE)} min`);
    return exitCodes.refuted;
  }
  const own = headerOf(bundle.gateway, bundle.head);
  const later =
    options.headers === undefined
      ? []
      : parseHeadersFile(readSmallFile(options.headers, MAX_HEADERS_FILE_BYTES)).headers;
  const chain = [own, ...later.filter(({ meta }) => meta.seq > own.meta.seq)];
  const data = encodeContradict(terms, chain, readings);
  return act(
    options,
    at,
    { data, done: `${readings.length} readings are shown, ${Math.ceil(outS / S_PER_MINUTE)} min` },
    io,
  );
}

export interface RuleOptions extends ActOptions {
  readonly outMinutes: string;
  /** What the ruling is founded on; a salted hash of it is on the ledger. */
  readonly document: string;
  /** File for what opens that hash. */
  readonly opening?: string;
  readonly validHours: string;
}

/** Signs the ruling of the quality party. @throws LedgerError, KeyError, UsageError, FileError */
export async function runRule(options: RuleOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  const signer = new SoftwareSigner(await openKeyFile(options.key, readPassphrase(options.passphrase)));
  const own = `0x${toHex(signer.address)}`;
  if (own !== at.agreement.terms.quality) {
    throw new UsageError('WRONG_USE', `${own} is not the quality party of these terms`, 'use its key');
  }
  const minutes = countOption('--out-minutes', options.outMinutes, [0, 1_000_000]);
  const hours = countOption('--valid-hours', options.validHours, [0, 8760]);
  const opening: RulingOpening = {
    format: 'coldgate-ruling-document',
    version: 1,
    sha256: toHex(sha256(readEvidenceBytes(options.document))),
    salt: toHex(randomBytes(SALT_BYTES)),
  };
  const openingFile = options.opening ?? `${options.document}.opening.json`;
  const ruling = {
    agreement: idOf(at.agreement),
    outS: minutes * S_PER_MINUTE,
    document: rulingDocument(opening),
    deadline: Math.floor(Date.now() / MS_PER_S) + hours * S_PER_HOUR,
  };
  const signature = signAsParty(signer, rulingDigest(domainOf(at.agreement), ruling));
  const data = encodeRule(at.agreement.terms, ruling, signature);
  // Before the call: a ruling whose paper nobody can show any more would be worth little.
  writeNewFile(openingFile, opening);
  const done = `${minutes} min outside count, ${openingFile} shows on what that is founded`;
  return act(options, at, { data, done }, io);
}

export interface PlainOptions extends PayOptions {
  readonly step: PlainStep;
}

const doneBy: Readonly<Record<PlainStep, string>> = {
  discredit: 'the claim is taken back',
  dispute: 'disputed; now quality must rule',
  settle: 'settled',
  refund: 'the price goes back',
  concede: 'given in',
};

/** What needs the terms only. */
export async function runPlain(options: PlainOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  const { step } = options;
  if (step === 'dispute') await approveIfAsked(options, at, at.agreement.terms.bond);
  const valueWei = step === 'dispute' ? coinsFor(at.agreement, at.agreement.terms.bond) : 0n;
  return act(options, at, { data: encodePlain(step, at.agreement.terms), valueWei, done: doneBy[step] }, io);
}

export interface WithdrawOptions extends ActOptions {
  readonly account: string;
  readonly to?: string;
}

/** Sends an account what it may take out. */
export async function runWithdraw(options: WithdrawOptions, io: CliIo): Promise<ExitCode> {
  const at = await opened(options);
  addressOption('--account', options.account);
  if (options.to !== undefined) addressOption('--to', options.to);
  const data = encodeWithdraw(at.agreement.terms.asset, options.account, options.to);
  return act(options, at, { data, done: `paid out to ${options.to ?? options.account}` }, io);
}
