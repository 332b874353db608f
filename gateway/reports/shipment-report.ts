// From the journal to a report: reads the span of a shipment once, proven, and puts together what it tells. The report
// depends on the records, on what is anchored, and on the certificates and contacts of the configuration; not on the hour,
// the place or the machine.

import type { AlarmProfile } from '../../config/alarm-profile.js';
import { loadAlarmProfile } from '../../config/alarm-profile-load.js';
import { limitsProfile } from '../../config/limits-profile.js';
import type { Config } from '../../config/schema.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { packageVersion } from '../package-version.js';
import { type AnchorState, anchorStateOf } from './anchor-state.js';
import { kindName } from './code-names.js';
import { contactWindows, marksOf } from './contact-windows.js';
import { custodySteps, periodOf, reviewSteps } from './life-section.js';
import { probeSection, ruleLimits } from './probe-section.js';
import { readSpan, type Span, type SpanProof } from './proven-span.js';
import { ReadingColumns } from './reading-columns.js';
import { ReportError } from './report-error.js';
import { type Report, reportSchema } from './report-schema.js';
import { ShipmentFold } from './shipment-fold.js';
import { signerBookOf } from './signer-book.js';
import { auditSection, excursionSection, positionSection } from './story-section.js';
import { instantOf } from './utc.js';
import { verdictOf } from './verdict.js';
import { versionsOf } from './version-search.js';

/** The report, and the readings behind it for a chart and a table. */
export interface ShipmentReport {
  readonly report: Report;
  readonly span: Span;
  /** By probe, placed; probes of the order that never spoke are there, and empty. */
  readonly readings: ReadonlyMap<string, ReadingColumns>;
  readonly fold: ShipmentFold;
  /** On the axis of the readings. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Name and span of a shipment. @throws ReportError SHIPMENT_UNKNOWN */
function spanOf(journal: JournalReader, name: string): Span & { readonly id: Uint8Array } {
  const row = journal.shipment(name);
  if (row && row.first_sequence !== null && row.last_sequence !== null) {
    return { first: row.first_sequence, last: row.last_sequence, id: row.shipment };
  }
  const known = journal.namedShipments();
  throw new ReportError(
    'SHIPMENT_UNKNOWN',
    `the journal has no records of shipment ${name}`,
    known.length > 0 ? `it knows ${known.join(', ')}` : '`coldgate shipment list` shows what there is',
  );
}

/** Without an order the rules are those of the configuration, which nobody has signed. */
function configuredProfile({ excursions }: Config, sensor: string): AlarmProfile | undefined {
  const found = excursions.find(({ sensorId }) => sensorId === sensor);
  if (!found) return undefined;
  const { profile, ...limits } = found;
  return profile === undefined ? limitsProfile(limits) : loadAlarmProfile(profile);
}

/**
 * The report of a shipment, from its first to its last record so far.
 * @throws ReportError SHIPMENT_UNKNOWN; JournalError, SQLite's errors if the journal cannot be read; ConfigError for a
 *   profile file that is gone
 */
export function makeShipmentReport(journal: JournalReader, config: Config, name: string): ShipmentReport {
  const { id, first, last } = spanOf(journal, name);
  const span = { first, last };
  const book = signerBookOf(journal);
  const begin = () => new ShipmentFold(journal, { shipment: id, book });
  const { sink: fold, proof } = readSpan(journal, span, begin);
  for (const columns of fold.readings.values()) columns.place((boot) => fold.axis.offsetOf(boot));
  const sensors = [...new Set([...fold.order.probes, ...[...fold.readings.keys()].sort()])];
  const profileOf = (sensor: string) => fold.order.profile ?? configuredProfile(config, sensor);
  const profile = sensors.map(profileOf).find((one) => one !== undefined);
  const period = periodOf(fold);
  const contacts = contactWindows(fold, config, sensors, period.toMs);
  const readings = new Map(sensors.map((sensor) => [sensor, fold.readings.get(sensor) ?? emptyColumns()]));
  const probes = [...readings].map(([sensor, columns]) =>
    probeSection(columns, {
      ...{ sensor, shipment: name, profile: profileOf(sensor), axis: fold.axis },
      ...{ fromMs: period.fromMs, toMs: period.toMs },
      calibration: config.calibrations.find(({ sensorId }) => sensorId === sensor),
      told: fold.excursions.all,
      judged: fold.order.judged.get(sensor),
      marks: marksOf(fold, config, sensor),
    }),
  );
  const excursions = excursionSection(fold.excursions.all);
  const shown = proofSection(proof, fold, anchorStateOf(journal, config, span));
  const { order } = fold;
  const running = period.told.stopReason === 'still-running';
  const told = {
    format: 'coldgate-report',
    version: 1,
    madeBy: { program: 'coldgate', version: packageVersion() },
    timeZone: 'UTC',
    verdict: verdictOf({
      probes,
      excursions,
      isWhole: shown.isWhole,
      hasProfile: sensors.every((sensor) => profileOf(sensor) !== undefined),
      running,
    }),
    shipment: {
      id: name,
      state: order.steps.at(-1)?.state ?? 'configured',
      hasOrder: order.hasOrder,
      consignor: order.party('consignor'),
      consignee: order.party('consignee'),
      carrier: order.party('carrier'),
      ssccs: ssccsOf(fold),
      tags: order.tags.filter((tag) => !isSscc(tag)),
      products: order.products,
    },
    gateway: {
      name: config.gateway.name,
      address: `0x${toHex(journal.gateway)}`,
      versions: versionsOf(journal, fold, span),
    },
    period: {
      ...period.told,
      ...{ firstSequence: first, lastSequence: last },
      records: Object.fromEntries(
        [...fold.counts].sort(([a], [b]) => a - b).map(([kind, count]) => [kindName(kind), count]),
      ),
    },
    profile: profile && profileSection(profile, order.profile !== undefined),
    ...{ probes, excursions, contacts },
    custody: custodySteps(order.steps),
    positions: positionSection(fold.surroundings.positions),
    reviews: reviewSteps(fold.reviews.steps),
    reminders: fold.reviews.reminders,
    clock: {
      unsynchronisedRecords: fold.unsynchronised,
      correctedRecords: fold.corrected,
      references: fold.surroundings.timeReferences.map(({ atMs, ...reference }) => ({
        ...{ at: instantOf(atMs), ...reference },
      })),
      steps: fold.surroundings.clockSteps.map(({ atMs, stepMs, sequence }) => ({
        ...{ at: instantOf(atMs), stepMs, sequence },
      })),
    },
    losses: fold.surroundings.losses.map(({ atMs, fromMs, toMs, ...loss }) => ({
      ...{ ...loss, at: instantOf(atMs) },
      fromAt: fromMs === undefined ? undefined : instantOf(fromMs),
      toAt: toMs === undefined ? undefined : instantOf(toMs),
    })),
    audit: auditSection(fold),
    proof: shown,
  };
  // What is undefined is left out, as JSON has no word for it.
  const report = reportSchema.parse(JSON.parse(JSON.stringify(told)));
  return { report, span, readings, fold, fromMs: period.fromMs, toMs: period.toMs };
}

const isSscc = (tag: string) => /^\d{18}$/.test(tag);

function ssccsOf({ order }: ShipmentFold): string[] {
  const { sscc, tags } = order;
  return [...new Set([...(sscc === undefined ? [] : [sscc]), ...tags.filter(isSscc)])];
}

function emptyColumns(): ReadingColumns {
  const columns = new ReadingColumns();
  columns.place(() => 0);
  return columns;
}

function profileSection(profile: AlarmProfile, isSigned: boolean) {
  const { name, version, title, source, hash, intervalMs, maxGapMs, ignoreMs, isFrozen, mkt } = profile;
  return {
    ...{ name, version, title, source, hash, intervalMs, maxGapMs, ignoreMs, isFrozen, mkt },
    origin: isSigned ? 'signed-order' : 'configuration',
    rules: profile.rules.map(ruleLimits),
  };
}

function proofSection(
  { checkpoint, signatures, broken, stoppedAt }: SpanProof,
  { forged }: ShipmentFold,
  anchor: AnchorState | undefined,
) {
  const { blockTimeMs, ...anchored } = anchor ?? {};
  const blockTime = blockTimeMs === undefined ? undefined : instantOf(blockTimeMs);
  return {
    isWhole:
      broken.length === 0 && forged.length === 0 && stoppedAt === undefined && checkpoint !== undefined,
    signatures,
    broken: [...broken, ...forged],
    stoppedAt,
    checkpoint: checkpoint && {
      size: checkpoint.size,
      root: toHex(checkpoint.root),
      signedAt: instantOf(checkpoint.timeMs),
      signature: toHex(checkpoint.signature),
    },
    anchor: anchor && { ...anchored, blockTime },
  };
}

/** What names a report: SHA-256 of its canonical JSON, hex, so that spaces and the order of keys do not matter. */
export function reportHash(report: Report): string {
  return toHex(detailHash(report));
}
