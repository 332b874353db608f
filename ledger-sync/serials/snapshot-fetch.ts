// Fetches a signed snapshot over HTTP from a server that is not trusted, and not again what has not changed. What it holds is
// believed for its signature only.

import { boundedFetch } from './bounded-fetch.js';
import { MAX_SNAPSHOT_BYTES } from './snapshot.js';

export interface FetchedSnapshot {
  readonly text: string;
  /** To be given with the next fetch. */
  readonly etag: string | undefined;
}

const hint = 'Snapshots are fetched again later. If it lasts, check snapshotUrl and the network.';

/**
 * @param etag of what is held
 * @returns undefined if it has not changed
 * @throws LedgerError as `boundedFetch`; the abort's own reason
 */
export async function fetchSnapshot(
  url: string,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<FetchedSnapshot | undefined> {
  const headers = { accept: 'application/json', ...(etag === undefined ? {} : { 'if-none-match': etag }) };
  const fetched = await boundedFetch({
    ...{ url, what: 'snapshot', hint, maxBytes: MAX_SNAPSHOT_BYTES, headers, signal },
  });
  return fetched.status === 304 ? undefined : { text: fetched.text, etag: fetched.etag };
}
