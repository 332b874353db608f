// A record of the log as a CloudEvent 1.0 in JSON (structured mode), for receivers that speak no MQTT. An alert carries
// the very body of its MQTT message, so that both ways say the same. Pure: what it says follows from the record.
// Told are alerts, conditions of devices and the steps of shipments; who a person is, and what they wrote, is for the log.

import { type WebhookEventName, webhookEventNames } from '../../config/webhook-events.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { readableOf } from '../../ledger-sync/evidence/readable.js';
import { type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { isAlarming } from '../authenticity/finding.js';
import { inventoryType, isInventoryAlert } from '../inventory/inventory-document.js';
import type { NameOf } from '../publish/known-names.js';
import { alertMessages, type DetailOf } from '../publish/side-messages.js';
import { type GatewayTopics, topicsOf } from '../publish/topics.js';
import { QUARANTINE_TYPE } from '../trials/quarantine.js';

const TYPE_ROOT = 'org.coldgate';
/** Sequences are 48-bit numbers: so many digits let texts be ordered as the numbers are. */
const SEQUENCE_DIGITS = 15;

/** Attributes of CloudEvents 1.0.2, and the extension `sequence`. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The same for the same record, however often it is sent: drop what was seen. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  /** When the gateway observed it, by its clock. */
  readonly time: string;
  readonly dataschema: string;
  readonly datacontenttype: 'application/json';
  /** Place in the log, with leading zeros. Has gaps: not every record is an event. */
  readonly sequence: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A CloudEvent, its record's place and the name by which a configuration asks for it. */
export interface WebhookEvent {
  readonly sequence: number;
  readonly name: WebhookEventName;
  readonly event: CloudEvent;
}

interface Detail {
  readonly type?: unknown;
  readonly event?: unknown;
  readonly condition?: unknown;
  readonly reason?: unknown;
  readonly sibling?: unknown;
  readonly sinceMs?: unknown;
  readonly state?: unknown;
  readonly from?: unknown;
  readonly profileHash?: unknown;
  readonly excursionId?: unknown;
  readonly alert?: unknown;
  readonly case?: unknown;
  readonly verdict?: unknown;
  readonly before?: unknown;
}

const families = new Map<number, string>([
  [recordKinds.excursion, 'excursion'],
  [recordKinds.review, 'alert'],
  [recordKinds.deviceCondition, 'device'],
  [recordKinds.shipmentEvent, 'shipment'],
  [recordKinds.tagAuthenticity, 'tag'],
]);

/** Whether a record of that kind may become an event: others need not be read. */
export const mayBeEvent = (kind: number): boolean => families.has(kind);

/** Of shipments the comparisons of load units, and kits that were set aside, are families of their own. */
function familyOf({ kind }: EvidenceRecord, { type }: Detail): string {
  const family = families.get(kind) ?? '';
  if (family !== 'shipment') return family;
  return type === inventoryType ? inventoryType : type === QUARANTINE_TYPE ? 'kits' : family;
}

/** By which name the record is asked for; undefined where it is no event. */
function eventNameOf(family: string, detail: Detail): WebhookEventName | undefined {
  if (family === 'tag') return tagEventNameOf(detail);
  if (family === inventoryType && !isInventoryAlert(detail)) return undefined;
  const step =
    family === 'device'
      ? detail.condition
      : family === 'alert'
        ? String(detail.type).replace(/^alert-/, '')
        : detail.event;
  return webhookEventNames.find((name) => name === `${family}.${step}`);
}

/** Only what alarms, and when that is over: most verdicts are nobody's business. */
function tagEventNameOf({ verdict, before }: Detail): WebhookEventName | undefined {
  if (verdict === 'suspect' || verdict === 'recalled') return `tag.${verdict}`;
  return isAlarming(before) ? 'tag.cleared' : undefined;
}

/** What is told of a record that is no alert. Of a shipment its state alone: the order names people and firms. */
function plainData(record: EvidenceRecord, name: string | undefined, family: string, detail: Detail) {
  const { type, event, condition, reason, sibling, sinceMs, state, from, profileHash } = detail;
  const told =
    family === 'device'
      ? { type, condition, sibling, sinceMs, ...(type === 'device-condition' ? { reason } : {}) }
      : { type, event, from, state, profileHash };
  return { version: 1, ...readableOf(record, name), detail: told };
}

/** Makes events of the records of one gateway. */
export class CloudEvents {
  readonly #topics: GatewayTopics;
  readonly #nameOf: NameOf;
  readonly #detailOf: DetailOf;

  constructor(gatewayName: string, nameOf: NameOf, detailOf: DetailOf) {
    this.#topics = topicsOf(gatewayName);
    this.#nameOf = nameOf;
    this.#detailOf = detailOf;
  }

  /** The event that a record is; undefined where it is none, or where its detail was erased. */
  of(record: EvidenceRecord): WebhookEvent | undefined {
    const text = mayBeEvent(record.kind) ? this.#detailOf(record) : undefined;
    if (text === undefined) return undefined;
    // The gateway's own document, of which the hash is signed.
    const detail = JSON.parse(text) as Detail;
    const family = familyOf(record, detail);
    const name = eventNameOf(family, detail);
    if (name === undefined) return undefined;
    const subject = this.#subjectOf(record, family, detail);
    const address = `0x${toHex(record.gateway)}`;
    return {
      sequence: record.sequence,
      name,
      event: {
        specversion: '1.0',
        id: `${address}/${record.sequence}`,
        source: `urn:coldgate:gateway:${address}`,
        type: `${TYPE_ROOT}.${name}`,
        ...(subject === undefined ? {} : { subject }),
        time: new Date(record.observedAtMs).toISOString(),
        dataschema: `urn:coldgate:schema:${family}:1`,
        datacontenttype: 'application/json',
        sequence: String(record.sequence).padStart(SEQUENCE_DIGITS, '0'),
        data: this.#dataOf(record, family, detail),
      },
    };
  }

  /** The alert that it is about, or else the device or the shipment. */
  #subjectOf(record: EvidenceRecord, family: string, detail: Detail): string | undefined {
    const { excursionId, alert, case: tagCase } = detail;
    // The name of a tag is a serial, which is for the log.
    if (family === 'tag' || family === inventoryType || family === 'kits')
      return typeof tagCase === 'string' ? tagCase : undefined;
    const named = family === 'excursion' ? excursionId : family === 'alert' ? alert : undefined;
    return typeof named === 'string' && named !== '' ? named : this.#nameOf(record.subject);
  }

  #dataOf(record: EvidenceRecord, family: string, detail: Detail): Readonly<Record<string, unknown>> {
    const [message] = alertMessages(this.#topics, record, this.#nameOf, this.#detailOf);
    if (message !== undefined) return JSON.parse(message.payload) as Record<string, unknown>;
    return plainData(record, this.#nameOf(record.subject), family, detail);
  }
}
