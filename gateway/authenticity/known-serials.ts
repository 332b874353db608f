// Makes what the gateway knows of packs from the rows that others have written beside the log, whenever they change. Every
// snapshot's signature is checked here again: whoever can write the journal of a stopped gateway can write these rows.

import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { type LotKeyFile, parseLotKeyFile } from '../../ledger-sync/serials/lot-file.js';
import { SerialsError } from '../../ledger-sync/serials/serials-error.js';
import { openSnapshot, type SerialsSnapshot } from '../../ledger-sync/serials/snapshot.js';
import { JournalError } from '../journal/journal-error.js';
import type { SerialsReader } from '../journal/serials-rows.js';
import { SerialsKnowledge } from './serials-knowledge.js';

/** Whose word is believed, and about which ledger. */
export interface BelievedSerials {
  readonly chainId: number;
  readonly contract: string;
  readonly publishers: readonly string[];
}

export class KnownSerials {
  readonly #rows: SerialsReader;
  readonly #publishers: readonly string[];
  readonly #domain: { readonly chainId: number; readonly verifyingContract: Uint8Array };
  readonly #onTrouble: (error: SerialsError | JournalError) => void;
  /** By document: reading one takes long, and most changes are about something else. */
  #snapshots = new Map<string, SerialsSnapshot | undefined>();
  #change: number | undefined;

  /** @param onTrouble told once of each row that cannot be believed; it is left aside */
  constructor(
    rows: SerialsReader,
    believed: BelievedSerials,
    onTrouble: (error: SerialsError | JournalError) => void,
  ) {
    this.#rows = rows;
    this.#publishers = believed.publishers.map((address) => address.toLowerCase());
    this.#domain = { chainId: believed.chainId, verifyingContract: fromHex(believed.contract.toLowerCase()) };
    this.#onTrouble = onTrouble;
  }

  /** What is known now; undefined if nothing has changed since the last look. */
  look(): SerialsKnowledge | undefined {
    const change = this.#rows.change();
    if (change === this.#change) return undefined;
    this.#change = change;
    const documents = this.#rows.snapshots();
    const followed = this.#rows.followed();
    const keys = this.#keys();
    if (!documents || !followed || !keys) return this.#nothing();
    this.#snapshots = new Map(
      documents.map((text) => [
        text,
        this.#snapshots.has(text) ? this.#snapshots.get(text) : this.#open(text),
      ]),
    );
    const snapshots = [...this.#snapshots.values()].filter((snapshot) => snapshot !== undefined);
    return new SerialsKnowledge({ snapshots, followed, keys });
  }

  #open(text: string): SerialsSnapshot | undefined {
    return this.#believed(() => openSnapshot(text, this.#publishers, this.#domain));
  }

  #keys(): LotKeyFile[] | undefined {
    return this.#rows.lotKeys()?.flatMap((text) => this.#believed(() => parseLotKeyFile(text)) ?? []);
  }

  /** No pack is called verified then, and none suspect. */
  #nothing(): SerialsKnowledge {
    this.#onTrouble(
      new JournalError(
        'JOURNAL_DAMAGED',
        'what is known of packs is not what was written',
        'restart the gateway role: it puts right what can be put right; the ledger is asked again',
      ),
    );
    return new SerialsKnowledge({ snapshots: [], followed: [], keys: [] });
  }

  #believed<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SerialsError)) throw error;
      this.#onTrouble(error);
      return undefined;
    }
  }
}
