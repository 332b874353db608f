// What a client of the sensor broker may say and hear. Deny by default: only configured topics become readings, only the
// gateway writes below coldgate/, and nobody hears another's sensors.

import { TOPIC_ROOT } from '../publish/topics.js';
import { IntakeError } from './intake-error.js';

export interface BrokerUser {
  readonly username: string;
  readonly password?: string | undefined;
  /** A line of `coldgate mqtt-password`. */
  readonly passwordHash?: string | undefined;
  /** Common name of the certificate that it must have. */
  readonly certificateName?: string | undefined;
  readonly sensorTopics: readonly string[];
  /** First levels, beside those of its topics, on which its device talks about itself. */
  readonly chatterLevels?: readonly string[] | undefined;
}

/** `anyone` exists only on loopback without users. */
export type Identity = 'gateway' | 'anyone' | BrokerUser;

/** `reading` is stored before it is acknowledged; `chatter` is acknowledged and dropped. */
export type PublishRight = 'own' | 'reading' | 'chatter' | IntakeError;

const firstLevel = (topic: string) => topic.split('/')[0] ?? '';

/** First levels below which a user may talk about its device. */
function levelsOf({ sensorTopics, chatterLevels }: BrokerUser): Set<string> {
  return new Set([...sensorTopics.map(firstLevel), ...(chatterLevels ?? [])]);
}

function topicRefused(topic: string, reason: string): IntakeError {
  return new IntakeError(
    'TOPIC_REFUSED',
    `${topic.slice(0, 200)}: ${reason}`,
    'check that client, and its sensorTopics in mqttIntake.users',
  );
}

export class BrokerAccess {
  readonly #users: readonly BrokerUser[];
  readonly #readings: ReadonlySet<string>;
  readonly #maxLevels: number;

  /** @param readings topics that become readings, of whomever */
  constructor(users: readonly BrokerUser[], readings: Iterable<string>, maxLevels: number) {
    this.#users = users;
    this.#readings = new Set(readings);
    this.#maxLevels = maxLevels;
  }

  /** Of a message or of a last will, which nobody else looks at. */
  publishRight(identity: Identity | undefined, topic: string): PublishRight {
    if (identity === 'gateway') return 'own';
    if (/[+#\p{Cc}\ufffd]/u.test(topic)) return topicRefused(topic, 'no topic to publish on');
    if (topic.split('/').length > this.#maxLevels) return topicRefused(topic, 'has too many levels');
    if (topic.startsWith('coldgate') || topic.startsWith('$')) {
      return topicRefused(topic, 'only the gateway publishes there');
    }
    if (identity === 'anyone') return 'reading';
    if (identity?.sensorTopics.includes(topic)) return 'reading';
    // Acknowledging what another sensor's reading could be would lose it without a word.
    const isChatter = identity && !this.#readings.has(topic) && levelsOf(identity).has(firstLevel(topic));
    return isChatter ? 'chatter' : topicRefused(topic, `not a topic of user ${identity?.username}`);
  }

  /** Below its own topics a user may hear commands; below a first level only if no other user speaks there. */
  mayHear(identity: Identity | undefined, filter: string): boolean {
    if (identity === undefined) return false;
    const isOurs = filter.startsWith(`${TOPIC_ROOT}/`);
    if (identity === 'gateway' || identity === 'anyone') return isOurs;
    if (isOurs) return false;
    if (identity.sensorTopics.some((topic) => filter === topic || filter.startsWith(`${topic}/`)))
      return true;
    const level = firstLevel(filter);
    if (!levelsOf(identity).has(level)) return false;
    return this.#users.every((other) => other === identity || !levelsOf(other).has(level));
  }
}
