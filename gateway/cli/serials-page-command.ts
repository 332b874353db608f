// `coldgate serials page`: one HTML file that tells whoever holds a pack whether it is genuine and was kept cold, from the maker's
// lots, the ledger, and reports of shipments.

import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readBlock } from '../../ledger-sync/anchor/chain-reader.js';
import { CommissionedLot } from '../../ledger-sync/serials/commissioned-lot.js';
import { parsed } from '../../ledger-sync/serials/lot-file.js';
import { hasBit } from '../../ledger-sync/serials/lot-state.js';
import type { PackIdentity } from '../../ledger-sync/serials/pack-commitment.js';
import { makePackList, type PackFate } from '../../ledger-sync/serials/pack-list.js';
import { type ColdReport, coldStateOf } from '../pack-page/cold-verdict.js';
import { packPage } from '../pack-page/pack-page.js';
import { type Report, reportSchema } from '../reports/report-schema.js';
import { reportHash } from '../reports/shipment-report.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { countOption } from './count-option.js';
import { addressOption, readSmallFile } from './ledger-parts.js';
import { lotStanding } from './lot-standing.js';
import { saveExport } from './saved-export.js';
import { readLotFile } from './serials-lot-command.js';
import { type ActOptions, actingAt, tell } from './serials-parts.js';
import { slowHashes } from './slow-hashes.js';

export interface PageOptions extends ActOptions {
  readonly files: readonly string[];
  readonly output: string;
  readonly maker?: string;
  /** Reports of shipments, JSON. */
  readonly report?: readonly string[];
  readonly iterations: string;
  /** File that keeps the slow hashes for the next page. */
  readonly cache?: string;
}

const SALT_BYTES = 16;
const MAX_REPORT_BYTES = 64 * 1024 * 1024;
/** Of a page that a phone opens. */
const MAX_PACKS = 100_000;
const LEAST_ITERATIONS = 100_000;
const MOST_ITERATIONS = 10_000_000;

/** As `coldgate report -o report.json` writes it. */
const reportFile = z.strictObject({ report: reportSchema, sha256: z.string() });

/** One of which a letter was changed is refused: the page would pass it on. */
function readReport(path: string): Report {
  const what = `report of coldgate report (${path})`;
  const { report, sha256 } = parsed(reportFile, readSmallFile(path, MAX_REPORT_BYTES), what);
  if (reportHash(report) === sha256) return report;
  throw new UsageError('WRONG_USE', `${path} was changed since it was made`, 'coldgate report makes it anew');
}

/** @throws UsageError, KeyError, FileError, SerialsError, LedgerError, ExportError */
export async function runSerialsPage(options: PageOptions, io: CliIo): Promise<ExitCode> {
  if (options.maker !== undefined) addressOption('--maker', options.maker);
  const iterations = countOption('--iterations', options.iterations, [0, MOST_ITERATIONS]);
  if (iterations < LEAST_ITERATIONS) {
    throw new UsageError(
      'WRONG_USE',
      `--iterations ${iterations} is too cheap`,
      `at least ${LEAST_ITERATIONS}`,
    );
  }
  const lots = options.files.map((path) => new CommissionedLot(readLotFile(path)));
  const count = lots.reduce((sum, lot) => sum + lot.tree.size, 0);
  if (count > MAX_PACKS) {
    throw new UsageError(
      'WRONG_USE',
      `${count} packs are too many for a page`,
      'make a page for each lot, or for a part of it',
    );
  }
  const reports = (options.report ?? []).map(readReport);
  const acting = await actingAt(options);
  const maker = (options.maker ?? acting.account).toLowerCase();
  const fated = (await Promise.all(lots.map((lot) => fatesOf(lot, maker, acting, reports)))).flat();
  const identities = fated.map(({ pack }) => pack);
  const slow = await slowHashes(identities, { publisher: acting.account, iterations, path: options.cache });
  const packs = fated.map(({ fate }, index) => ({ fate, slow: slow[index] ?? new Uint8Array(0) }));
  const madeAtMs = Date.now();
  const list = await makePackList(acting.signer, packs, {
    madeAtMs,
    iterations,
    salt: randomBytes(SALT_BYTES),
  });
  const page = packPage(list);
  saveExport(options.output, page, true);
  tell(
    options.json,
    { file: options.output, packs: packs.length, reports: reports.length, bytes: page.length },
    io,
    [
      `${options.output}: answers for ${packs.length} packs, ${page.length} bytes, signed by ${acting.account}`,
      'It names no serial: each entry opens with the whole label of its pack alone.',
    ],
  );
  return exitCodes.ok;
}

async function fatesOf(
  lot: CommissionedLot,
  maker: string,
  { serials, rpc }: Awaited<ReturnType<typeof actingAt>>,
  reports: readonly ColdReport[],
): Promise<{ readonly pack: PackIdentity; readonly fate: PackFate }[]> {
  const { number: block } = await readBlock(rpc, 'latest');
  const { state, spent } = await lotStanding(serials, lot, maker, block);
  const { gtin, lot: number, expiry } = lot.file;
  return lot.file.packs.map(({ serial }, index) => ({
    pack: { gtin, serial, lot: number, expiry },
    fate: {
      isDispensed: hasBit(spent.dispensed, index),
      isDecommissioned: hasBit(spent.decommissioned, index),
      isRecalled: state.recalls > 0,
      cold: coldStateOf({ gtin, serial, lot: number }, reports),
    },
  }));
}
