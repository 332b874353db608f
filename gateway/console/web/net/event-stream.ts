// Follows a stream of server-sent events for as long as it is wanted: comes back after a cut, tells from which event on,
// and says at once when nothing was heard for longer than the console's comments allow.

import { EventLines, type ServerEvent } from './event-lines.js';

/** The console sends something every 15 s; one may be late. */
const SILENCE_MS = 32_000;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15_000;

/** `live`: bytes come. `cut`: none come, it is tried again. `refused`: the console said no, with its status. */
export type LineState =
  | { readonly kind: 'connecting' | 'live' | 'cut' }
  | { readonly kind: 'refused'; readonly status: number };

interface Listener {
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState: (state: LineState) => void;
}

/** @returns ends it */
export function followEvents(address: string, listener: Listener): () => void {
  const stop = new AbortController();
  void follow(address, listener, stop.signal);
  return () => stop.abort();
}

async function follow(address: string, listener: Listener, stop: AbortSignal): Promise<void> {
  const lines = { lastId: '' };
  listener.onState({ kind: 'connecting' });
  let waitMs = FIRST_WAIT_MS;
  while (!stop.aborted) {
    const heard = await readOnce(address, lines, listener, stop);
    if (stop.aborted) return;
    if (typeof heard === 'number') {
      listener.onState({ kind: 'refused', status: heard });
      // Not allowed, or not logged in: asking again changes nothing.
      if (heard === 401 || heard === 403 || heard === 404) return;
    } else {
      listener.onState({ kind: 'cut' });
    }
    waitMs = heard === true ? FIRST_WAIT_MS : Math.min(waitMs * 2, MAX_WAIT_MS);
    await pause(waitMs, stop);
  }
}

/** @returns whether anything came, or the status of a refusal */
async function readOnce(
  address: string,
  last: { lastId: string },
  { onEvent, onState }: Listener,
  stop: AbortSignal,
): Promise<boolean | number> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  let hasHeard = false;
  try {
    const response = await fetch(address, {
      headers: { accept: 'text/event-stream', ...(last.lastId ? { 'last-event-id': last.lastId } : {}) },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.any([stop, silence.signal]),
    });
    if (!response.ok || !response.body) return response.status;
    const lines = new EventLines();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return hasHeard;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      if (!hasHeard) onState({ kind: 'live' });
      hasHeard = true;
      for (const event of lines.push(value)) onEvent(event);
      if (lines.lastId !== '') last.lastId = lines.lastId;
    }
  } catch {
    // Cut, silent, or ended by the reader: the caller knows which.
    return hasHeard;
  } finally {
    clearTimeout(timer);
  }
}

/** Ends early when the network is back, or nobody waits any more. */
function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    addEventListener('online', end);
    stop.addEventListener('abort', end);
  });
}
