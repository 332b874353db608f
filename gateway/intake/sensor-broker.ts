// The broker that the truck's own MQTT sensors speak to (aedes). A QoS 1 message is acknowledged only after its
// readings are on disk: aedes sends PUBACK before it hands a message over, unless the commit happens inside
// authorizePublish. Deny by default: only configured topics become readings, only the gateway writes coldgate/#.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError } from 'aedes';
import { TOPIC_ROOT } from '../publish/topics.js';
import { IntakeError } from './intake-error.js';
import { guardPackets } from './packet-guard.js';

/** A log message of 1024 records in JSON stays below this. */
const MAX_PACKET_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 64;
const CONNECT_TIMEOUT_MS = 5000;
/** A frozen subscriber stops the whole broker without it. */
const DRAIN_TIMEOUT_MS = 2000;
const GATEWAY_USER = 'coldgate-gateway';
const NOT_AUTHORIZED = 5;

export interface BrokerUser {
  readonly username: string;
  readonly password: string;
  readonly sensorTopics: readonly string[];
  /** First levels, beside those of its topics, on which its device talks about itself. */
  readonly chatterLevels?: readonly string[] | undefined;
}

export interface SensorBrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly users: readonly BrokerUser[];
  /** Topics that become readings; only the user that has one may publish there. Those of all users by default. */
  readonly sensorTopics?: readonly string[] | undefined;
  /** Told of each message of a user that is acknowledged and dropped, because its topic is of no sensor. */
  readonly onSwallowed?: ((clientId: string, topic: string) => void) | undefined;
  /**
   * Takes a message on any topic outside coldgate/. `done` with no error acknowledges it; with one the client
   * is disconnected without acknowledgement, and a QoS 1 sender keeps the message.
   */
  readonly onMessage: (topic: string, payload: Uint8Array, done: (error?: Error) => void) => void;
  /** Told of a client that lost its connection because it broke a rule, or because the log is too far behind. */
  readonly onClientRefused: (clientId: string, reason: IntakeError) => void;
}

export interface SensorBroker {
  readonly port: number;
  /** What the gateway's own publisher logs in with; made anew at each start. */
  readonly credentials: { readonly username: string; readonly password: string };
  /** Messages acknowledged and dropped since the start. */
  readonly swallowedMessages: () => number;
  close(): Promise<void>;
}

function refusal(text: string): AuthenticateError {
  return Object.assign(new Error(text), { returnCode: NOT_AUTHORIZED });
}

function topicRefused(topic: string, reason: string): IntakeError {
  return new IntakeError(
    'TOPIC_REFUSED',
    `${topic}: ${reason}`,
    'check that client, and its sensorTopics in mqttIntake.users',
  );
}

const firstLevel = (topic: string) => topic.split('/')[0] ?? '';

/** First levels below which a user may talk about its device. */
function levelsOf({ sensorTopics, chatterLevels }: BrokerUser): Set<string> {
  return new Set([...sensorTopics.map(firstLevel), ...(chatterLevels ?? [])]);
}

/** Below its own topics a user may hear commands; below a first level only if no other user speaks there. */
function mayHear(filter: string, user: BrokerUser, users: Iterable<BrokerUser>): boolean {
  if (user.sensorTopics.some((topic) => filter === topic || filter.startsWith(`${topic}/`))) return true;
  const level = firstLevel(filter);
  if (!levelsOf(user).has(level)) return false;
  return [...users].every((other) => other === user || !levelsOf(other).has(level));
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(
        new IntakeError(
          isTaken ? 'BROKER_PORT_TAKEN' : 'BROKER_CANNOT_LISTEN',
          `the sensor broker cannot listen on ${host}:${port} (${error.code ?? error.message})`,
          isTaken
            ? 'stop the other program on that port, or change mqttIntake.listen.port'
            : 'check mqttIntake.listen',
          error,
        ),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

/**
 * Starts the broker.
 * @throws IntakeError BROKER_PORT_TAKEN, BROKER_CANNOT_LISTEN
 */
export async function startSensorBroker(options: SensorBrokerOptions): Promise<SensorBroker> {
  const credentials = { username: GATEWAY_USER, password: randomBytes(24).toString('base64url') };
  const users = new Map(options.users.map((user) => [user.username, user]));
  const readings = new Set(options.sensorTopics ?? options.users.flatMap((user) => user.sensorTopics));
  let swallowed = 0;
  const identities = new WeakMap<object, string>();
  const broker = await Aedes.createBroker({
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    maxTopicLevels: 16,
    authenticate: (client, username, password, done) => {
      const given = password?.toString() ?? '';
      const isGateway = username === credentials.username && isSame(given, credentials.password);
      const user = username === undefined ? undefined : users.get(username);
      const isUser = user !== undefined && isSame(given, user.password);
      // Without users the configuration has made sure that only loopback can reach this.
      const isAllowed = isGateway || isUser || (users.size === 0 && username !== GATEWAY_USER);
      if (!isAllowed) return done(refusal('wrong user or password'), false);
      identities.set(client, isGateway ? GATEWAY_USER : (username ?? ''));
      return done(null, true);
    },
    authorizePublish: (client, packet, done) => {
      const identity = client ? identities.get(client) : undefined;
      if (identity === GATEWAY_USER) return done(null);
      if (packet.topic.startsWith('coldgate') || packet.topic.startsWith('$')) {
        return done(topicRefused(packet.topic, 'only the gateway publishes there'));
      }
      const user = users.get(identity ?? '');
      packet.retain = false;
      if (users.size > 0 && !user?.sensorTopics.includes(packet.topic)) {
        // Acknowledging what another sensor's reading could be would lose it without a word.
        const isChatter = user && !readings.has(packet.topic) && levelsOf(user).has(firstLevel(packet.topic));
        if (!isChatter) return done(topicRefused(packet.topic, `not a topic of user ${identity}`));
        swallowed += 1;
        options.onSwallowed?.(client?.id ?? '', packet.topic);
        return done(null);
      }
      const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
      return options.onMessage(packet.topic, payload, (error) => done(error ?? null));
    },
    authorizeSubscribe: (client, subscription, done) => {
      const isReader = users.size === 0 || identities.get(client) === GATEWAY_USER;
      const isOurs = subscription.topic.startsWith(`${TOPIC_ROOT}/`);
      const user = users.get(identities.get(client) ?? '');
      const isOwn = user !== undefined && !isOurs && mayHear(subscription.topic, user, users.values());
      return done(null, (isReader && isOurs) || isOwn ? subscription : null);
    },
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    broker.handle(guardPackets(socket, MAX_PACKET_BYTES));
  });
  server.maxConnections = MAX_CONNECTIONS;
  broker.on('clientError', (client, error) => {
    // The rest is a sensor that lost its power or its network.
    if (error instanceof IntakeError) options.onClientRefused(client.id, error);
  });
  broker.on('connectionError', () => {});
  const port = await listen(server, options.host, options.port);
  return {
    port,
    credentials,
    swallowedMessages: () => swallowed,
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      // The broker ends its clients, but knows nothing of a connection that never said hello.
      for (const socket of sockets) socket.destroy();
      await ended;
    },
  };
}
