// The broker that the truck's own MQTT sensors speak to (aedes). A QoS 1 message is acknowledged only after its
// readings are on disk: aedes sends PUBACK before it hands a message over, unless the commit happens inside
// authorizePublish. Who may do what is in broker-access.ts; the gateway itself comes through a door of its own.

import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import { isLoopback } from '../../config/fields.js';
import { mqttLimitDefaults } from '../../config/mqtt-limits-schema.js';
import type { MqttIntakeConfig } from '../../config/schema.js';
import { keepNoPacketNumbers } from '../packet-numbers.js';
import { brokenRule } from './broken-rule.js';
import { BrokerAccess, type BrokerUser } from './broker-access.js';
import type { BrokerTls } from './broker-certificates.js';
import { type Listener, type ListenerOptions, openListener } from './broker-listener.js';
import { BrokerSession } from './broker-session.js';
import { ConnectionLimits } from './connection-limits.js';
import { IntakeError } from './intake-error.js';
import { Logins, type OwnCredentials, type Visitor } from './login.js';
import { guardPackets, type PacketLimits } from './packet-guard.js';

/** A CONNECT with a will; the rest of it is short. */
const MAX_FIRST_PACKET_BYTES = 16_384;
/** A log message of 1024 records stays below this, with its topic. */
const MAX_OWN_PACKET_BYTES = 2_097_152;
const CONNECT_TIMEOUT_MS = 5000;
/** A frozen subscriber stops the whole broker without it. */
const DRAIN_TIMEOUT_MS = 2000;
/** QoS 2 messages of one client that are held until it releases them. */
const MAX_HALF_TAKEN = 100;
/** `user:NAME/CLIENTID`, longer than MQTT 3.1 allows a client to ask for. */
const MAX_INNER_ID_LENGTH = 256;
const GATEWAY_USER = 'coldgate-gateway';
const SERVER_UNAVAILABLE = 3;
const NOT_AUTHORIZED = 5;

export interface SensorBrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls?: BrokerTls | undefined;
  readonly users: readonly BrokerUser[];
  readonly limits?: MqttIntakeConfig['limits'];
  /** Topics that become readings; only the user that has one may publish there. Those of all users by default. */
  readonly sensorTopics?: readonly string[] | undefined;
  /** Told of each message of a user that is acknowledged and dropped, because its topic is of no sensor. */
  readonly onSwallowed?: ((clientId: string, topic: string) => void) | undefined;
  /**
   * Takes a message on any topic outside coldgate/. `done` with no error acknowledges it; with one the client
   * is disconnected without acknowledgement, and a QoS 1 sender keeps the message.
   */
  readonly onMessage: (topic: string, payload: Uint8Array, done: (error?: Error) => void) => void;
  /** Told of a client that was refused something or lost its connection, because it broke a rule or is too fast. */
  readonly onClientRefused: (clientId: string, reason: IntakeError) => void;
  /** Told of a connection that was refused before it was known whose it is. */
  readonly onAddressRefused?: ((network: string, reason: IntakeError) => void) | undefined;
  /** Told of a new certificate, or of one that cannot be used while the old one stays in use. */
  readonly onCertificate?: ((trouble: IntakeError | undefined) => void) | undefined;
  /** How often the certificate files are looked at. */
  readonly lookEveryMs?: number | undefined;
}

export interface SensorBroker {
  readonly port: number;
  /** The gateway's own door, on 127.0.0.1 and without TLS: no crowd of clients shuts it out. */
  readonly ownPort: number;
  /** What the gateway's own publisher logs in with; made anew at each start. */
  readonly credentials: OwnCredentials;
  /** Messages acknowledged and dropped since the start. */
  readonly swallowedMessages: () => number;
  /** Connections, messages and subscriptions refused since the start. */
  readonly refusals: () => number;
  close(): Promise<void>;
}

/**
 * Starts the broker.
 * @throws IntakeError BROKER_PORT_TAKEN, BROKER_CANNOT_LISTEN, BROKER_OPEN_TO_ALL, CERTIFICATE_UNUSABLE
 */
export async function startSensorBroker(options: SensorBrokerOptions): Promise<SensorBroker> {
  const limits = options.limits ?? mqttLimitDefaults;
  const credentials = { username: GATEWAY_USER, password: randomBytes(24).toString('base64url') };
  const logins = new Logins(credentials, options.users);
  const readings = options.sensorTopics ?? options.users.flatMap((user) => user.sensorTopics);
  const access = new BrokerAccess(options.users, readings, limits.maxTopicLevels);
  const sessions = new WeakMap<Client, BrokerSession>();
  let swallowed = 0;
  let refusals = 0;
  const addressRefused = (network: string, reason: IntakeError) => {
    refusals += 1;
    options.onAddressRefused?.(network, reason);
  };
  const refused = (session: BrokerSession | undefined, reason: IntakeError) => {
    if (session?.name === undefined) return addressRefused(session?.visitor.network ?? 'unknown', reason);
    refusals += 1;
    options.onClientRefused(session.name, reason);
  };
  keepNoPacketNumbers();
  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    maxTopicLevels: limits.maxTopicLevels,
    maxInflightInbound: MAX_HALF_TAKEN,
    maxClientsIdLength: MAX_INNER_ID_LENGTH,
    preConnect: (client, packet, done) => {
      const refusal = sessions.get(client)?.prepare(packet, logins, access);
      done(refusal ?? null, refusal === undefined);
    },
    authenticate: (client, username, password, done) => {
      const session = sessions.get(client);
      if (!session) return done(null, false);
      logins.login(username, password?.toString() ?? '', session.visitor).then(
        (identity) => {
          session.identity = identity;
          if (session.refusedWill) refused(session, session.refusedWill);
          done(null, true);
        },
        (error: IntakeError) => {
          const returnCode = error.code === 'LOGINS_BUSY' ? SERVER_UNAVAILABLE : NOT_AUTHORIZED;
          addressRefused(session.visitor.network, error);
          // Told already: its code makes the end of the connection one that is not told again.
          done(Object.assign(new Error('login refused'), { returnCode, code: 'ELOGIN' }), false);
        },
      );
    },
    authorizePublish: (client, packet, done) => {
      const session = client ? sessions.get(client) : undefined;
      const right = access.publishRight(session?.identity, packet.topic);
      if (right === 'own') return done(null);
      if (right instanceof IntakeError) return done(right);
      packet.retain = false;
      if (right === 'chatter') {
        swallowed += 1;
        options.onSwallowed?.(session?.name ?? '', packet.topic);
        return done(null);
      }
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      return options.onMessage(packet.topic, payload, (error) => done(error ?? null));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const session = sessions.get(client);
      const { topic } = subscription;
      const isFree =
        session && (session.filters.has(topic) || session.filters.size < limits.maxSubscriptions);
      if (isFree && access.mayHear(session.identity, topic)) {
        session.filters.add(topic);
        return done(null, subscription);
      }
      refused(session, subscriptionRefused(topic, isFree === true));
      return done(null, null);
    },
  });
  broker.on('unsubscribe', (filters, client) => {
    for (const filter of filters) sessions.get(client)?.filters.delete(filter);
  });
  const ended = (client: Client, error: Error) => {
    const session = sessions.get(client);
    const reason = brokenRule(error);
    if (!reason || session?.isEnded) return;
    if (session) session.isEnded = true;
    refused(session, reason);
  };
  broker.on('clientError', ended);
  broker.on('connectionError', ended);
  const enter = (socket: Socket, visitor: Visitor, packets: PacketLimits) => {
    const session = new BrokerSession(visitor);
    const onSlowed = () => refused(session, tooFast(limits.messagesPerSecond));
    sessions.set(broker.handle(guardPackets(socket, { ...packets, onSlowed })), session);
  };
  const shared: Pick<ListenerOptions, 'onRefused' | 'onRenewed' | 'onUnusable' | 'lookEveryMs'> = {
    onRefused: addressRefused,
    onRenewed: () => options.onCertificate?.(undefined),
    onUnusable: (reason) => options.onCertificate?.(reason),
    lookEveryMs: options.lookEveryMs,
  };
  const listeners: Listener[] = [];
  const close = async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  try {
    const packets = {
      maxPacketBytes: limits.maxPacketBytes,
      maxFirstPacketBytes: MAX_FIRST_PACKET_BYTES,
      packetsPerSecond: limits.messagesPerSecond,
    };
    const door = await openListener({
      ...{ ...shared, host: options.host, port: options.port, tls: options.tls },
      limits: new ConnectionLimits(limits),
      onVisitor: (socket, visitor) => enter(socket, visitor, packets),
    });
    listeners.push(door);
    if (options.users.length === 0 && !isLoopback(door.host)) throw openToAll(options.host);
    const own = await openListener({
      ...{ ...shared, host: '127.0.0.1', port: 0 },
      onVisitor: (socket, visitor) => enter(socket, visitor, { maxPacketBytes: MAX_OWN_PACKET_BYTES }),
    });
    listeners.push(own);
    return {
      ...{ port: door.port, ownPort: own.port, credentials, close },
      swallowedMessages: () => swallowed,
      refusals: () => refusals,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function openToAll(host: string): IntakeError {
  return new IntakeError(
    'BROKER_OPEN_TO_ALL',
    `${host} can be reached from other machines, and there are no users: anyone could write readings`,
    'listen on 127.0.0.1, or list mqttIntake.users',
  );
}

function tooFast(perSecond: number): IntakeError {
  return new IntakeError(
    'CLIENT_TOO_FAST',
    `more than ${perSecond} packets a second: they wait`,
    'what is acknowledged is stored; check that client, or raise mqttIntake.limits.messagesPerSecond',
  );
}

function subscriptionRefused(filter: string, isFree: boolean): IntakeError {
  return new IntakeError(
    'SUBSCRIPTION_REFUSED',
    isFree ? `${filter.slice(0, 200)}: not for that client to hear` : 'too many subscriptions',
    'a client hears only what is its own; check what it subscribes to',
  );
}
