// `coldgate verify`: one screen on what a bundle proves, by whom, since when, and what it does not prove. Needs no
// configuration, no journal and no key: it is for whoever received the file.

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { type EvidenceBundle, parseBundle } from '../../ledger-sync/evidence/bundle-schema.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../ledger-sync/evidence/evidence-error.js';
import { type Verification, verifyBundle } from '../../ledger-sync/evidence/verify.js';
import type { LedgerAnswer } from '../../ledger-sync/evidence/verify-ledger.js';
import { ExportError } from '../export-error.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';

const MAX_BUNDLE_BYTES = 256 * 1024 * 1024;

export interface VerifyCommandOptions {
  readonly file: string;
  readonly rpc?: string;
  readonly gateway?: string;
  readonly json?: boolean;
}

function readBundleText(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > MAX_BUNDLE_BYTES)
      throw new Error(`it has ${size} bytes, at most ${MAX_BUNDLE_BYTES} are read`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new ExportError('FILE_UNREADABLE', `${path} cannot be read: ${said}`, 'check the name', error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function askLedger(bundle: EvidenceBundle, rpc: string | undefined): Promise<LedgerAnswer | undefined> {
  if (rpc === undefined || bundle.head.kind !== 'batch') return undefined;
  const { readLedgerAnswer } = await import('../../ledger-sync/anchor/verify-on-ledger.js');
  const { chainId, contract } = bundle.head;
  return readLedgerAnswer(rpc, {
    chainId,
    contract: fromHex(contract),
    gateway: fromHex(bundle.gateway),
    ...(bundle.anchor ? { anchor: bundle.anchor } : {}),
    ...(bundle.registration ? { registration: bundle.registration } : {}),
  });
}

const marks = { proven: 'proven    ', failed: 'REFUTED   ', 'not-proven': 'not proven' } as const;

const verdicts: Record<Verification['verdict'], string> = {
  proven: 'PROVEN: the records are complete, unchanged, and on the ledger',
  'signed-only': 'SIGNED: the records are complete and unchanged; that they are on the ledger was not proven',
  refuted: 'REFUTED: do not trust this bundle',
};

const time = (ms: number | undefined) => (ms === undefined ? 'unknown' : new Date(ms).toISOString());

function lines(bundle: EvidenceBundle, result: Verification): string[] {
  const { temperatureMinMilliC: min, temperatureMaxMilliC: max } = result;
  const temperatures =
    min === undefined || max === undefined ? [] : [`temperature  ${min / 1000} to ${max / 1000} degC`];
  const isDated = result.checks.some(({ name, outcome }) => name === 'anchor' && outcome === 'proven');
  const since =
    bundle.anchor && isDated
      ? [`since        block ${bundle.anchor.blockNumber}, ${time(bundle.anchor.blockTimeMs)}`]
      : [];
  return [
    verdicts[result.verdict],
    `gateway      ${result.gateway}`,
    `records      ${result.records}, sequence ${result.firstSequence} to ${result.lastSequence}`,
    `observed     ${time(result.firstObservedAtMs)} to ${time(result.lastObservedAtMs)} by the gateway's clock`,
    ...temperatures,
    ...since,
    ...result.checks.map(({ name, outcome, text }) => `${marks[outcome]}   ${name}: ${text}`),
  ];
}

/**
 * Verifies a bundle. Exit code 0: nothing is refuted, and with --rpc also proven on the ledger; 1: refuted, or not
 * proven on the ledger that was asked.
 * @throws ExportError FILE_UNREADABLE; LedgerError if the RPC does not answer
 */
export async function runVerify(options: VerifyCommandOptions, io: CliIo): Promise<ExitCode> {
  const text = readBundleText(options.file);
  let bundle: EvidenceBundle;
  try {
    bundle = parseBundle(text);
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    if (options.json)
      io.out(JSON.stringify({ verdict: 'refuted', error: { code: error.code, message: error.message } }));
    else io.out(`REFUTED: ${error.message} [${error.code}]`);
    return exitCodes.refuted;
  }
  const ledger = await askLedger(bundle, options.rpc);
  const result = verifyBundle(bundle, {
    ...(options.gateway === undefined ? {} : { expectedGateway: options.gateway }),
    ...(ledger === undefined ? {} : { ledger }),
  });
  if (options.json) io.out(JSON.stringify(result, undefined, 2));
  else for (const line of lines(bundle, result)) io.out(line);
  const isEnough =
    result.verdict === 'proven' || (result.verdict === 'signed-only' && options.rpc === undefined);
  return isEnough ? exitCodes.ok : exitCodes.refuted;
}
