// The gateway's side of a relay: what the relay says about the newest header becomes the ledger's word in the journal, as if
// the gateway had asked the ledger itself; and headers that the relay lacks are sent to it again. A relay, or whoever
// speaks for it on the broker, is believed only about headers that this gateway has signed: a lie can make it cut a
// header too early or too late, never a wrong one.

import type { MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { AnchorStore } from '../../ledger-sync/anchor/anchor-store.js';
import { type AggregateProof, isAggregated } from '../../ledger-sync/evidence/aggregate.js';
import { genesisHead, type LedgerDomain } from '../../ledger-sync/evidence/batch.js';
import { equalBytes } from '../../ledger-sync/evidence/bytes.js';
import { headerOf } from '../journal/anchor-rows.js';
import type { JournalReader } from '../journal/journal-reader.js';
import { headerMessage } from '../publish/side-messages.js';
import type { GatewayTopics } from '../publish/topics.js';
import { parseAnchored } from './anchored-message.js';

/** Sent again at once; a relay that lacks more hears of them with its next word. */
const MAX_RESENT = 100;

export interface RelayedLedgerParts {
  readonly store: Pick<AnchorStore, 'saveHead' | 'saveInclusion' | 'headAt'>;
  /** Keeps what shows that a header stands under a published root. */
  readonly saveProof: (seq: number, proof: AggregateProof) => void;
  readonly journal: Pick<JournalReader, 'gateway' | 'latestBatch' | 'batch'>;
  readonly topics: GatewayTopics;
  readonly domain: LedgerDomain;
  readonly log: Pick<Logger, 'warn' | 'error'>;
}

export class RelayedLedger {
  readonly #parts: RelayedLedgerParts;
  #said = '';
  /** Messages that were not believed. */
  refused = 0;

  constructor(parts: RelayedLedgerParts) {
    this.#parts = parts;
  }

  /** Listens on a connection that is new. */
  attach(client: MqttClient): void {
    const { anchored } = this.#parts.topics;
    client.on('message', (topic, payload) => {
      if (topic === anchored) this.take(client, payload);
    });
    client.subscribe(anchored, { qos: 1 });
  }

  /** Reads one word of the relay, and answers with what it lacks. */
  take(client: Pick<MqttClient, 'publish'>, payload: Uint8Array): void {
    const { store, journal, domain } = this.#parts;
    const notice = parseAnchored(payload);
    const isAboutUs =
      notice !== undefined &&
      notice.observation.chainId === domain.chainId &&
      equalBytes(notice.observation.contract, domain.verifyingContract) &&
      equalBytes(notice.observation.gateway, journal.gateway);
    if (!isAboutUs) {
      this.refused += 1;
      return;
    }
    const { observation, isStopped, inclusion, aggregate } = notice;
    const { seq, head, registered } = observation;
    if (!registered) {
      this.#say('NOT_REGISTERED', 'let a registrar register this gateway with its proof of possession');
      store.saveHead(observation);
      return;
    }
    if (isStopped) {
      this.#say('GATEWAY_STOPPED', 'the contract takes nothing more of this key; give the gateway a new one');
      return;
    }
    const own = seq === 0 ? genesisHead(journal.gateway) : store.headAt(seq);
    if (own === undefined || !equalBytes(own, head)) {
      this.refused += 1;
      const hint =
        'either the relay lies, or the ledger knows another journal of this key; ask the ledger itself';
      this.#say('RELAY_FOREIGN_HEAD', hint);
      return;
    }
    this.#said = '';
    store.saveHead(observation);
    // Its transaction is checked by whoever verifies; a number of ours it must be.
    if (inclusion && inclusion.toSeq <= seq && inclusion.fromSeq <= inclusion.toSeq)
      store.saveInclusion(inclusion);
    if (aggregate) this.#keepProof(seq, aggregate);
    this.#sendAgain(client, seq);
  }

  /** Only one that holds: it will stand in evidence. */
  #keepProof(seq: number, proof: AggregateProof): void {
    const { journal, domain, saveProof } = this.#parts;
    const row = journal.batch(domain.chainId, domain.verifyingContract, seq);
    const batch = row && { ...headerOf(row, journal.gateway), signature: row.signature };
    if (batch && isAggregated(batch, proof)) saveProof(seq, proof);
    else this.refused += 1;
  }

  /** What is signed above the relay's head; the newest one it has by the retained message. */
  #sendAgain(client: Pick<MqttClient, 'publish'>, seq: number): void {
    const { journal, topics, domain } = this.#parts;
    const latest = journal.latestBatch(domain.chainId, domain.verifyingContract)?.seq ?? 0;
    const last = Math.min(latest - 1, seq + MAX_RESENT);
    for (let next = seq + 1; next <= last; next += 1) {
      const batch = journal.batch(domain.chainId, domain.verifyingContract, next);
      if (!batch) return;
      const { topic, payload } = headerMessage(topics, journal.gateway, batch);
      client.publish(topic, payload, { qos: 1 });
    }
  }

  /** The same is said once. */
  #say(code: string, hint: string): void {
    if (this.#said === code) return;
    this.#said = code;
    this.#parts.log.warn({ code, hint }, 'what the relay says of the ledger');
  }
}
