// Fetches a signed snapshot over HTTP from a server that is not trusted: bounded in time and bytes, no redirects, and not
// again what has not changed. What it holds is believed for its signature only.

import { LedgerError } from '../anchor/ledger-error.js';
import { MAX_SNAPSHOT_BYTES } from './snapshot.js';

export interface FetchedSnapshot {
  readonly text: string;
  /** To be given with the next fetch. */
  readonly etag: string | undefined;
}

const TIMEOUT_MS = 60_000;
const hint = 'Snapshots are fetched again later. If it lasts, check snapshotUrl and the network.';

/**
 * @param etag of what is held
 * @returns undefined if it has not changed
 * @throws LedgerError RPC_DOWN, RPC_TIMEOUT, RPC_TOO_LARGE, RPC_REDIRECTED; the abort's own reason
 */
export async function fetchSnapshot(
  url: string,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<FetchedSnapshot | undefined> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
  const { host } = new URL(url);
  const failed = (
    code: 'RPC_DOWN' | 'RPC_TIMEOUT' | 'RPC_TOO_LARGE' | 'RPC_REDIRECTED',
    what: string,
    cause?: unknown,
  ) => new LedgerError(code, `${host}: snapshot: ${what}`, hint, { cause });
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([timeout, signal]),
    });
    if (response.status === 304) return undefined;
    if (response.status >= 300 && response.status < 400)
      throw failed('RPC_REDIRECTED', `redirect with status ${response.status}`);
    if (response.status !== 200) throw failed('RPC_DOWN', `HTTP status ${response.status}`);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body ?? []) {
      received += chunk.byteLength;
      if (received > MAX_SNAPSHOT_BYTES)
        throw failed('RPC_TOO_LARGE', `longer than ${MAX_SNAPSHOT_BYTES} bytes`);
      chunks.push(chunk);
    }
    return { text: Buffer.concat(chunks).toString('utf8'), etag: response.headers.get('etag') ?? undefined };
  } catch (error) {
    if (error instanceof LedgerError) throw error;
    signal.throwIfAborted();
    if (timeout.aborted) throw failed('RPC_TIMEOUT', `no answer in ${TIMEOUT_MS} ms`, error);
    throw failed('RPC_DOWN', 'no connection', error);
  }
}
