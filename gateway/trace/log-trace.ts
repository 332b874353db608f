// What the signed log says of the subject: where it was read and what was thought of it, the steps and excursions of the
// shipments that it was in, and the EPCIS events that came of them. Takes checked records in their order.

import type { EpcisConfig } from '../../config/epcis-schema.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { EpcisEvent } from '../epcis/epcis-event.js';
import { EventSource } from '../epcis/event-source.js';
import { documentOf, sectionOf, textOf, textsOf } from '../epcis/source-record.js';
import { inventoryType } from '../inventory/inventory-document.js';
import type { CheckedRecord } from '../reviews/checked-record.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { readShipmentLabel } from '../shipments/shipment-label.js';
import type { TracedAgreement } from './custody-trace.js';
import { inShipment, recordedAs, type TraceEntry } from './trace-entry.js';
import { isSubject, subjectLink, type TraceSubject } from './trace-subject.js';
import { verdictWords } from './verdict-words.js';

/** Records that a trace looks at. */
export const tracedForLog: ReadonlySet<number> = new Set([
  recordKinds.tagSighting,
  recordKinds.tagAuthenticity,
  recordKinds.shipmentEvent,
  recordKinds.excursion,
  recordKinds.position,
]);

interface Seen {
  readonly firstMs: number;
  lastMs: number;
  count: number;
  readonly recordedAtMs: number | undefined;
  readonly reader: string;
  readonly sequence: number;
  readonly shipment: string | undefined;
}

/** Reads that follow each other so closely are one stay. */
const STAY_MS = 3_600_000;

export class LogTrace {
  readonly #subject: TraceSubject;
  readonly #events: EventSource;
  readonly #link: string | undefined;
  readonly #isTag = new Map<string, boolean>();
  readonly #entries: TraceEntry[] = [];
  /** Of every shipment, until it is known which ones count. */
  readonly #ofShipments: (TraceEntry & { readonly shipment: string })[] = [];
  readonly #shipments = new Set<string>();
  readonly #agreements = new Map<string, TracedAgreement>();
  #stay: Seen | undefined;
  /** Sightings and verdicts whose names were erased. */
  nameless = 0;

  /** @param gateway address of the device key, 20 bytes */
  constructor(subject: TraceSubject, gateway: Uint8Array, epcis: EpcisConfig) {
    this.#subject = subject;
    this.#link = subjectLink(subject);
    this.#events = new EventSource(gateway, epcis);
  }

  take(checked: CheckedRecord): void {
    const { kind } = checked.record;
    for (const { event, shipment } of this.#events.take(checked)) this.#takeEvent(event, shipment, checked);
    if (kind === recordKinds.tagSighting) this.#takeSighting(checked);
    else if (kind === recordKinds.tagAuthenticity) this.#takeVerdict(checked);
    else if (kind === recordKinds.shipmentEvent) this.#takeStep(checked);
    else if (kind === recordKinds.excursion) this.#takeExcursion(checked);
  }

  /** All that was found; no more records come. */
  finish(): readonly TraceEntry[] {
    this.#endStay();
    return [...this.#entries, ...this.#ofShipments.filter(({ shipment }) => this.#shipments.has(shipment))];
  }

  /** Agreements under which goods of the subject's shipments changed hands. After `finish`. */
  get agreements(): readonly TracedAgreement[] {
    return [...this.#agreements.values()].filter(({ shipment }) => this.#shipments.has(shipment));
  }

  #takeSighting(checked: CheckedRecord): void {
    if (!this.#isMeant(checked)) return;
    const { record, recordedAtMs, shipment } = checked;
    const reader = textOf(documentOf(checked).reader) ?? 'unknown';
    if (shipment !== undefined) this.#shipments.add(shipment);
    const stay = this.#stay;
    const goesOn =
      stay?.reader === reader && stay.shipment === shipment && record.observedAtMs - stay.lastMs <= STAY_MS;
    if (stay && goesOn) {
      stay.lastMs = record.observedAtMs;
      stay.count += 1;
      return;
    }
    this.#endStay();
    const { observedAtMs, sequence } = record;
    this.#stay = {
      firstMs: observedAtMs,
      lastMs: observedAtMs,
      count: 1,
      recordedAtMs,
      reader,
      sequence,
      shipment,
    };
  }

  #endStay(): void {
    if (!this.#stay) return;
    const { firstMs, lastMs, count, recordedAtMs, reader, sequence, shipment } = this.#stay;
    this.#stay = undefined;
    const until = count === 1 ? '' : `, ${count} records until ${new Date(lastMs).toISOString()}`;
    const words = `read by ${reader}${until}`;
    const times = { atMs: firstMs, ...recordedAs(recordedAtMs) };
    this.#put({ ...times, source: 'log', what: 'seen', words, sequence, ...inShipment(shipment) });
  }

  #takeVerdict(checked: CheckedRecord): void {
    const document = documentOf(checked);
    if (document.type === 'serials-known' || !this.#isMeant(checked)) return;
    const said = verdictWords(document);
    if (said) this.#put({ ...this.#base(checked), ...said });
  }

  #takeStep(checked: CheckedRecord): void {
    const { shipment } = checked;
    const document = documentOf(checked);
    if (shipment !== undefined && document.type === inventoryType) {
      const said = inventorySaid(this.#subject, document);
      if (said) this.#put({ ...this.#base(checked), ...said });
    }
    if (shipment === undefined || document.type !== 'shipment') return;
    const order = sectionOf(document.order);
    if (document.event === 'created' && this.#isOrdered(order, checked.record.observedAtMs)) {
      this.#shipments.add(shipment);
    }
    const event = textOf(document.event) ?? 'changed';
    const handed = handoverOf(document, shipment);
    if (handed) this.#agreements.set(handed.agreement.id, handed.agreement);
    const parties = [order.consignor, order.carrier, order.consignee].flatMap((name) => textOf(name) ?? []);
    const words =
      handed?.words ?? `shipment ${event}${parties.length > 0 ? `: ${parties.join(' -> ')}` : ''}`;
    this.#ofShipments.push({ ...this.#base(checked), what: `shipment-${event}`, words, shipment });
  }

  #takeExcursion(checked: CheckedRecord): void {
    const { shipment, record } = checked;
    const { event, ruleId, sensor } = documentOf(checked);
    if (shipment === undefined) return;
    const rule = textOf(ruleId) ?? 'a limit';
    const words = `excursion ${textOf(event) ?? 'told'} (${rule}) at ${textOf(sensor) ?? checked.name ?? 'a probe'}`;
    this.#ofShipments.push({
      ...this.#base(checked),
      what: 'excursion',
      words,
      shipment,
      sequence: record.sequence,
    });
  }

  #takeEvent(event: EpcisEvent, shipment: string | undefined, checked: CheckedRecord): void {
    const named = 'epcList' in event ? event.epcList : event.childEPCs;
    const isMeant = this.#link !== undefined && named.includes(this.#link);
    const { bizStep = 'observed', disposition = '', eventID } = event;
    const entry = {
      ...{ atMs: Date.parse(event.eventTime), source: 'epcis' as const, what: bizStep },
      words: `${bizStep}${disposition === '' ? '' : `, ${disposition}`}`,
      ...{ eventId: eventID, sequence: checked.record.sequence },
    };
    if (isMeant) this.#entries.push({ ...entry, ...inShipment(shipment) });
    else if (this.#link === undefined && shipment !== undefined)
      this.#ofShipments.push({ ...entry, shipment });
  }

  /** Whether the order names the subject: as a tag, as its own label, or as a lot. */
  #isOrdered(order: DetailDocument, atMs: number): boolean {
    const subject = this.#subject;
    const listed = [...textsOf(order.tags), ...textsOf(order.loadUnits)];
    if (listed.some((tag) => isSubject(tag, subject))) return true;
    const label = textOf(order.label);
    const read = label === undefined ? undefined : readShipmentLabel(label, new Date(atMs).getUTCFullYear());
    if (subject.kind === 'sscc') return read?.ok === true && read.value.sscc === subject.sscc;
    if (subject.kind !== 'lot' || !Array.isArray(order.products)) return false;
    return order.products.some((product) => {
      const { gtin, lot } = sectionOf(product);
      return gtin === subject.gtin && lot === subject.lot;
    });
  }

  #isMeant({ name }: CheckedRecord): boolean {
    if (name === undefined) {
      this.nameless += 1;
      return false;
    }
    const known = this.#isTag.get(name);
    if (known !== undefined) return known;
    const isMeant = isSubject(name, this.#subject);
    this.#isTag.set(name, isMeant);
    return isMeant;
  }

  #base({ record, recordedAtMs, shipment }: CheckedRecord) {
    const { observedAtMs: atMs, sequence } = record;
    return { atMs, ...recordedAs(recordedAtMs), source: 'log' as const, sequence, ...inShipment(shipment) };
  }

  #put(entry: TraceEntry): void {
    this.#entries.push(entry);
  }
}

const missed = {
  missing: 'seen nowhere',
  notLoaded: 'not seen at loading, but elsewhere',
  notUnloaded: 'not seen at unloading, but before',
  notOrdered: 'seen, and not ordered',
} as const;

/** What a comparison with the order says of this load unit, where it says anything. */
function inventorySaid(subject: TraceSubject, document: DetailDocument) {
  if (subject.kind !== 'sscc') return undefined;
  const said = Object.entries(missed).find(([list]) => textsOf(document[list]).includes(subject.sscc));
  return (
    said && {
      what: 'inventory',
      words: `compared with the order at ${textOf(document.compared)}: ${said[1]}`,
    }
  );
}

/** A handover's record has its addresses; whose they are is in the file of the two. */
function handoverOf({ event, chainId, contract, handover }: DetailDocument, shipment: string) {
  if (event !== 'handed-over' || typeof chainId !== 'number') return undefined;
  const { agreement: id, step, from, to } = sectionOf(handover);
  if (typeof contract !== 'string' || typeof id !== 'string') return undefined;
  const words = `goods handed over, both have signed: ${from} to ${to} (${step})`;
  return { agreement: { id, chainId, contract, shipment }, words };
}
