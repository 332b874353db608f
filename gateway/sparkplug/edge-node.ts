// The gateway as a Sparkplug edge node: one connection at a time, each with a will of its own, to one server after the
// other. All data goes with QoS 0, as the standard has it, so nothing here is a receipt: the log topic is.

import type { MqttClient } from 'mqtt';
import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { BrokerLink, type LinkSettings } from '../publish/broker-link.js';
import type { NameOf } from '../publish/known-names.js';
import type { DetailOf } from '../publish/side-messages.js';
import { BdSeq, type BdSeqStore } from './bd-seq.js';
import { nodeDeathPayload } from './edge-messages.js';
import { EdgeMetrics, nodeMetricNames, type SensorShape } from './edge-metrics.js';
import { EdgeSession, type SessionAction } from './edge-session.js';
import { type EdgeTopics, edgeTopics } from './edge-topics.js';
import { RecordFeed } from './record-feed.js';

/** History waits while so much is unsent. */
const MAX_UNSENT_HISTORY_BYTES = 262_144;
/** A link that takes no more than this is broken: QoS 0 would fill the memory. */
const MAX_UNSENT_BYTES = 4_194_304;
/** How long the death of the node may wait for its acknowledgement before the server must tell the will. */
const FAREWELL_MS = 2_000;

export interface SparkplugOptions {
  readonly groupId: string;
  readonly edgeNodeId: string;
  /** Births wait until this host says that it is online. */
  readonly primaryHostId?: string;
  readonly rebirthMinIntervalMs: number;
  /** Addresses of servers, in the order in which they are tried. */
  readonly servers: readonly [string, ...string[]];
  readonly link: Pick<LinkSettings, 'clientId' | 'username' | 'secrets'>;
  /** Told as `Properties/...`. */
  readonly properties: Readonly<Record<string, string>>;
  /** Sensors that are known before they speak. */
  readonly sensors: readonly SensorShape[];
  /** Names of the shipments that are under way. */
  readonly shipments?: () => readonly string[];
  readonly bdSeq: BdSeqStore;
  /** Whether the host may be told now, and why not. */
  readonly onSession: (isUp: boolean, reason: string) => void;
  /** A message from outside was not obeyed. */
  readonly onRefused: (reason: string) => void;
  /** Unix ms. */
  readonly nowMs?: () => number;
}

export interface TakeOptions {
  /** From before now: told as history, and changes nothing that is current. */
  readonly isHistorical?: boolean;
  readonly detailOf?: DetailOf;
}

export class SparkplugNode {
  readonly #options: SparkplugOptions;
  readonly #topics: EdgeTopics;
  readonly #metrics: EdgeMetrics;
  readonly #feed: RecordFeed;
  readonly #bdSeq: BdSeq;
  readonly #link: BrokerLink;
  readonly #nowMs: () => number;
  #server = 0;
  #session: EdgeSession | undefined;
  #client: MqttClient | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isUp = false;
  #isClosed = false;

  /** @throws SparkplugError TOPIC_NAME_INVALID */
  constructor(options: SparkplugOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#topics = edgeTopics(options.groupId, options.edgeNodeId);
    this.#metrics = new EdgeMetrics(options.properties, options.sensors, this.#nowMs);
    this.#feed = new RecordFeed(this.#metrics);
    this.#bdSeq = new BdSeq(options.bdSeq);
    this.#link = new BrokerLink(
      {
        ...options.link,
        url: () => options.servers[this.#server % options.servers.length] ?? options.servers[0],
        mqttVersion: '3.1.1',
        will: () => ({
          topic: this.#topics.nodeDeath,
          payload: Buffer.from(nodeDeathPayload(this.#bdSeq.take())),
          isRetained: false,
        }),
      },
      {
        onConnectSent: () => this.#onConnectSent(),
        onUp: (client) => this.#onUp(client),
        onDown: (reason) => this.#onDown(reason),
      },
    );
  }

  open(): void {
    this.#link.open();
  }

  /**
   * Takes records in the order of the log; those that came before are history, whatever is said of them.
   * @returns false where they were not told and must come again: no session, births that wait, or a slow link
   */
  take(records: readonly EvidenceRecord[], nameOf: NameOf, options: TakeOptions = {}): boolean {
    const unsentBytes = this.#client?.stream.writableLength ?? 0;
    const { isHistorical = false, detailOf = () => undefined } = options;
    if (isHistorical && unsentBytes > MAX_UNSENT_HISTORY_BYTES) return false;
    const { history, news } = this.#feed.read(records, nameOf, detailOf, isHistorical);
    this.#refreshNode();
    const session = this.#session;
    if (!session) return false;
    const old = history.length === 0 ? { isTold: true, actions: [] } : session.tell(history, true);
    this.#perform(old.actions);
    const now = isHistorical ? { isTold: true, actions: [] } : session.tell(news, false);
    this.#perform(now.actions);
    if (unsentBytes <= MAX_UNSENT_BYTES) return old.isTold && now.isTold;
    this.#session = undefined;
    this.#link.reset(`${unsentBytes} bytes are unsent`);
    return false;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const farewell = this.#session?.leave() ?? [];
    await this.#link.close((client) => this.#publish(client, farewell));
    this.#session = undefined;
  }

  #refreshNode(): void {
    const shipments = this.#options.shipments?.();
    if (shipments === undefined) return;
    this.#metrics.setNode(nodeMetricNames.shipmentCount, shipments.length);
    this.#metrics.setNode(nodeMetricNames.shipments, shipments.join(','));
  }

  #onConnectSent(): void {
    const { primaryHostId, rebirthMinIntervalMs, servers } = this.#options;
    const bdSeq = this.#bdSeq.take();
    this.#bdSeq.spend();
    this.#session = new EdgeSession({
      topics: this.#topics,
      metrics: this.#metrics,
      bdSeq,
      primaryHostId,
      hasNextServer: servers.length > 1,
      rebirthMinIntervalMs,
      nowMs: this.#nowMs,
      uptimeMs: () => performance.now(),
      random: Math.random,
    });
  }

  #onUp(client: MqttClient): void {
    const session = this.#session;
    if (!session) return;
    this.#client = client;
    client.on('message', (topic, payload, { retain }) => {
      if (this.#session === session) this.#perform(session.message(topic, payload, retain));
    });
    client.subscribe([...session.subscriptions], { qos: 1 }, (error, granted) => {
      if (this.#session !== session || this.#isClosed) return;
      // 128 and more: the server refuses, and without commands this is no edge node.
      const isRefused = granted?.some(({ qos }) => qos > 1) ?? true;
      if (error || isRefused) this.#link.reset('the server refuses the subscriptions');
      else this.#perform(this.#bornWith(session));
    });
  }

  #bornWith(session: EdgeSession): SessionAction[] {
    this.#refreshNode();
    return session.subscribed();
  }

  #onDown(reason: string): void {
    this.#session = undefined;
    this.#client = undefined;
    clearTimeout(this.#timer);
    this.#server += 1;
    this.#tellSession(reason);
  }

  #perform(actions: readonly SessionAction[]): void {
    const client = this.#client;
    if (client) this.#publish(client, actions);
    for (const action of actions) {
      if (action.do === 'refuse') this.#options.onRefused(action.reason);
      if (action.do === 'walk') this.#walk(action.reason);
    }
    this.#wakeLater();
    this.#tellSession('');
  }

  #publish(client: MqttClient, actions: readonly SessionAction[]): void {
    for (const action of actions) {
      if (action.do !== 'publish') continue;
      const { topic, payload, qos } = action;
      client.publish(topic, Buffer.from(payload.buffer, payload.byteOffset, payload.length), { qos });
    }
  }

  /** The farewell is on its way: the connection ends after its acknowledgement, and the link opens the next. */
  #walk(reason: string): void {
    const client = this.#client;
    if (!client) return;
    const timer = setTimeout(() => this.#link.reset(reason), FAREWELL_MS);
    client.once('close', () => clearTimeout(timer));
    client.end(false);
  }

  #wakeLater(): void {
    clearTimeout(this.#timer);
    const session = this.#session;
    if (session?.wakeAtMs === undefined || this.#isClosed) return;
    const delayMs = Math.max(0, Math.ceil(session.wakeAtMs - performance.now()));
    this.#timer = setTimeout(() => this.#perform(session.tick()), delayMs);
  }

  #tellSession(reason: string): void {
    const isUp = this.#session?.isTelling ?? false;
    if (isUp === this.#isUp && reason === '') return;
    this.#isUp = isUp;
    this.#options.onSession(isUp, reason);
  }
}
