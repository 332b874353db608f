// Publishes the log to one broker: in order, at least once, from a cursor that survives a power cut. Few
// messages are in flight; the cursor follows the oldest that is acknowledged.

import type { MqttClient } from 'mqtt';
import { JournalError, journalError } from '../journal/journal-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { BrokerLink, type LinkSettings } from './broker-link.js';
import { type Encoding, encodeLogMessage, type NameOf } from './log-message.js';
import { type LogPage, LogPager } from './log-page.js';
import type { OwnCheckpoints } from './own-checkpoints.js';
import {
  alertMessages,
  type BatchState,
  batchMessage,
  latestMessages,
  type SideMessage,
} from './side-messages.js';
import type { GatewayTopics } from './topics.js';

/** Window 20 already gives most of the throughput; more only adds latency and memory. */
const MAX_PAGES_IN_FLIGHT = 20;
/** Sent but unacknowledged for this long: the link is dead, whatever its socket says. */
const PROGRESS_TIMEOUT_MS = 30_000;
/** What is stored is not what was signed, or is gone. */
const damageCodes: ReadonlySet<string> = new Set(['JOURNAL_DAMAGED', 'RECORD_ABSENT']);

export interface PublisherOptions {
  readonly sink: string;
  readonly gatewayName: string;
  readonly encoding: Encoding;
  readonly topics: GatewayTopics;
  readonly link: Omit<LinkSettings, 'will'>;
  readonly journal: JournalReader;
  /** Checkpoints whose signatures need no check before they are published. */
  readonly own?: OwnCheckpoints;
  /** The body of the retained status message. */
  readonly status: (isOnline: boolean) => string;
  readonly onAcknowledged: (sink: string, size: number, page: LogPage) => void;
  /** A connection is new. */
  readonly onClient?: (client: MqttClient) => void;
  readonly onLink: (sink: string, isUp: boolean, reason: string) => void;
  /** The journal cannot be read; when it is damaged nothing more is published, else the next commit tries again. */
  readonly onUnreadable: (error: JournalError, isDamaged: boolean) => void;
}

interface Flight {
  readonly page: LogPage;
  readonly sentAtMs: number;
  isAcknowledged: boolean;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #link: BrokerLink;
  #client: MqttClient | undefined;
  #pager: LogPager | undefined;
  #flights: Flight[] = [];
  #acknowledged: number;
  #batch: BatchState | undefined;
  #isDamaged = false;
  readonly #watchdog: NodeJS.Timeout;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#acknowledged = options.journal.cursor(options.sink);
    this.#link = new BrokerLink(
      { ...options.link, will: { topic: options.topics.status, payload: options.status(false) } },
      { onUp: (client) => this.#onUp(client), onDown: (reason) => this.#onDown(reason) },
    );
    this.#watchdog = setInterval(() => this.#watch(), PROGRESS_TIMEOUT_MS / 3);
  }

  open(): void {
    this.#link.open();
  }

  /** Records that the broker has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Something new may be in the log. */
  pump(): void {
    const client = this.#client;
    if (!client || this.#isDamaged) return;
    try {
      const sent = this.#flights.at(-1)?.page.checkpoint.size ?? this.#acknowledged;
      this.#pager ??= new LogPager(this.#options.journal.log, sent, this.#options.own);
      while (this.#flights.length < MAX_PAGES_IN_FLIGHT) {
        const page = this.#pager.next();
        if (!page) return;
        this.#send(client, page);
      }
    } catch (error) {
      this.#pager = undefined;
      const isDamaged = error instanceof JournalError && damageCodes.has(error.code);
      this.#isDamaged ||= isDamaged;
      this.#options.onUnreadable(journalError(error, 'the journal'), isDamaged);
    }
  }

  /** Publishes the state of the newest batch header, now and after each reconnect. */
  announceBatch(state: BatchState): void {
    this.#batch = state;
    if (this.#client) this.#sendSide(this.#client, batchMessage(this.#options.topics, state));
  }

  async close(): Promise<void> {
    clearInterval(this.#watchdog);
    await this.#link.close((client) => this.#sendStatus(client, false));
  }

  #onUp(client: MqttClient): void {
    this.#client = client;
    this.#options.onLink(this.#options.sink, true, '');
    this.#options.onClient?.(client);
    this.#sendStatus(client, true);
    if (this.#batch) this.#sendSide(client, batchMessage(this.#options.topics, this.#batch));
    this.pump();
  }

  #onDown(reason: string): void {
    const wasUp = this.#client !== undefined;
    this.#client = undefined;
    this.#flights = [];
    this.#pager = undefined;
    if (wasUp || reason !== '') this.#options.onLink(this.#options.sink, false, reason);
  }

  #send(client: MqttClient, page: LogPage): void {
    const { topics, encoding, gatewayName, journal } = this.#options;
    // All that is read of the journal is read first: what fails in between is sent whole at the next attempt.
    const message = encodeLogMessage(encoding, gatewayName, page, this.#nameOf);
    const sideMessages = alertMessages(topics, page, this.#nameOf, this.#detailOf);
    // While a backlog drains its readings are not the latest.
    const isLive = page.checkpoint.size === journal.log.latestCheckpoint()?.size;
    if (isLive) sideMessages.push(...latestMessages(topics, page, this.#nameOf));
    const flight: Flight = { page, sentAtMs: performance.now(), isAcknowledged: false };
    this.#flights.push(flight);
    client.publish(topics.log, message, { qos: 1 }, (error) => {
      if (error || this.#client !== client) return;
      flight.isAcknowledged = true;
      this.#advance();
    });
    for (const side of sideMessages) this.#sendSide(client, side);
  }

  readonly #nameOf: NameOf = (subject) => this.#options.journal.log.subjectName(subject)?.name;
  readonly #detailOf = (hash: Uint8Array) => this.#options.journal.log.detail(hash);

  #sendSide(client: MqttClient, message: SideMessage): void {
    client.publish(message.topic, message.payload, { qos: 1, retain: message.isRetained });
  }

  #sendStatus(client: MqttClient, isOnline: boolean): void {
    const { topics, status } = this.#options;
    client.publish(topics.status, status(isOnline), { qos: 1, retain: true });
  }

  #advance(): void {
    const before = this.#acknowledged;
    while (this.#flights[0]?.isAcknowledged) {
      const flight = this.#flights.shift();
      if (!flight) break;
      this.#acknowledged = flight.page.checkpoint.size;
      this.#options.onAcknowledged(this.#options.sink, this.#acknowledged, flight.page);
    }
    if (this.#acknowledged !== before) this.pump();
  }

  #watch(): void {
    const oldest = this.#flights[0];
    if (oldest && performance.now() - oldest.sentAtMs > PROGRESS_TIMEOUT_MS) {
      this.#link.reset(`no acknowledgement for ${PROGRESS_TIMEOUT_MS} ms`);
    }
  }
}
