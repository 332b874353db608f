// How far a client has the log, as plain JSON to store. Taken back only if it proves itself: the range must lead to the root
// of the checkpoint, and the gateway must have signed that.

import { equalBytes, fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { type SignedCheckpoint, verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { ClientError } from './client-error.js';
import { isCount } from './json-value.js';

/** Plain JSON: numbers, lower-case hex. */
export interface StreamState {
  readonly version: 1;
  /** With 0x. */
  readonly gateway: string;
  /** Records that were told. */
  readonly size: number;
  /** The compact range of `size` leaves. */
  readonly range: readonly string[];
  readonly checkpoint: {
    readonly size: number;
    readonly root: string;
    readonly timeMs: number;
    readonly signature: string;
  };
  /** Of the last record. */
  readonly bootCount: number;
}

/** The same in memory. */
export interface HeldLog {
  readonly range: CompactRange;
  readonly checkpoint: SignedCheckpoint;
  readonly bootCount: number;
}

/** What is held as JSON. */
export function stateOf({ range, checkpoint, bootCount }: HeldLog): StreamState {
  const { gateway, size, root, timeMs, signature } = checkpoint;
  return {
    version: 1,
    gateway: `0x${toHex(gateway)}`,
    size: range.size,
    range: range.hashes.map(toHex),
    checkpoint: { size, root: toHex(root), timeMs, signature: toHex(signature) },
    bootCount,
  };
}

/**
 * Takes up a stored state.
 * @throws ClientError CLIENT_STATE if it does not prove itself
 */
export function heldLogOf(state: StreamState): HeldLog {
  try {
    const checkpoint: SignedCheckpoint = {
      gateway: fromHex(state.gateway),
      size: state.checkpoint.size,
      root: fromHex(state.checkpoint.root),
      timeMs: state.checkpoint.timeMs,
      signature: fromHex(state.checkpoint.signature),
    };
    const range = CompactRange.of(state.size, state.range.map(fromHex));
    const isProven =
      state.version === 1 &&
      isCount(state.bootCount) &&
      range.size === checkpoint.size &&
      equalBytes(range.root(), checkpoint.root) &&
      verifyCheckpoint(checkpoint);
    if (isProven) return { range, checkpoint, bootCount: state.bootCount };
  } catch (error) {
    throw invalid(error);
  }
  throw invalid(undefined);
}

function invalid(cause: unknown): ClientError {
  return new ClientError(
    'CLIENT_STATE',
    'the stored state does not lead to a checkpoint that the gateway signed',
    'it was damaged or changed: take up an older copy, or begin without one and compare',
    cause,
  );
}
