// How a command asks the gateway role for something: a row in the journal, and its outcome. The gateway role may be
// another process of another user; the journal file is all that the two share.

import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '../../config/load.js';
import { machineTime } from '../clock/machine-time.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { RequestRows } from '../journal/request-rows.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { StateView } from './request.js';
import { RequestError } from './request-error.js';
import { StateStore } from './state-store.js';

/** Makes the proof of who asks, from what the journal knows of that person. */
export type Authorisations = (
  kind: string,
  document: DetailDocument,
  state: StateView,
  nowMs: number,
) => DetailDocument | Promise<DetailDocument>;

/** The role looks several times a second and commits at once. */
const OUTCOME_LIMIT_MS = 15_000;
const LOOK_MS = 50;

type Told =
  | { readonly ok: true; readonly answer: DetailDocument }
  | { readonly ok: false; readonly code: string; readonly reason: string; readonly hint: string };

/**
 * Asks, and waits for the outcome.
 * @param authorise makes the proof of who asks; without it the request is anonymous
 * @returns what the handler answers, with the `sequence` of its first record
 * @throws RequestError with the refusal's code, or GATEWAY_SILENT if nobody decided within 15 s: the request waits then
 * @throws ConfigError, JournalError
 */
export async function submitRequest(
  configFile: string,
  kind: string,
  document: DetailDocument,
  authorise?: Authorisations,
): Promise<DetailDocument> {
  const config = loadConfig(configFile);
  const path = journalPathOf(config.gateway.dataDir);
  const state = readStateAt(path);
  // The gateway compares it with its own clock, which may know better than the system's.
  const { nowMs } = machineTime(config, (key) => state.get(key));
  const proof = await authorise?.(kind, document, state, nowMs);
  const rows = new RequestRows(path, 'peer');
  try {
    return await askGateway(rows, kind, document, proof);
  } finally {
    rows.close();
  }
}

/**
 * Writes a request, and waits for what the gateway role makes of it.
 * @param proof of who asks
 * @returns and throws as `submitRequest`
 */
export async function askGateway(
  rows: RequestRows,
  kind: string,
  document: DetailDocument,
  proof: DetailDocument | undefined,
): Promise<DetailDocument & { readonly sequence: number }> {
  const id = rows.add(kind, JSON.stringify(document), proof && JSON.stringify(proof), Date.now());
  const deadlineMs = performance.now() + OUTCOME_LIMIT_MS;
  for (;;) {
    const row = rows.outcome(id);
    if (row) {
      const told = JSON.parse(row.outcome) as Told;
      if (told.ok) return { ...told.answer, sequence: row.sequence };
      throw new RequestError(told.code, told.reason, told.hint);
    }
    if (performance.now() > deadlineMs) throw silent(id);
    await sleep(LOOK_MS);
  }
}

function silent(id: number): RequestError {
  return new RequestError(
    'GATEWAY_SILENT',
    `the gateway role has not decided request ${id} in ${OUTCOME_LIMIT_MS / 1000} s; it waits`,
    'start the gateway (coldgate run); `coldgate audit` shows what became of the request',
  );
}

/** What is kept beside the log, as of the last commit. @throws ConfigError, JournalError */
export function readState(configFile: string): StateView {
  return readStateAt(journalPathOf(loadConfig(configFile).gateway.dataDir));
}

function readStateAt(path: string): StateView {
  const journal = new JournalReader(path);
  try {
    return new StateStore(journal.judgeStates());
  } finally {
    journal.close();
  }
}
