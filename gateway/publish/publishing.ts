// All brokers that the gateway publishes to, each with its own connection and cursor.

import type { Logger } from 'pino';
import type { BrokerConfig, Config } from '../../config/schema.js';
import type { Finding } from '../health/finding.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { packageVersion } from '../package-version.js';
import { PartSealer } from '../privacy/part-sealer.js';
import { readRecipient } from '../privacy/recipient.js';
import { topicKeyOf } from '../privacy/topic-key.js';
import type { RelayedLedger } from '../relay/relayed-ledger.js';
import type { StateStore } from '../requests/state-store.js';
import type { Alert } from '../reviews/alert.js';
import type { SealReceipt } from '../sealing/draft-record.js';
import type { LogPipeline } from '../sealing/log-pipeline.js';
import { newestBatch } from './batch-state.js';
import type { LinkSettings } from './broker-link.js';
import { healthMessage } from './health-message.js';
import { discoveryMessage, shownSensors } from './home-assistant.js';
import { KnownNames } from './known-names.js';
import { LatestReadings } from './latest-readings.js';
import { secretsOf } from './link-secrets.js';
import { openAlertsMessage } from './open-alerts.js';
import type { OwnCheckpoints } from './own-checkpoints.js';
import { Publisher } from './publisher.js';
import { Receipts } from './receipts.js';
import { RecentPages } from './recent-pages.js';
import type { RemoteCommands } from './remote-commands.js';
import type { RemoteRequests } from './remote-requests.js';
import { statusPayload } from './side-messages.js';
import { signedName } from './signed-name.js';
import { sinkOf } from './sink.js';
import { topicsOf } from './topics.js';

/** What the embedded broker tells, so that the gateway can publish to it. */
export interface EmbeddedBroker {
  readonly port: number;
  readonly credentials: { readonly username: string; readonly password: string };
}

export interface PublishingParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly pipeline: LogPipeline;
  readonly log: Logger;
  readonly embedded: EmbeddedBroker | undefined;
  /** What this process has signed needs no second look, for anybody who reads the log here. */
  readonly own: OwnCheckpoints;
  readonly requests: RemoteRequests;
  /** Who may read what is sealed for them. */
  readonly state: StateStore;
  /** What is stored is not what was signed. */
  readonly onDamaged?: () => void;
  /** Absent where no key may command. */
  readonly commands?: Pick<RemoteCommands, 'attach'> | undefined;
  /** Where a relay anchors for this gateway. */
  readonly relayed?: Pick<RelayedLedger, 'attach'> | undefined;
}

const reachHint = 'check the broker, its address and the network; it is tried for ever and nothing is lost';

function linkOf(
  broker: BrokerConfig,
  gatewayName: string,
  embedded: EmbeddedBroker | undefined,
): Omit<LinkSettings, 'will'> {
  const clientId = `coldgate-${gatewayName}-${broker.name}`;
  if (broker.url === 'embedded' && embedded) {
    const { username, password } = embedded.credentials;
    const url = `mqtt://127.0.0.1:${embedded.port}`;
    return { url, clientId, username, secrets: () => ({ password }) };
  }
  const { url, username, mqttVersion } = broker;
  return {
    ...{ url, clientId, mqttVersion, secrets: () => secretsOf(broker) },
    ...(username === undefined ? {} : { username }),
  };
}

/** Connects to every configured broker; brokers that are down are tried for ever. */
export function startPublishing({
  config,
  journal,
  pipeline,
  log,
  embedded,
  own,
  requests,
  state,
  commands,
  relayed,
  onDamaged,
}: PublishingParts) {
  const { name } = config.gateway;
  const topics = topicsOf(name);
  const names = new KnownNames((subject) => signedName(journal.log, subject));
  const shared = new RecentPages();
  const latest = new LatestReadings(journal.log, own, topics, names.of, shared);
  let announced = '';
  /** Why a sink is down, '' while it is up: the same reason is said once, not at each attempt. */
  const said = new Map<string, string>();
  const receipts = new Receipts({
    consumers: config.publish.consumers,
    topics,
    journal,
    onReceipt: (sink, size) => pipeline.saveCursor(sink, size),
    onContradiction: (consumer, size, root) =>
      log.error(
        {
          ...{ code: 'RECEIPT_CONTRADICTS', consumer, size, root },
          hint: 'that consumer holds another log of this gateway: compare its checkpoint with ours',
        },
        'a receipt names a root that this log never had',
      ),
  });
  const sealerOf = ({ name: broker, sealedFor }: BrokerConfig) =>
    new PartSealer({
      readers: () => sealedFor.flatMap((reader) => readRecipient(state, reader)?.publicKey ?? []),
      topicKey: topicKeyOf(state, (judgeState) => pipeline.add({ drafts: [], judgeState })),
      nowMs: () => performance.now(),
      onReady: () => {
        for (const publisher of publishers) publisher.pump();
      },
      onTrouble: (reason) =>
        log.warn(
          {
            ...{ code: 'SEALED_FOR_NOBODY', broker, reason },
            hint: 'coldgate recipients add NAME KEY, with a name of sealedFor; until then the log waits',
          },
          'nothing is told to a broker that sees sealed messages only',
        ),
    });
  const publishers = config.publish.brokers.map((broker) => {
    const sealer = broker.sealedFor.length === 0 ? undefined : sealerOf(broker);
    return new Publisher({
      sink: sinkOf(broker),
      gatewayName: name,
      encoding: broker.encoding,
      ...(sealer ? { sealer, topics: topicsOf(name, (id) => sealer.opaque(id)) } : { topics, latest }),
      link: linkOf(broker, name, embedded),
      journal,
      ...{ own, shared, nameOf: names.of },
      backlogBytesPerSecond: broker.backlogBytesPerSecond,
      maxMessageBytes: broker.maxMessageBytes,
      status: (isOnline) => statusPayload(journal.gateway, name, isOnline),
      onAcknowledged: (sink, size) => pipeline.saveCursor(sink, size),
      onClient: (client) => {
        if (broker.takesRequests) requests.attach(client);
        receipts.attach(client);
        commands?.attach(client, sealer);
        relayed?.attach(client);
      },
      onLink: (sink, isUp, reason) => {
        if (said.get(sink) === reason) return;
        said.set(sink, reason);
        if (isUp) log.info({ sink }, 'broker connected');
        else
          log.warn(
            { code: 'BROKER_UNREACHABLE', hint: reachHint, sink, reason },
            'broker not reachable; the log waits in the journal',
          );
      },
      onUnreadable: ({ code, hint, message }, isDamaged) => {
        log[isDamaged ? 'fatal' : 'warn']({ code, hint }, message);
        if (isDamaged) onDamaged?.();
      },
    });
  });
  for (const publisher of publishers) publisher.open();
  return {
    /** Something new is in the log. */
    pump: (receipt: SealReceipt) => {
      if (receipt.checkpoint) own.note(receipt.checkpoint);
      names.sealed(receipt);
      for (const publisher of publishers) publisher.pump();
    },
    /** Every broker hears again what it retains. */
    rebirth: () => {
      for (const publisher of publishers) publisher.rebirth();
    },
    /** Which brokers are connected, by name. */
    links: () =>
      Object.fromEntries(
        config.publish.brokers.map(({ name: broker }, index) => [
          broker,
          publishers[index]?.isConnected === true,
        ]),
      ),
    /** Tells brokers how alerts and sensors stand. */
    announceStanding: (alerts: readonly Alert[]) => {
      const open = openAlertsMessage(topics.alerts, alerts);
      const discovery = discoveryMessage({
        ...{ name, topics, version: packageVersion(), openAlertsTopic: topics.alerts },
        sensors: shownSensors(latest.sensors()),
      });
      for (const [index, publisher] of publishers.entries()) {
        const isShown = config.publish.brokers[index]?.homeAssistant === true;
        publisher.tellStanding(isShown ? [open, discovery] : [open]);
      }
    },
    /** Tells brokers how the gateway itself is. */
    announceHealth: (findings: readonly Finding[]) => {
      for (const [index, publisher] of publishers.entries()) {
        const isOpen = config.publish.brokers[index]?.sealedFor.length === 0;
        publisher.tellStanding([healthMessage(topics.health, findings, isOpen)]);
      }
    },
    /** Tells brokers what became of the newest batch header, when that has changed. */
    announceBatch: () => {
      const state = newestBatch(config, journal);
      const key = state ? `${state.batch.seq} ${state.stage} ${state.transactionHash}` : '';
      if (!state || key === announced) return;
      announced = key;
      for (const publisher of publishers) publisher.announceBatch(state);
    },
    close: async () => {
      await Promise.all(publishers.map((publisher) => publisher.close()));
    },
  };
}
