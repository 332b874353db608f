// The rows beside the log as whoever writes them sees them: which lots are followed, and whether a snapshot is newer than the
// one that is held.

import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { type LotKeyFile, lotIdOf } from '../../ledger-sync/serials/lot-file.js';
import type { LotStore } from '../../ledger-sync/serials/lot-follower.js';
import type { LotName, LotState, SpentPacks } from '../../ledger-sync/serials/lot-state.js';
import { SerialsError } from '../../ledger-sync/serials/serials-error.js';
import { assertNotOlder, openSnapshot, type SerialsSnapshot } from '../../ledger-sync/serials/snapshot.js';
import type { JournalDatabase } from '../journal/database.js';
import { type FollowedLot, SerialsRows } from '../journal/serials-rows.js';
import type { BelievedSerials } from './known-serials.js';

export class LotStoreRows implements LotStore {
  readonly #rows: SerialsRows;
  readonly #believed: BelievedSerials;
  #change: number | undefined;
  #snapshots: readonly SerialsSnapshot[] = [];

  constructor(database: JournalDatabase, believed: BelievedSerials) {
    this.#rows = new SerialsRows(database);
    this.#believed = believed;
  }

  names(): readonly LotName[] {
    return this.#held().flatMap(({ lots }) => lots.map(({ maker, lot }) => ({ maker, lot })));
  }

  /** None where one is not what was written: then all are asked for again. */
  followed(): readonly FollowedLot[] {
    return this.#rows.followed() ?? [];
  }

  saveFollowed(lots: readonly (LotState & SpentPacks)[], blockNumber: number, seenAtMs: number): void {
    this.#rows.saveFollowed(lots, blockNumber, seenAtMs);
  }

  /**
   * Keeps a snapshot whose signature was checked.
   * @returns false if it is held already
   * @throws SerialsError SNAPSHOT_OLD
   */
  takeSnapshot(snapshot: SerialsSnapshot, text: string): boolean {
    const held = this.#held().find(({ publisher }) => publisher === snapshot.publisher);
    assertNotOlder(snapshot, held);
    if (held?.signature === snapshot.signature) return false;
    const { publisher, blockNumber, madeAtMs } = snapshot;
    this.#rows.saveSnapshot(publisher, blockNumber, madeAtMs, text);
    const names = new Set(this.names().map(({ maker, lot }) => `${maker}/${lot}`));
    this.#rows.forget(this.followed().filter(({ maker, lot }) => !names.has(`${maker}/${lot}`)));
    return true;
  }

  takeLotKey(key: LotKeyFile): void {
    const lot = lotIdOf(key, fromHex(key.readingKey));
    this.#rows.saveLotKey(`${key.maker}/${lot}`, JSON.stringify(key));
  }

  #held(): readonly SerialsSnapshot[] {
    const change = this.#rows.change();
    if (change !== this.#change) {
      this.#change = change;
      this.#snapshots = (this.#rows.snapshots() ?? []).flatMap((text) => this.#opened(text) ?? []);
    }
    return this.#snapshots;
  }

  /** One that was believed under another configuration is as if it were not there. */
  #opened(text: string): SerialsSnapshot | undefined {
    const { chainId, contract, publishers } = this.#believed;
    const domain = { chainId, verifyingContract: fromHex(contract.toLowerCase()) };
    try {
      return openSnapshot(
        text,
        publishers.map((address) => address.toLowerCase()),
        domain,
      );
    } catch (error) {
      if (error instanceof SerialsError) return undefined;
      throw error;
    }
  }
}
