// Whether the primary host is online, as its STATE messages on one server say (chapters 4 and 5). What an old message
// says, or one that is no STATE message, changes nothing.

const MAX_STATE_BYTES = 1_024;

export type HostWord = 'online' | 'offline' | 'ignored';

export class HostState {
  #lastTimestampMs = Number.NEGATIVE_INFINITY;

  /** Takes the payload of a STATE message. The first one of a connection always counts: it may be a retained one. */
  take(payload: Uint8Array): HostWord {
    const state = readState(payload);
    if (state === undefined || state.timestamp < this.#lastTimestampMs) return 'ignored';
    this.#lastTimestampMs = state.timestamp;
    return state.online ? 'online' : 'offline';
  }
}

function readState(payload: Uint8Array): { online: boolean; timestamp: number } | undefined {
  if (payload.length > MAX_STATE_BYTES) return undefined;
  try {
    const state: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    if (typeof state !== 'object' || state === null) return undefined;
    const { online, timestamp } = state as { online?: unknown; timestamp?: unknown };
    if (typeof online !== 'boolean' || typeof timestamp !== 'number' || !Number.isFinite(timestamp))
      return undefined;
    return { online, timestamp };
  } catch {
    return undefined;
  }
}
