// What the client tells its user. Everything but `alert`, `sensor` and `status` is proven by a signature of the gateway.

import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { ReadableRecord } from '../../ledger-sync/evidence/readable.js';
import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import type { SideEvent } from './side-message.js';

/** A record of the log, proven. */
export interface RecordEvent {
  readonly type: 'record';
  readonly record: EvidenceRecord;
  /** The record's canonical bytes, to keep as evidence. */
  readonly leaf: Uint8Array;
  /** In words, made here from the leaf. */
  readonly readable: ReadableRecord;
  /** Whether the name hashes to the subject. A salted subject's name is only the gateway's word. */
  readonly isNameProven: boolean;
}

/** Why a message was not taken. */
export type RefusalReason =
  | 'too-large'
  | 'malformed'
  | 'other-version'
  | 'other-name'
  | 'other-gateway'
  | 'root-mismatch'
  | 'signature-invalid'
  | 'leaf-malformed'
  | 'words-differ'
  | 'held-full'
  | 'alert-contradicted';

export interface RefusedEvent {
  readonly type: 'refused';
  readonly reason: RefusalReason;
  /** For a person who reads the log; never act on it. */
  readonly detail: string;
}

/** Two signatures of one gateway that cannot both be of one log. */
export interface ForkEvent {
  readonly type: 'fork';
  /** Records up to here are claimed to be different ones. */
  readonly atSize: number;
  /** The one we hold, then the other. */
  readonly checkpoints: readonly [SignedCheckpoint, SignedCheckpoint];
}

export type StreamEvent =
  | RecordEvent
  | RefusedEvent
  | ForkEvent
  /** Without a pinned address: the first gateway that proved a message under this name, lower-case hex with 0x. */
  | { readonly type: 'learnt'; readonly gateway: string }
  /**
   * Records from `from` to before `to` are missing; later ones wait. `isDeleted`: the message says that the gateway deleted
   * them by rule, so they never come; unsigned, so `skipGap` stays yours to call. `coldgate audit` proves it.
   */
  | { readonly type: 'gap'; readonly from: number; readonly to: number; readonly isDeleted?: true }
  | { readonly type: 'filled'; readonly from: number; readonly to: number }
  /** The records of a gap were given up by `skipGap`. */
  | { readonly type: 'skipped'; readonly from: number; readonly to: number }
  /** The record of this sequence is the first of a later boot of the gateway. */
  | { readonly type: 'restart'; readonly sequence: number; readonly bootCount: number }
  /**
   * The record of this sequence says when its boot began: a record of that boot with clockTrust 0 was made at zeroUnixMs plus
   * its uptimeMs, and `placedMs` tells that of each. What it says itself, observedAtMs, is what a wrong clock said.
   */
  | {
      readonly type: 'time-known';
      readonly sequence: number;
      readonly bootCount: number;
      readonly zeroUnixMs: number;
    }
  /** All records up to here were told: the moment to store `state()`. */
  | { readonly type: 'checkpoint'; readonly checkpoint: SignedCheckpoint };

export type ClientEvent =
  | StreamEvent
  | SideEvent
  /** The log brought the record that an alert was made of. */
  | { readonly type: 'alert-proven'; readonly alertId: string; readonly sequence: number };
