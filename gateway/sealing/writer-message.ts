// What crosses between the gateway role and its writer thread.

import type { JournalErrorCode } from '../journal/journal-error.js';
import type { SealReceipt, SealRequest } from './draft-record.js';

export interface WriterSettings {
  readonly journalPath: string;
  readonly keyFile: string;
  readonly privateKey: Uint8Array;
  /** The kernel's id of this boot. */
  readonly bootId: string;
  /** FULL always, but in the control run of a power-cut test. */
  readonly synchronous: 'FULL' | 'NORMAL';
}

export type WriterMessage =
  | { readonly kind: 'seal'; readonly request: SealRequest }
  | { readonly kind: 'close' };

interface Trouble {
  readonly code: JournalErrorCode;
  readonly message: string;
  readonly hint: string;
}

export type WriterAnswer =
  | { readonly kind: 'opened'; readonly size: number; readonly bootCount: number }
  | { readonly kind: 'sealed'; readonly receipt: SealReceipt }
  | ({ readonly kind: 'failed' } & Trouble)
  | ({ readonly kind: 'mark-failed' } & Trouble)
  | { readonly kind: 'closed' };
