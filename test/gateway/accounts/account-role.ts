// A gateway role on a log that decides about accounts and judgements; a second one on the same log is its next start.

import { onTestFinished } from 'vitest';
import { accountAuthorisation } from '../../../gateway/accounts/account-authorisation.js';
import { accountHandlers } from '../../../gateway/accounts/account-handlers.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import { RequestDesk } from '../../../gateway/requests/request-desk.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { pipelineOver } from '../pipeline-over.js';
import { contextWith } from '../record-context.js';
import type { TestLog } from '../test-log.js';
import { judge } from './account-office.js';

export function accountRole(log: TestLog, now: () => number) {
  const pipeline = pipelineOver(log);
  const journal = new JournalReader(log.path);
  const rows = new RequestRows(log.path, 'peer');
  const desk = new RequestDesk({
    waiting: (afterId, limit) => rows.waiting(afterId, limit),
    handlers: [...accountHandlers, judge],
    authorise: accountAuthorisation,
    state: new StateStore(journal.judgeStates()),
    context: contextWith(),
    now: () => ({ unixMs: now(), uptimeMs: 5_000 }),
    add: (entry) => pipeline.add(entry),
    onState: () => {},
  });
  onTestFinished(() => {
    journal.close();
    rows.close();
  });
  /** @returns `ok`, or the code of the refusal */
  const ask = async (kind: string, document: DetailDocument, authorization?: DetailDocument) => {
    const proof = authorization && JSON.stringify(authorization);
    const id = rows.add(kind, JSON.stringify(document), proof, now());
    desk.look();
    await pipeline.drain();
    const told = JSON.parse(rows.outcome(id)?.outcome ?? 'null') as { ok: boolean; code?: string };
    return told.ok ? 'ok' : told.code;
  };
  /** Looks for what other processes ask, until the test is over. */
  const attend = () => {
    const looking = setInterval(() => desk.look(), 20);
    onTestFinished(() => clearInterval(looking));
  };
  return { ask, attend };
}
