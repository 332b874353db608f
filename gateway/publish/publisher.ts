// Publishes to one broker, in lanes: alerts and the newest readings first, then the log. One connection carries all;
// whatever is lost with it is sent again from the lanes' cursors.

import type { MqttClient } from 'mqtt';
import { JournalError, journalError } from '../journal/journal-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { PartSealer } from '../privacy/part-sealer.js';
import { AlertLane } from './alert-lane.js';
import { BrokerLink, type LinkSettings } from './broker-link.js';
import type { NameOf } from './known-names.js';
import { LatestLane } from './latest-lane.js';
import { LatestReadings } from './latest-readings.js';
import { LogLane } from './log-lane.js';
import type { Encoding } from './log-message.js';
import { OwnCheckpoints } from './own-checkpoints.js';
import type { RecentPages } from './recent-pages.js';
import { type BatchState, batchMessage, type DetailOf, type SideMessage } from './side-messages.js';
import { signedDetail } from './signed-detail.js';
import { signedName } from './signed-name.js';
import { StandingLane } from './standing-lane.js';
import type { GatewayTopics } from './topics.js';

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
  /** Hides names and documents from all but its readers; while it is not ready nothing is told. */
  readonly sealer?: PartSealer | undefined;
  /** Checkpoints whose signatures need no check before they are published. */
  readonly own?: OwnCheckpoints;
  /** Default: read from the journal each time. */
  readonly nameOf?: NameOf;
  /** What brokers and newest readings have just proven. */
  readonly shared?: RecentPages;
  /** The newest readings, which brokers may share. */
  readonly latest?: LatestReadings;
  /** Bounds the log, alerts aside. */
  readonly backlogBytesPerSecond?: number;
  /** What the broker takes in one message; a commit of more is not divided. */
  readonly maxMessageBytes?: number;
  /** The body of the retained status message. */
  readonly status: (isOnline: boolean) => string;
  readonly onAcknowledged: (sink: string, size: number) => void;
  /** A connection is new. */
  readonly onClient?: (client: MqttClient) => void;
  readonly onLink: (sink: string, isUp: boolean, reason: string) => void;
  /** The journal cannot be read; where it is damaged nothing more is published, else the next commit tries again. */
  readonly onUnreadable: (error: JournalError, isDamaged: boolean) => void;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #link: BrokerLink;
  readonly #latest: LatestReadings;
  readonly #alertLane: AlertLane;
  readonly #latestLane: LatestLane;
  readonly #logLane: LogLane;
  readonly #standingLane = new StandingLane();
  readonly #watchdog: NodeJS.Timeout;
  #client: MqttClient | undefined;
  #batch: BatchState | undefined;
  /** Lanes that met what is not what was signed. */
  readonly #damaged = new Set<string>();
  /** Alerts of the time offline go before the log. */
  #hasToldAlerts = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { journal, topics, own = new OwnCheckpoints(), shared } = options;
    const { nameOf = (subject: Uint8Array) => signedName(journal.log, subject) } = options;
    const forLanes = { ...options, own, nameOf, onRoom: () => this.pump() };
    this.#latest = options.latest ?? new LatestReadings(journal.log, own, topics, nameOf, shared);
    this.#alertLane = new AlertLane({ ...forLanes, detailOf: this.#detailOf });
    this.#latestLane = new LatestLane(this.#latest, options.sealer);
    this.#logLane = new LogLane({
      ...forLanes,
      ...(options.sealer ? { nameOf: () => undefined } : {}),
      topic: topics.log,
      backlogBytesPerSecond: options.backlogBytesPerSecond ?? Number.MAX_SAFE_INTEGER,
      maxMessageBytes: options.maxMessageBytes ?? Number.MAX_SAFE_INTEGER,
    });
    this.#link = new BrokerLink(
      { ...options.link, will: { topic: topics.status, payload: options.status(false) } },
      { onUp: (client) => this.#onUp(client), onDown: (reason) => this.#onDown(reason) },
    );
    this.#watchdog = setInterval(() => this.#watch(), PROGRESS_TIMEOUT_MS / 3);
  }

  open(): void {
    this.#link.open();
  }

  /** Records that the broker has acknowledged. */
  get acknowledged(): number {
    return this.#logLane.acknowledged;
  }

  /** Something new may be in the log. */
  pump(): void {
    if (!this.#client || this.#options.sealer?.isReady === false) return;
    this.#attempt('alerts', () => this.#alertLane.pump());
    this.#attempt('latest', () => this.#latest.refresh());
    this.#latestLane.pump();
    this.#hasToldAlerts ||= this.#alertLane.isDone || this.#damaged.has('alerts');
    if (this.#hasToldAlerts) this.#attempt('log', () => this.#logLane.pump());
  }

  /** What is damaged is not tried again; the other lanes go on. */
  #attempt(lane: string, work: () => void): void {
    if (this.#damaged.has(lane)) return;
    try {
      work();
    } catch (error) {
      const isDamaged = error instanceof JournalError && damageCodes.has(error.code);
      if (isDamaged) this.#damaged.add(lane);
      this.#options.onUnreadable(journalError(error, 'the journal'), isDamaged);
    }
  }

  /** Tells again what a broker retains: it may have forgotten it. */
  rebirth(): void {
    const client = this.#client;
    if (!client) return;
    this.#sendStatus(client, true);
    this.#standingLane.repeat();
    this.#latestLane.repeat();
    this.#alertLane.repeat();
    if (this.#batch) this.#sendSide(client, batchMessage(this.#options.topics, this.#batch));
    this.pump();
  }

  get isConnected(): boolean {
    return this.#client !== undefined;
  }

  /** How things stand, retained; said again only when it has changed. */
  tellStanding(messages: readonly SideMessage[]): void {
    this.#standingLane.tell(messages);
  }

  /** Publishes the state of the newest batch header, now and after each reconnect. */
  announceBatch(state: BatchState): void {
    this.#batch = state;
    if (this.#client) this.#sendSide(this.#client, batchMessage(this.#options.topics, state));
  }

  async close(): Promise<void> {
    clearInterval(this.#watchdog);
    // It would send what has gathered over a connection that is closed.
    this.#latestLane.down();
    await this.#link.close((client) => this.#sendStatus(client, false));
    this.#logLane.down();
  }

  get #lanes() {
    return [this.#alertLane, this.#latestLane, this.#logLane, this.#standingLane];
  }

  #onUp(client: MqttClient): void {
    this.#client = client;
    this.#hasToldAlerts = false;
    for (const lane of this.#lanes) lane.up(client);
    this.#options.onLink(this.#options.sink, true, '');
    this.#options.onClient?.(client);
    this.#sendStatus(client, true);
    if (this.#batch) this.#sendSide(client, batchMessage(this.#options.topics, this.#batch));
    this.pump();
  }

  #onDown(reason: string): void {
    const wasUp = this.#client !== undefined;
    this.#client = undefined;
    for (const lane of this.#lanes) lane.down();
    if (wasUp || reason !== '') this.#options.onLink(this.#options.sink, false, reason);
  }

  readonly #detailOf: DetailOf = (record) => signedDetail(this.#options.journal.log, record);

  #sendSide(client: MqttClient, message: SideMessage): void {
    client.publish(message.topic, message.payload, { qos: 1, retain: message.isRetained });
  }

  #sendStatus(client: MqttClient, isOnline: boolean): void {
    const { topics, status } = this.#options;
    client.publish(topics.status, status(isOnline), { qos: 1, retain: true });
  }

  #watch(): void {
    const sentAtMs = Math.min(
      this.#logLane.oldestSentAtMs ?? Number.POSITIVE_INFINITY,
      this.#alertLane.oldestSentAtMs ?? Number.POSITIVE_INFINITY,
    );
    if (performance.now() - sentAtMs > PROGRESS_TIMEOUT_MS) {
      this.#link.reset(`no acknowledgement for ${PROGRESS_TIMEOUT_MS} ms`);
    }
  }
}
