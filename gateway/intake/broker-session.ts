// What the sensor broker knows of one connection beside what aedes does: who it is, under which name it goes, what it hears.

import { randomUUID } from 'node:crypto';
import type { BrokerAccess, Identity } from './broker-access.js';
import { IntakeError } from './intake-error.js';
import type { Logins, Visitor } from './login.js';

/** No wildcard, no level, no control character: client ids end in logs and, in other brokers, in topics. */
const clientIdPattern = /^[^+#/\p{C}]{0,128}$/u;

/** What matters here of a CONNECT packet. */
interface Hello {
  readonly clientId?: string | undefined;
  readonly username?: string | undefined;
  readonly will?: { readonly topic: string } | undefined;
}

export class BrokerSession {
  identity: Identity | undefined;
  /** The client id as it was given. Only worth something when the login is proven. */
  clientId = '';
  /** A last will that was taken away; told when it is known who wanted it. */
  refusedWill: IntakeError | undefined;
  /** Its end was told; what comes after is the echo of it. */
  isEnded = false;
  readonly filters = new Set<string>();

  constructor(readonly visitor: Visitor) {}

  /** As people read it, once the login is proven. */
  get name(): string | undefined {
    return this.identity === undefined ? undefined : this.clientId;
  }

  /**
   * Prepares a CONNECT for the broker, which knows nothing of users: client ids are made one user's own, so that nobody
   * takes over a connection of another's by its id; a will that may not be published is taken away; and nothing is kept
   * for a client that is away, because that would grow in memory for ever.
   */
  prepare(packet: Hello, logins: Logins, access: BrokerAccess): IntakeError | undefined {
    const clientId = packet.clientId ?? '';
    if (!clientIdPattern.test(clientId)) {
      return new IntakeError(
        'CLIENT_ID_REFUSED',
        'a client id with + # / or control characters, or of more than 128 characters',
        'give that client a plain id',
      );
    }
    const claimed = logins.claimed(packet.username, this.visitor);
    const owner = typeof claimed === 'object' ? `user:${claimed.username}` : (claimed ?? 'nobody');
    this.clientId = clientId;
    // Of the form "user:door/id": neither part can hold the separator.
    Object.assign(packet, { clientId: `${owner}/${clientId || randomUUID()}`, clean: true });
    const right = packet.will && access.publishRight(claimed, packet.will.topic);
    if (right instanceof IntakeError) {
      this.refusedWill = right;
      Object.assign(packet, { will: undefined });
    }
    return undefined;
  }
}
