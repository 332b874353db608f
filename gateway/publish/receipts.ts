// What integrators durably have, by their own word: a broker's acknowledgement only says that the broker has it. A receipt
// may bring the root of the log at its size, which shows that its sender holds the very same log.

import type { MqttClient } from 'mqtt';
import * as z from 'zod';
import { equalBytes, fromHex } from '../../ledger-sync/evidence/bytes.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { compactRangeAt } from '../../ledger-sync/evidence/node-reader.js';
import { JournalError } from '../journal/journal-error.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { jsonOf } from './json-payload.js';
import { receiptSinkOf } from './sink.js';
import type { GatewayTopics } from './topics.js';

const MAX_BYTES = 1024;

export const receiptMessage = z.looseObject({
  version: z.literal(1),
  /** Records from 0 that the consumer has. */
  size: z.int().nonnegative(),
  /** Root of the log of that size, 64 hex digits. */
  root: hex(32).exactOptional(),
});

export interface ReceiptsOptions {
  /** Names that receipts are taken from; others are counted. */
  readonly consumers: readonly string[];
  readonly topics: GatewayTopics;
  readonly journal: JournalReader;
  readonly onReceipt: (sink: string, size: number) => void;
  /** A consumer holds another log under this gateway's name. */
  readonly onContradiction: (consumer: string, size: number, root: string) => void;
}

export class Receipts {
  readonly #options: ReceiptsOptions;
  readonly #sizes = new Map<string, number>();
  /** Messages that were no receipt of a consumer. */
  refused = 0;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
    for (const consumer of options.consumers) {
      this.#sizes.set(options.topics.receipt(consumer), options.journal.cursor(receiptSinkOf(consumer)));
    }
  }

  /** Listens on a connection that is new. */
  attach(client: MqttClient): void {
    if (this.#sizes.size === 0) return;
    client.on('message', (topic, payload) => {
      if (this.#sizes.has(topic)) this.#take(topic, payload);
    });
    client.subscribe([...this.#sizes.keys()], { qos: 1 });
  }

  #take(topic: string, payload: Uint8Array): void {
    const { journal, onReceipt, onContradiction } = this.#options;
    const consumer = topic.slice(topic.lastIndexOf('/') + 1);
    const parsed = payload.length > MAX_BYTES ? undefined : receiptMessage.safeParse(jsonOf(payload));
    const logSize = journal.log.latestCheckpoint()?.size ?? 0;
    if (!parsed?.success || parsed.data.size > logSize) {
      this.refused += 1;
      return;
    }
    const { size, root } = parsed.data;
    if (root !== undefined && !this.#isOurs(size, root)) {
      this.refused += 1;
      onContradiction(consumer, size, root);
      return;
    }
    // An older one that was delivered again.
    if (size <= (this.#sizes.get(topic) ?? 0)) return;
    this.#sizes.set(topic, size);
    onReceipt(receiptSinkOf(consumer), size);
  }

  #isOurs(size: number, root: string): boolean {
    try {
      return equalBytes(compactRangeAt(size, this.#options.journal.log).root(), fromHex(root));
    } catch (error) {
      // That part of the tree was lost with a damaged journal: nobody here can say no.
      if (error instanceof JournalError && error.code === 'RECORD_ABSENT') return true;
      throw error;
    }
  }
}
