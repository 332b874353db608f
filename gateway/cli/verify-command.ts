// `coldgate verify`: one screen on what a file proves, by whom, since when, and what it does not prove. Needs no
// configuration, no journal and no key: it is for whoever received the file.

import type { EvidenceBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { fromBase64url } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { type Verification, type VerifyOptions, verifyBundle } from '../../ledger-sync/evidence/verify.js';
import { verifyRecordProof } from '../../ledger-sync/evidence/verify-record.js';
import { type EvidenceFile, readEvidence } from '../../ledger-sync/proofs/evidence-file.js';
import { anchoredOf } from '../../ledger-sync/proofs/state-answer.js';
import { openSealed } from '../../ledger-sync/sealed/sealed-file.js';
import { isSealed } from '../../ledger-sync/sealed/sealed-mark.js';
import { readRecipientKeyFile } from '../privacy/recipient-key-file.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { readEvidenceBytes } from './verify-file.js';
import type { LedgerSource, LedgerWord } from './verify-ledger-source.js';

export interface VerifyCommandOptions extends LedgerSource {
  readonly file: string;
  readonly gateway?: string;
  /** base64url of the record's bytes, for a proof that does not carry them. */
  readonly leaf?: string;
  /** File with a recipient's private key, for a sealed file. */
  readonly key?: string;
  readonly json?: boolean;
}

const marks = { proven: 'proven    ', failed: 'REFUTED   ', 'not-proven': 'not proven' } as const;

const ofBundle: Record<Verification['verdict'], string> = {
  proven: 'PROVEN: the records are complete, unchanged, and on the ledger',
  'signed-only': 'SIGNED: the records are complete and unchanged; that they are on the ledger was not proven',
  refuted: 'REFUTED: do not trust this bundle',
};

const ofRecord: Record<Verification['verdict'], string> = {
  proven: 'PROVEN: the record is unchanged and on the ledger',
  'signed-only': 'SIGNED: the record is unchanged; that it is on the ledger was not proven',
  refuted: 'REFUTED: do not trust this proof',
};

const time = (ms: number | undefined) => (ms === undefined ? 'unknown' : new Date(ms).toISOString());

function isLedgerAsked({ rpc, blockHash, quorum = [], stateProof }: LedgerSource): boolean {
  return [rpc, blockHash, stateProof, ...quorum].some((one) => one !== undefined);
}

async function askFor(file: EvidenceFile, source: LedgerSource): Promise<LedgerWord | undefined> {
  const subject = anchoredOf(file);
  if (!subject || !isLedgerAsked(source)) return undefined;
  // The ledger client is only loaded by who asks a ledger.
  return (await import('./verify-ledger-source.js')).askLedger(subject, source);
}

function judge(file: EvidenceFile, options: VerifyOptions): Verification {
  return 'bundle' in file ? verifyBundle(file.bundle, options) : verifyRecordProof(file.proof, options);
}

function sinceLine(file: EvidenceFile, result: Verification, word: LedgerWord | undefined): string[] {
  const anchor: EvidenceBundle['anchor'] = 'bundle' in file ? file.bundle.anchor : undefined;
  const isDated = result.checks.some(({ name, outcome }) => name === 'anchor' && outcome === 'proven');
  if (anchor && isDated) return [`since        block ${anchor.blockNumber}, ${time(anchor.blockTimeMs)}`];
  if (!word?.block || result.verdict !== 'proven') return [];
  return [`since        block ${word.block.number} or earlier, ${time(word.block.timeMs)}`];
}

function lines(file: EvidenceFile, result: Verification, word: LedgerWord | undefined): string[] {
  const { temperatureMinMilliC: min, temperatureMaxMilliC: max } = result;
  const temperatures =
    min === undefined || max === undefined ? [] : [`temperature  ${min / 1000} to ${max / 1000} degC`];
  const verdicts = 'bundle' in file ? ofBundle : ofRecord;
  return [
    verdicts[result.verdict],
    `file         ${file.kind}`,
    `gateway      ${result.gateway}`,
    `records      ${result.records}, sequence ${result.firstSequence} to ${result.lastSequence}`,
    `observed     ${time(result.firstObservedAtMs)} to ${time(result.lastObservedAtMs)} by the gateway's clock`,
    ...temperatures,
    ...sinceLine(file, result, word),
    ...result.checks.map(({ name, outcome, text }) => `${marks[outcome]}   ${name}: ${text}`),
    'never shown  where the sensor was, whether a clock was right, and anything about other records',
  ];
}

function refuse(error: EvidenceError, options: VerifyCommandOptions, io: CliIo): ExitCode {
  const { code, message } = error;
  if (options.json) io.out(JSON.stringify({ verdict: 'refuted', error: { code, message } }));
  else io.out(`REFUTED: ${message} [${code}]`);
  return exitCodes.refuted;
}

/** What is to be verified, out of its seal if it has one. */
async function unsealed({ file, key }: VerifyCommandOptions): Promise<Uint8Array> {
  const bytes = readEvidenceBytes(file);
  if (!isSealed(bytes)) return bytes;
  if (key === undefined) {
    const hint = 'give your key with --key FILE';
    throw new UsageError('WRONG_USE', `${file} is sealed`, hint);
  }
  return (await openSealed(bytes, readRecipientKeyFile(key))).content;
}

/**
 * Verifies a file. Exit code 0: nothing is refuted, and where a ledger was asked also proven on it; 1: refuted, or not
 * proven on that ledger.
 * @throws ExportError FILE_UNREADABLE; UsageError; SealedError, KeyError for a sealed file; LedgerError if a node does not
 *   answer
 */
export async function runVerify(options: VerifyCommandOptions, io: CliIo): Promise<ExitCode> {
  const bytes = await unsealed(options);
  let file: EvidenceFile;
  let word: LedgerWord | undefined;
  try {
    file = readEvidence(bytes, options.leaf === undefined ? undefined : fromBase64url(options.leaf));
    word = await askFor(file, options);
  } catch (error) {
    if (error instanceof EvidenceError) return refuse(error, options, io);
    throw error;
  }
  const judged = judge(file, {
    ...(options.gateway === undefined ? {} : { expectedGateway: options.gateway }),
    ...(word === undefined ? {} : { ledger: word.answer }),
  });
  const result = word ? { ...judged, checks: [...judged.checks, word.check] } : judged;
  if (options.json) io.out(JSON.stringify({ kind: file.kind, ...result }, undefined, 2));
  else for (const line of lines(file, result, word)) io.out(line);
  const isEnough =
    result.verdict === 'proven' || (result.verdict === 'signed-only' && !isLedgerAsked(options));
  return isEnough ? exitCodes.ok : exitCodes.refuted;
}
