// What crosses between the gateway role and its writer thread.

import type { JournalErrorCode } from '../journal/journal-error.js';
import type { MendedRows } from '../recovery/rotten-rows.js';
import type { DeviceKey } from './device-key.js';
import type { SealReceipt, SealRequest } from './draft-record.js';
import type { TokenErrorCode } from './key-error.js';
import type { PackedDrafts } from './packed-drafts.js';
import type { WalPin } from './wal-watch.js';

export interface WriterSettings {
  readonly journalPath: string;
  readonly keyFile: string;
  readonly key: DeviceKey;
  /** The kernel's id of this boot. */
  readonly bootId: string;
  /** FULL always, but in the control run of a power-cut test. */
  readonly synchronous: 'FULL' | 'NORMAL';
}

export type WriterMessage =
  /** The first. */
  | { readonly kind: 'open'; readonly settings: WriterSettings }
  | { readonly kind: 'seal'; readonly request: SealRequest }
  /** Whether the thread is there; answered in its turn. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'close' };

/** As a message crosses. */
export type PostedMessage =
  | Exclude<WriterMessage, { kind: 'seal' }>
  | {
      readonly kind: 'seal';
      readonly request: Omit<SealRequest, 'drafts'> & { readonly drafts: PackedDrafts };
    };

interface Trouble {
  readonly code: JournalErrorCode | TokenErrorCode;
  readonly message: string;
  readonly hint: string;
}

export type WriterAnswer =
  /** The journal is damaged and was set aside; `opened` follows when a new one has taken its place. */
  | {
      readonly kind: 'recovering';
      readonly code: JournalErrorCode;
      readonly message: string;
      readonly folder: string;
    }
  | {
      readonly kind: 'opened';
      readonly size: number;
      readonly bootCount: number;
      readonly mended: MendedRows;
    }
  | { readonly kind: 'sealed'; readonly receipt: SealReceipt }
  | ({ readonly kind: 'failed' } & Trouble)
  | ({ readonly kind: 'mark-failed' } & Trouble)
  | { readonly kind: 'alive' }
  /** A program reads so long that the write-ahead log grows; then that it is small again. */
  | { readonly kind: 'wal-pinned'; readonly pin: WalPin }
  | { readonly kind: 'wal-free' }
  | { readonly kind: 'closed' };
