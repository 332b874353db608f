// A record before it has a place in the log: all that intake and judges know, none of what the writer adds
// (gateway, sequence, hashes). Plain data, since it crosses to the writer thread by structured clone.

import type { SignedCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import type { PruneOrder } from './log-pruner.js';

/** A JSON object of strings, booleans, null, safe integers, arrays and objects (RFC 8785 without floats). */
export type DetailDocument = { readonly [key: string]: DetailValue };
export type DetailValue = string | boolean | null | number | readonly DetailValue[] | DetailDocument;

export interface DraftRecord {
  readonly observedAtMs: number;
  readonly uptimeMs: number;
  readonly bootCount: number;
  readonly clockTrust: 0 | 1 | 2;
  /** A number of `recordKinds`. */
  readonly kind: number;
  /** The readable name of what it is about; the leaf holds only its hash. */
  readonly subjectName: string;
  /** Tags and kits are salted per shipment, so that a list of plausible serials cannot be tried. */
  readonly isSalted: boolean;
  readonly value: number;
  /** A number of `qualityCodes`. */
  readonly quality: number;
  /** The readable shipment id, if the record belongs to one. */
  readonly shipmentName: string | undefined;
  readonly detail: DetailDocument | undefined;
  /** For judges, who may keep of it what they need in rows beside the log; the writer takes nothing of it. */
  readonly aside?: DetailDocument | undefined;
}

/** Which batch header to cut: its place in the contract's chain for this gateway. */
export interface BatchOrder {
  readonly chainId: number;
  readonly contract: Uint8Array;
  readonly seq: number;
  /** 28-byte head that the contract holds now. */
  readonly prev: Uint8Array;
  /** Extra flags for the header (heartbeat). */
  readonly flags: number;
}

/** A row that is kept beside the log, in the commit of the record that changed it; undefined removes it. */
export type StateRow = readonly [key: string, value: string | undefined];

/** What became of a request. */
export interface RequestResult {
  readonly id: number;
  /** JSON. */
  readonly outcome: string;
  /** Of its first record among the drafts of the same entry or seal request. */
  readonly draftIndex: number;
}

/** What one commit makes durable. */
export interface SealRequest {
  readonly drafts: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
  readonly results: readonly RequestResult[];
  readonly cursors: readonly (readonly [sink: string, size: number])[];
  readonly batch: BatchOrder | undefined;
  /** Spans that one of the drafts says are deleted. */
  readonly prunes?: readonly PruneOrder[];
  /** Shipments whose words one of the drafts says are taken back. */
  readonly erases?: readonly string[];
  /** Deleted rows to take out of the file, at most so many. */
  readonly sweepRecords?: number;
}

/** What the writer answers once the commit is durable. */
export interface SealReceipt {
  /** Sequence of the first draft; the others follow it. Meaningless when there were none. */
  readonly firstSequence: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** What was signed over the records; none when there were none. */
  readonly checkpoint?: SignedCheckpoint | undefined;
  /** How long it took until all was durable, ms. */
  readonly commitMs?: number;
  /** The seq of the batch header that was cut, if one was. */
  readonly batchSeq: number | undefined;
  /** Whether all that was ordered to be deleted is out of the file; undefined where nothing was swept. */
  readonly isSwept?: boolean | undefined;
  /** False: a span that was ordered to be deleted was none; the log went on without that. */
  readonly arePrunesNoted?: boolean;
}
