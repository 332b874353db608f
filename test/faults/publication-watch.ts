// A reader of the published log: keeps every leaf that it saw, by its sequence. At least once and in order is what
// the gateway promises, so a repetition is fine and a hole is not.

import mqtt, { type MqttClient } from 'mqtt';
import { violationOf } from '../gateway/contract/contract-violation.js';
import { GATEWAY_NAME } from './gateway-folder.js';

interface LogMessage {
  readonly firstSequence: number;
  readonly records: readonly { readonly leaf: string }[];
}

export class PublicationWatch {
  /** Leaves by sequence. */
  readonly leaves = new Map<number, Uint8Array>();
  readonly complaints: string[] = [];
  #client: MqttClient | undefined;

  /** Listens to the broker on that port until `disconnect`. */
  connect(port: number): void {
    this.disconnect();
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    this.#client = client;
    client.on('error', () => {});
    client.on('message', (topic, payload) => {
      const violation = violationOf(topic, payload);
      if (violation !== undefined) this.complaints.push(violation);
      this.take(payload);
    });
    client.once('connect', () => client.subscribe(`coldgate/1/${GATEWAY_NAME}/log`, { qos: 1 }));
  }

  disconnect(): void {
    this.#client?.end(true);
  }

  /** Takes one message of the log topic. @returns the sequence of its first record and of the one after its last */
  take(payload: Uint8Array): { first: number; end: number } {
    const { firstSequence, records }: LogMessage = JSON.parse(Buffer.from(payload).toString('utf8'));
    for (const [index, { leaf }] of records.entries()) {
      const sequence = firstSequence + index;
      const bytes = Buffer.from(leaf, 'base64url');
      const before = this.leaves.get(sequence);
      if (before && !bytes.equals(before)) this.complaints.push(`two records are number ${sequence}`);
      this.leaves.set(sequence, bytes);
    }
    return { first: firstSequence, end: firstSequence + records.length };
  }

  /** Sequences whose published leaf is not the one in the log. */
  strangers(leaves: readonly Uint8Array[]): number[] {
    return [...this.leaves]
      .filter(([sequence, leaf]) => !Buffer.from(leaves[sequence] ?? []).equals(leaf))
      .map(([sequence]) => sequence);
  }
}
