// Shipments as pages show them: where each stands, its papers, its figures, and what may be done with it next.

import type * as z from 'zod';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { microCOfKineticSum } from '../../excursions/mkt.js';
import type { StoredShipment } from '../../journal/shipment-rows.js';
import type { Role } from '../../requests/request.js';
import { type Alert, readAlerts } from '../../reviews/alert.js';
import { placedAlerts } from '../../reviews/placed-alert.js';
import { readShipment, readShipments, type Shipment } from '../../shipments/shipment.js';
import { shipmentLedger } from '../../shipments/shipment-budgets.js';
import { type ShipmentStep, stepsFrom } from '../../shipments/shipment-states.js';
import type { TransportRange } from '../../shipments/transport-range.js';
import type {
  ProbeStatistics,
  ShipmentDetail,
  ShipmentPage,
  ShipmentSummary,
  shipmentQuery,
} from '../api/shipments.js';
import { unknown } from '../console-error.js';
import type { Span } from '../index/span.js';
import { alertSummary } from './alert-view.js';
import { type ChartParts, timeOfShipment } from './chart-view.js';
import { tagUri } from './now-view.js';
import { offsetOf, pageOf } from './page.js';
import { limitsOf } from './terms-in-force.js';

type Parts = Pick<ChartParts, 'journal' | 'state' | 'index' | 'now'>;

/** In fixed point, as `kineticFactor` gives it. */
const KINETIC_ONE = 2 ** 40;

const openAlertsOf = (alerts: readonly Alert[], id: string) =>
  alerts.filter(({ shipment, state }) => shipment === id && state !== 'closed').length;

function summaryOf(
  id: string,
  shipment: Shipment | undefined,
  row: StoredShipment | undefined,
  alerts: readonly Alert[],
): ShipmentSummary {
  return {
    id,
    state: shipment?.state ?? 'unmanaged',
    profile: shipment
      ? { name: shipment.profile.name, version: shipment.profile.version, hash: shipment.profile.hash }
      : null,
    probes: [...(shipment?.probes ?? [])],
    consignor: shipment?.consignor ?? null,
    consignee: shipment?.consignee ?? null,
    carrier: shipment?.carrier ?? null,
    sinceMs: shipment?.history.at(-1)?.atMs ?? null,
    firstSequence: row?.first_sequence ?? null,
    lastSequence: row?.last_sequence ?? null,
    openAlerts: openAlertsOf(alerts, id),
  };
}

const rangeOf = ({ lowMilliC, highMilliC }: TransportRange) => ({
  lowMilliC: lowMilliC ?? null,
  highMilliC: highMilliC ?? null,
});

/** Who may take a step, as the gateway role has it (21 CFR 11.10(g)); it decides again. */
const qualitySteps: ReadonlySet<ShipmentStep> = new Set(['review', 'release', 'reject', 'close']);

function stepsFor(shipment: Shipment | undefined, role: Role | undefined): ShipmentDetail['steps'] {
  if (!shipment || (role !== 'operator' && role !== 'quality')) return [];
  const isDisputed = shipment.dispute !== undefined && shipment.dispute.settled === undefined;
  const steps = stepsFrom(shipment.state).filter(
    (step) => (role === 'quality' || !qualitySteps.has(step)) && !(step === 'arm' && isDisputed),
  );
  return [...steps, ...(isDisputed && shipment.state === 'draft' ? (['confirm-range'] as const) : [])];
}

function deviationOf({ squares, sum, numbers }: Span): number {
  const mean = sum / numbers;
  return Math.round(Math.sqrt(Math.max(0, squares / numbers - mean * mean)));
}

export class ShipmentView {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws ShipmentError, AlertError, ConsoleError REQUEST_INVALID */
  page({ state: wanted, search, pageFrom, pageSize }: z.output<typeof shipmentQuery>): ShipmentPage {
    const { state, journal } = this.#parts;
    const rows = new Map(journal.shipments().map((row) => [row.name, row]));
    const managed = new Map(readShipments(state).map((shipment) => [shipment.id, shipment]));
    const alerts = readAlerts(state);
    const ids = [...new Set([...managed.keys(), ...rows.keys()])];
    const part = search?.toLowerCase();
    const found = ids
      .map((id) => summaryOf(id, managed.get(id), rows.get(id), alerts))
      .filter((summary) => {
        if (wanted !== undefined && summary.state !== wanted) return false;
        const { id, consignor, consignee, carrier, probes } = summary;
        const words = [id, consignor, consignee, carrier, ...probes].map((word) => word?.toLowerCase() ?? '');
        return part === undefined || words.some((word) => word.includes(part));
      })
      .sort((a, b) => (b.sinceMs ?? 0) - (a.sinceMs ?? 0) || (a.id < b.id ? -1 : 1));
    const { items, nextPage } = pageOf(found, offsetOf(pageFrom), pageSize);
    return { shipments: items, nextPage, total: found.length };
  }

  /** @throws ConsoleError SHIPMENT_UNKNOWN; ShipmentError, AlertError; JournalError JOURNAL_DAMAGED */
  read(id: string, role: Role | undefined): ShipmentDetail {
    const { state, journal, index, now } = this.#parts;
    const shipment = readShipment(state, id);
    const row = journal.shipment(id);
    if (!shipment && !row) throw unknown(`shipment ${id}`, 'SHIPMENT_UNKNOWN');
    const alerts = placedAlerts(state, journal).filter((alert) => alert.shipment === id);
    const time = shipment
      ? timeOfShipment(shipment, journal, now())
      : (index.timeOfRecords(row?.first_sequence ?? null, row?.last_sequence ?? null) ?? null);
    const { profile, dispute } = shipment ?? {};
    return {
      ...summaryOf(id, shipment, row, alerts),
      title: profile?.title ?? null,
      limits: shipment ? shipment.probes.flatMap((probe) => limitsOf(probe, shipment.profile)) : [],
      stabilityBands: (profile?.stability ?? []).map((band) => ({ ...band })),
      budgets: shipmentLedger(state, id).map(
        (entry) => JSON.parse(JSON.stringify(entry)) as Record<string, never>,
      ),
      tags: (shipment?.tags ?? []).map((tag) => ({ tag, uri: /^\d{18}$/.test(tag) ? null : tagUri(tag) })),
      sscc: shipment?.sscc ?? null,
      products: (shipment?.products ?? []).map(({ gtin, lot }) => ({ gtin, lot })),
      dispute: dispute
        ? {
            label: dispute.label ? rangeOf(dispute.label) : null,
            order: rangeOf(dispute.order),
            settled: dispute.settled ?? null,
            confirmations: dispute.confirmations.map((one) => ({ ...one })),
          }
        : null,
      history: (shipment?.history ?? []).map((step) => ({ ...step })),
      fromMs: time?.fromMs ?? null,
      toMs: time?.toMs ?? null,
      statistics: time && shipment ? this.#statistics(shipment, time, alerts) : [],
      alerts: alerts.map(alertSummary),
      steps: stepsFor(shipment, role),
    };
  }

  #statistics(
    { probes, profile }: Shipment,
    time: { fromMs: number; toMs: number },
    alerts: readonly Alert[],
  ): ProbeStatistics[] {
    const { index } = this.#parts;
    const named = index
      .sensors()
      .filter(({ sensor, name }) => sensor.kind === recordKinds.temperature && probes.includes(name));
    const totals = index.series.total(
      named.map(({ sensor }) => sensor),
      time,
    );
    return named.map(({ sensor, name }) => {
      const own = alerts
        .filter(({ sensorId, source }) => sensorId === name && source === 'excursion')
        .map(alertSummary);
      const holes = index.reader.holes(sensor.id, time.fromMs, time.toMs, profile.maxGapMs);
      const isLow = alerts.some(({ sensorId, matter }) => sensorId === name && matter.side === 'low');
      const total = totals.get(sensor.id);
      const hasNumbers = total !== undefined && total.numbers > 0;
      const mktMicroC = hasNumbers
        ? microCOfKineticSum(BigInt(Math.round(total.kinetic * KINETIC_ONE)), total.numbers)
        : undefined;
      return {
        sensorId: name,
        count: total?.numbers ?? 0,
        bad: total?.bad ?? 0,
        minMilliC: total?.min ?? null,
        minAtMs: hasNumbers ? total.minMs : null,
        maxMilliC: total?.max ?? null,
        maxAtMs: hasNumbers ? total.maxMs : null,
        meanMilliC: hasNumbers ? Math.round(total.sum / total.numbers) : null,
        standardDeviationMilliC: hasNumbers ? deviationOf(total) : null,
        // USP <1079.2>: not for frozen product, nor where it was too cold.
        mktMilliC: profile.isFrozen || isLow || mktMicroC === undefined ? null : Math.round(mktMicroC / 1000),
        outsideMs: own.reduce((sum, { outsideMs }) => sum + (outsideMs ?? 0), 0),
        gaps: holes.length,
        longestGapMs: Math.max(0, ...holes.map(({ from_ms, to_ms }) => to_ms - from_ms)),
      };
    });
  }
}
