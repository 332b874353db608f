// The alerts of the log to one broker, ahead of the log itself: after days offline nobody waits for the backlog to hear of
// an excursion. In order, at least once, from a cursor of their own; each record is proven before it is told.

import type { MqttClient } from 'mqtt';
import { decodeRecord, type EvidenceRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { isIndexed } from '../journal/alert-index.js';
import { asDamage } from '../journal/damage.js';
import { JournalError } from '../journal/journal-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { PartSealer } from '../privacy/part-sealer.js';
import type { NameOf } from './known-names.js';
import type { OwnCheckpoints } from './own-checkpoints.js';
import { damageHint, ProvenRecords } from './proven-records.js';
import { sealedMessages } from './sealed-message.js';
import { alertMessages, type DetailOf, type SideMessage } from './side-messages.js';
import type { GatewayTopics } from './topics.js';

const MAX_UNDER_WAY = 50;
/** Records that may be alerts, from the newest back. */
const REPEATED = 1000;
/** Times that much is looked through before other work has its turn. */
const TURNS = 10;

export interface AlertLaneOptions {
  readonly sink: string;
  readonly topics: GatewayTopics;
  readonly journal: JournalReader;
  readonly own: OwnCheckpoints;
  readonly nameOf: NameOf;
  readonly detailOf: DetailOf;
  readonly sealer?: PartSealer | undefined;
  readonly onAcknowledged: (sink: string, size: number) => void;
  /** More may be sent: call `pump`. */
  readonly onRoom: () => void;
}

interface Flight {
  readonly sequence: number;
  readonly sentAtMs: number;
  waiting: number;
}

export class AlertLane {
  readonly #options: AlertLaneOptions;
  readonly #proven: ProvenRecords;
  readonly #sink: string;
  #client: MqttClient | undefined;
  #flights: Flight[] = [];
  #acknowledged: number;
  #next: number;
  #isAtEnd = false;

  constructor(options: AlertLaneOptions) {
    this.#options = options;
    this.#proven = new ProvenRecords(options.journal.log, options.own);
    this.#sink = alertSinkOf(options.sink);
    // A journal from before this lane told its alerts with the log.
    this.#acknowledged = options.journal.cursor(this.#sink) || options.journal.cursor(options.sink);
    this.#next = this.#acknowledged;
  }

  up(client: MqttClient): void {
    this.#client = client;
    this.#isAtEnd = false;
    this.#flights = [];
    this.#next = this.#acknowledged;
  }

  down(): void {
    this.#client = undefined;
    this.#flights = [];
  }

  /** When the oldest that is not acknowledged was sent, monotonic ms. */
  get oldestSentAtMs(): number | undefined {
    return this.#flights[0]?.sentAtMs;
  }

  /** All that the log holds was sent and acknowledged. */
  get isDone(): boolean {
    return this.#isAtEnd && this.#flights.length === 0;
  }

  /** The newest alerts are told again, for a broker that has forgotten what it retained. */
  repeat(): void {
    this.#next = Math.min(this.#next, this.#options.journal.log.alertSequenceBack(REPEATED));
  }

  /** Sends what may be sent. @throws JournalError */
  pump(): void {
    const client = this.#client;
    if (!client) return;
    for (let turn = 0; turn < TURNS; turn += 1) {
      const room = MAX_UNDER_WAY - this.#flights.length;
      if (room <= 0) return;
      const sequences = this.#options.journal.log.alertSequences(this.#next, room);
      this.#isAtEnd = sequences.length < room;
      for (const sequence of sequences) this.#send(client, sequence);
      this.#advance();
      if (this.#isAtEnd) return;
    }
    setImmediate(() => this.#client === client && this.#options.onRoom());
  }

  #send(client: MqttClient, sequence: number): void {
    const messages = this.#messagesOf(sequence);
    const flight: Flight = { sequence, sentAtMs: performance.now(), waiting: messages.length };
    this.#flights.push(flight);
    this.#next = sequence + 1;
    for (const { topic, payload, isRetained } of messages) {
      client.publish(topic, payload, { qos: 1, retain: isRetained }, (error) => {
        if (error || this.#client !== client) return;
        flight.waiting -= 1;
        if (this.#advance()) this.#options.onRoom();
      });
    }
  }

  #messagesOf(sequence: number): readonly SideMessage[] {
    const { topics, nameOf, detailOf, journal } = this.#options;
    const leaf = journal.log.namedLeaf(sequence);
    if (leaf === undefined) return [];
    const record = readable(sequence, leaf);
    if (!isIndexed(record.kind)) throw damaged(sequence);
    const messages = alertMessages(topics, record, nameOf, detailOf);
    // Most conditions of devices are no alerts, and cost no proof: no other kind becomes one by a single bit. By a bit the record
    // of an excursion is one of a shipment.
    if (messages.length > 0 || record.kind !== recordKinds.deviceCondition)
      this.#proven.require(sequence, leaf);
    return sealedMessages(messages, this.#options.sealer);
  }

  #advance(): boolean {
    const before = this.#acknowledged;
    while (this.#flights[0]?.waiting === 0) {
      this.#acknowledged = Math.max(this.#acknowledged, this.#flights[0].sequence + 1);
      this.#flights.shift();
    }
    if (this.#acknowledged === before) return false;
    this.#options.onAcknowledged(this.#sink, this.#acknowledged);
    return true;
  }
}

/** The name under which the alerts' cursor of a broker is kept. */
export const alertSinkOf = (sink: string): string => `${sink}:alerts`;

function damaged(sequence: number): JournalError {
  return new JournalError(
    'JOURNAL_DAMAGED',
    `record ${sequence} is no alert, and stands among them`,
    damageHint,
  );
}

function readable(sequence: number, leaf: Uint8Array): EvidenceRecord {
  try {
    return decodeRecord(leaf);
  } catch (error) {
    throw asDamage(error, `record ${sequence} in the journal`, damageHint);
  }
}
