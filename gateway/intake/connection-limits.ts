// How many connections the sensor broker holds: of all, and of one network. Without it one bad neighbour takes every place.

import { IntakeError } from './intake-error.js';

export class ConnectionLimits {
  readonly #maxConnections: number;
  readonly #maxPerNetwork: number;
  readonly #perNetwork = new Map<string, number>();
  #total = 0;

  constructor(limits: { readonly maxConnections: number; readonly maxConnectionsPerAddress: number }) {
    this.#maxConnections = limits.maxConnections;
    this.#maxPerNetwork = limits.maxConnectionsPerAddress;
  }

  /** Counts a connection, or says why it must end. What was counted must `leave`. */
  admit(network: string): IntakeError | undefined {
    const held = this.#perNetwork.get(network) ?? 0;
    if (this.#total >= this.#maxConnections)
      return tooMany(this.#maxConnections, 'altogether', 'maxConnections');
    if (held >= this.#maxPerNetwork) {
      return tooMany(this.#maxPerNetwork, 'from this address', 'maxConnectionsPerAddress');
    }
    this.#total += 1;
    this.#perNetwork.set(network, held + 1);
    return undefined;
  }

  leave(network: string): void {
    const held = this.#perNetwork.get(network) ?? 0;
    if (held <= 1) this.#perNetwork.delete(network);
    else this.#perNetwork.set(network, held - 1);
    this.#total -= 1;
  }
}

function tooMany(limit: number, where: string, key: string): IntakeError {
  return new IntakeError(
    'TOO_MANY_CONNECTIONS',
    `more than ${limit} connections ${where}`,
    `find out who opens them, or raise mqttIntake.limits.${key}`,
  );
}
