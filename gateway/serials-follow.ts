// What the ledger-sync role does for packs: fetches signed snapshots, follows their lots on the ledger, and has proofs of chips
// judged by their maker. Writes beside the
// log what has changed; the gateway role reads it there and asks nobody.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AuthenticityConfig } from '../config/authenticity-schema.js';
import { deployable } from '../ledger-sync/anchor/deployable.js';
import { Endpoint } from '../ledger-sync/anchor/endpoint.js';
import { EndpointPool } from '../ledger-sync/anchor/endpoint-pool.js';
import { assertGenuineLedger } from '../ledger-sync/anchor/genuine-ledger.js';
import { JsonRpc } from '../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../ledger-sync/anchor/ledger-error.js';
import { fromHex } from '../ledger-sync/evidence/bytes.js';
import { LotFollower } from '../ledger-sync/serials/lot-follower.js';
import { SerialsError } from '../ledger-sync/serials/serials-error.js';
import { openSnapshot } from '../ledger-sync/serials/snapshot.js';
import { fetchSnapshot } from '../ledger-sync/serials/snapshot-fetch.js';
import { LotStoreRows } from './authenticity/lot-store-rows.js';
import type { JournalDatabase } from './journal/database.js';
import { KeyError } from './sealing/key-error.js';
import { TagProofsFollow } from './tag-proofs-follow.js';

const MS_PER_MINUTE = 60_000;
/** After a snapshot that could not be had or believed. */
const RETRY_MS = 60_000;

export interface SerialsFollowParts {
  readonly authenticity: AuthenticityConfig;
  readonly rpcUrls: readonly string[];
  readonly pollIntervalMs: number;
  readonly database: JournalDatabase;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Goes on until the signal. @throws what the journal throws */
export async function followSerials(parts: SerialsFollowParts): Promise<void> {
  const { authenticity, rpcUrls, pollIntervalMs, database, signal, log } = parts;
  const store = new LotStoreRows(database, authenticity);
  const contract = authenticity.contract.toLowerCase();
  const target = { chainId: authenticity.chainId, contract: fromHex(contract) };
  const { runtimeCodeHash } = deployable('serials');
  const endpoints = rpcUrls.map(
    (url) =>
      new Endpoint({
        rpc: new JsonRpc(url, { signal }),
        verify: (rpc) => assertGenuineLedger(rpc, target, [runtimeCodeHash]),
        now: () => performance.now(),
        random: Math.random,
      }),
  );
  const follower = new LotFollower({ pool: new EndpointPool(endpoints), contract, store, now: Date.now });
  const snapshots = new SnapshotWatch(parts, store);
  const { tagService } = authenticity;
  const proofs = tagService && new TagProofsFollow(tagService, database, signal);
  const say = sayOnce(log);
  const sayOfProofs = sayOnce(log);
  while (!signal.aborted) {
    // Each by itself: a ledger that is away keeps no proof waiting.
    await quietly(sayOfProofs, signal, async () => {
      const answered = await proofs?.look();
      if (answered) log.info({ answered }, 'proofs of chips are judged by their maker');
    });
    await quietly(say, signal, async () => {
      await snapshots.look();
      for (const { lot, recalls } of await follower.tick())
        log.info({ lot, recalls }, 'a lot has changed on the ledger');
    });
    await sleep(pollIntervalMs, undefined, { signal }).catch(() => undefined);
  }
}

class SnapshotWatch {
  readonly #parts: SerialsFollowParts;
  readonly #store: LotStoreRows;
  #etag: string | undefined;
  #dueMs = 0;

  constructor(parts: SerialsFollowParts, store: LotStoreRows) {
    this.#parts = parts;
    this.#store = store;
  }

  /** @throws LedgerError, SerialsError */
  async look(): Promise<void> {
    const { authenticity, signal, log } = this.#parts;
    const { snapshotUrl, snapshotIntervalMinutes, publishers, chainId, contract } = authenticity;
    if (snapshotUrl === undefined || performance.now() < this.#dueMs) return;
    this.#dueMs = performance.now() + RETRY_MS;
    // What is held no more, or can be read no more, is fetched again.
    const etag = this.#store.names().length > 0 ? this.#etag : undefined;
    const fetched = await fetchSnapshot(snapshotUrl, etag, signal);
    if (fetched) {
      const domain = { chainId, verifyingContract: fromHex(contract.toLowerCase()) };
      const believed = publishers.map((address) => address.toLowerCase());
      const snapshot = openSnapshot(fetched.text, believed, domain);
      const isNew = this.#store.takeSnapshot(snapshot, fetched.text);
      this.#etag = fetched.etag;
      if (isNew)
        log.info(
          { blockNumber: snapshot.blockNumber, lots: snapshot.lots.length },
          'a new snapshot of serials',
        );
    }
    this.#dueMs = performance.now() + snapshotIntervalMinutes * MS_PER_MINUTE;
  }
}

type Trouble = LedgerError | SerialsError | KeyError;

/** Trouble of others ends nothing; that of the own journal ends the role. */
async function quietly(say: (error: Trouble) => void, signal: AbortSignal, task: () => Promise<void>) {
  try {
    await task();
  } catch (error) {
    if (signal.aborted) return;
    const isTrouble =
      error instanceof LedgerError || error instanceof SerialsError || error instanceof KeyError;
    if (!isTrouble) throw error;
    say(error);
  }
}

/** The same trouble is one line, however long it lasts. */
function sayOnce(log: Logger) {
  let said = '';
  return ({ code, message, hint }: Trouble) => {
    if (code === said) return;
    said = code;
    log.warn({ code, hint }, `serials: ${message}`);
  };
}
