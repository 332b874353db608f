// The log to one broker: in order, at least once, from a cursor that survives a power cut. The cursor follows the oldest
// page that is acknowledged.

import type { MqttClient } from 'mqtt';
import type { JournalReader } from '../journal/journal-reader.js';
import type { PartSealer } from '../privacy/part-sealer.js';
import { DrainPace } from './drain-pace.js';
import type { NameOf } from './known-names.js';
import { type Encoding, encodeLogMessage } from './log-message.js';
import { type LogPage, LogPager } from './log-page.js';
import { MessageBuffer } from './message-buffer.js';
import type { OwnCheckpoints } from './own-checkpoints.js';
import { type RecentPages, SHARED_PAGE_RECORDS } from './recent-pages.js';
import { SealedPages } from './sealed-page.js';
import { TokenBucket } from './token-bucket.js';

/** Of a record with long names, in a message. */
const recordBytes = { json: 640, cbor: 160 } as const;
/** Of a record's name and document, sealed. */
const SEALED_RECORD_BYTES = 1000;

export interface LogLaneOptions {
  readonly sink: string;
  readonly gatewayName: string;
  readonly encoding: Encoding;
  readonly topic: string;
  readonly journal: JournalReader;
  readonly own: OwnCheckpoints;
  readonly shared?: RecentPages | undefined;
  readonly nameOf: NameOf;
  /** Hides names and documents from all but its readers. */
  readonly sealer?: PartSealer | undefined;
  readonly backlogBytesPerSecond: number;
  readonly maxMessageBytes: number;
  readonly onAcknowledged: (sink: string, size: number) => void;
  /** More may be sent: call `pump`. */
  readonly onRoom: () => void;
}

interface Flight {
  /** Of the log, up to and with this page. */
  readonly size: number;
  readonly sentAtMs: number;
  /** The message lies in it until it is acknowledged. */
  readonly buffer: MessageBuffer;
  isAcknowledged: boolean;
}

export class LogLane {
  readonly #options: LogLaneOptions;
  readonly #pace: DrainPace;
  readonly #secrets: SealedPages;
  readonly #bucket: TokenBucket;
  #client: MqttClient | undefined;
  #pager: LogPager | undefined;
  #flights: Flight[] = [];
  #acknowledged: number;
  /** Free to be written again. Those of a connection that was lost may still be in its socket, and are left. */
  readonly #buffers: MessageBuffer[] = [];
  #pause: NodeJS.Timeout | undefined;

  constructor(options: LogLaneOptions) {
    this.#options = options;
    this.#acknowledged = options.journal.cursor(options.sink);
    this.#secrets = new SealedPages(options.journal);
    const fitting = Math.floor(
      options.maxMessageBytes / (recordBytes[options.encoding] + (options.sealer ? SEALED_RECORD_BYTES : 0)),
    );
    this.#pace = new DrainPace(Math.min(SHARED_PAGE_RECORDS, fitting));
    this.#bucket = new TokenBucket(options.backlogBytesPerSecond, performance.now());
  }

  /** Records that the broker has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** When the oldest page that is not acknowledged was sent, monotonic ms. */
  get oldestSentAtMs(): number | undefined {
    return this.#flights[0]?.sentAtMs;
  }

  up(client: MqttClient): void {
    this.#client = client;
    this.#pace.connected();
  }

  down(): void {
    if (this.#client) this.#pace.lost(this.#flights.length > 0);
    this.#client = undefined;
    this.#flights = [];
    this.#pager = undefined;
    clearTimeout(this.#pause);
    this.#pause = undefined;
  }

  /** Sends what may be sent. @throws JournalError */
  pump(): void {
    const client = this.#client;
    if (!client || this.#pause) return;
    const { journal, own, shared } = this.#options;
    const sent = this.#flights.at(-1)?.size ?? this.#acknowledged;
    try {
      this.#pager ??= new LogPager(journal.log, sent, own, shared);
      while (this.#flights.length < this.#pace.pages) {
        if (this.#mustPause()) return;
        const page = this.#pager.next(this.#pace.pageRecords);
        if (!page) return;
        this.#send(client, page);
      }
    } catch (error) {
      this.#pager = undefined;
      throw error;
    }
  }

  #mustPause(): boolean {
    const waitMs = this.#bucket.waitMs(performance.now());
    if (waitMs === 0) return false;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#options.onRoom();
    }, waitMs);
    return true;
  }

  #send(client: MqttClient, page: LogPage): void {
    const { topic, encoding, gatewayName, nameOf, sealer } = this.#options;
    const buffer = this.#buffers.pop() ?? new MessageBuffer();
    const sealed = sealer?.seal(
      JSON.stringify(this.#secrets.secretsOf(page)),
      `${topic}/${page.firstSequence}`,
    );
    const message = encodeLogMessage(encoding, { gatewayName, page, nameOf, sealed }, buffer);
    this.#bucket.take(message.length);
    const { size } = page.checkpoint;
    const flight: Flight = { size, sentAtMs: performance.now(), buffer, isAcknowledged: false };
    this.#flights.push(flight);
    client.publish(topic, message, { qos: 1 }, (error) => {
      if (error || this.#client !== client) return;
      flight.isAcknowledged = true;
      this.#pace.acknowledged(performance.now() - flight.sentAtMs);
      this.#advance();
    });
  }

  #advance(): void {
    const before = this.#acknowledged;
    while (this.#flights[0]?.isAcknowledged) {
      const flight = this.#flights.shift();
      if (!flight) break;
      this.#buffers.push(flight.buffer);
      this.#acknowledged = flight.size;
      this.#options.onAcknowledged(this.#options.sink, this.#acknowledged);
    }
    if (this.#acknowledged !== before) this.#options.onRoom();
  }
}
