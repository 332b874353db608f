// Requests from the row to the record: decided once, refused in the open, whole or not at all over a crash.

import { describe, expect, it, onTestFinished } from 'vitest';
import type { RecordContext } from '../../../gateway/intake/record-mapper.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import type { Actor, RequestHandler } from '../../../gateway/requests/request.js';
import { type Authorise, RequestDesk } from '../../../gateway/requests/request-desk.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { auditJournal } from '../../faults/journal-audit.js';
import { pipelineOver } from '../pipeline-over.js';
import { contextWith } from '../record-context.js';
import { openTestLog, type TestLog } from '../test-log.js';

const local: Actor = {
  name: 'local',
  printedName: 'local',
  role: 'administrator',
  isSigned: false,
  signature: undefined,
};

const note: RequestHandler = {
  kind: 'note.add',
  roles: ['administrator'],
  needsSignature: false,
  handle: ({ document }, { state }) => {
    const notes = Number(state.get('notes') ?? '0');
    if (notes >= 3) {
      return { ok: false, code: 'NOTES_FULL', reason: 'three notes are enough', hint: 'remove one' };
    }
    return {
      ok: true,
      records: [
        {
          kind: recordKinds.operatorAction,
          subjectName: 'notes',
          detail: { type: 'note', text: document.text ?? '' },
        },
      ],
      state: [['notes', String(notes + 1)]],
      answer: { number: notes + 1 },
    };
  },
};

const trusting: Authorise = () => ({ ok: true, actor: local, state: [] });

function deskOn(log: TestLog, authorise: Authorise = trusting, isDead = () => false) {
  const pipeline = pipelineOver(log, { isDead });
  const journal = new JournalReader(log.path);
  const rows = new RequestRows(log.path, 'peer');
  onTestFinished(() => {
    journal.close();
    rows.close();
  });
  const context: RecordContext = contextWith();
  const desk = new RequestDesk({
    waiting: (afterId, limit) => rows.waiting(afterId, limit),
    handlers: [note],
    authorise,
    state: new StateStore(journal.judgeStates()),
    context,
    now: () => ({ unixMs: 1_700_000_000_000, uptimeMs: 5_000 }),
    add: (entry) => pipeline.add(entry),
    onState: () => {},
  });
  return { desk, rows, pipeline };
}

const ask = (rows: RequestRows, text: string) => rows.add('note.add', JSON.stringify({ text }), undefined, 1);
const outcomeOf = (rows: RequestRows, id: number) =>
  JSON.parse(rows.outcome(id)?.outcome ?? 'null') as unknown;

describe('the request desk', () => {
  it('makes record, state and outcome of a request in one commit, and says who asked', async () => {
    const log = openTestLog();
    const { desk, rows, pipeline } = deskOn(log);
    const ids = [ask(rows, 'first'), ask(rows, 'second')];
    desk.look();
    desk.look();
    await pipeline.drain();
    expect(ids.map((id) => outcomeOf(rows, id))).toEqual([
      { ok: true, answer: { number: 1 } },
      { ok: true, answer: { number: 2 } },
    ]);
    expect(ids.map((id) => rows.outcome(id)?.sequence)).toEqual([0, 1]);
    log.close();
    expect(auditJournal(log.path).details(recordKinds.operatorAction)).toMatchObject([
      { type: 'note', text: 'first', by: { name: 'local', printedName: 'local', role: 'administrator' } },
      { type: 'note', text: 'second', by: { name: 'local', printedName: 'local', role: 'administrator' } },
    ]);
  });

  it('records a refusal, of the handler, of the authorisation, and of a request that nobody knows', async () => {
    const log = openTestLog();
    const { desk, rows, pipeline } = deskOn(log, (request, handler, state, nowMs) =>
      request.document.text === 'mallory'
        ? {
            ok: false,
            code: 'NOT_ALLOWED',
            reason: 'no such user',
            hint: 'ask an administrator',
            state: [['misuse', '1']],
          }
        : trusting(request, handler, state, nowMs),
    );
    for (const text of ['a', 'b', 'c', 'd', 'mallory']) ask(rows, text);
    rows.add('note.eat', '{}', undefined, 1);
    rows.add('note.add', '[1]', undefined, 1);
    rows.add('note.add', JSON.stringify({ text: 'x'.repeat(70_000) }), undefined, 1);
    rows.add('note.add', `{"text":${'['.repeat(9_000)}${']'.repeat(9_000)}}`, undefined, 1);
    desk.look();
    await pipeline.drain();
    const codes = [4, 5, 6, 7, 8, 9].map((id) => (outcomeOf(rows, id) as { code: string }).code);
    expect(codes).toEqual([
      'NOTES_FULL',
      'NOT_ALLOWED',
      'REQUEST_UNKNOWN',
      'REQUEST_MALFORMED',
      'REQUEST_TOO_LARGE',
      'REQUEST_MALFORMED',
    ]);
    log.close();
    const refused = auditJournal(log.path)
      .details(recordKinds.operatorAction)
      .filter(({ type }) => type === 'request-refused');
    expect(refused.map(({ code }) => code)).toEqual(codes);
  });

  it('refuses what no record can hold, so that nothing stands before the writer for ever', async () => {
    const log = openTestLog();
    const { desk, rows, pipeline } = deskOn(log);
    const half = rows.add('note.add', '{"text":0.5}', undefined, 1);
    const good = ask(rows, 'good');
    desk.look();
    await pipeline.drain();
    expect(outcomeOf(rows, half)).toMatchObject({ ok: false, code: 'REQUEST_MALFORMED' });
    expect(outcomeOf(rows, good)).toMatchObject({ ok: true });
  });

  it('carries out once what was decided when the power went: the next start finds it waiting', async () => {
    const log = openTestLog();
    let isDead = true;
    const before = deskOn(log, trusting, () => isDead);
    const id = ask(before.rows, 'kept');
    before.desk.look();
    expect(before.rows.outcome(id)).toBeUndefined();
    isDead = false;
    const after = deskOn(log);
    after.desk.look();
    await after.pipeline.drain();
    expect(outcomeOf(after.rows, id)).toEqual({ ok: true, answer: { number: 1 } });
    const again = deskOn(log);
    again.desk.look();
    await again.pipeline.drain();
    log.close();
    expect(auditJournal(log.path).count(recordKinds.operatorAction)).toBe(1);
  });
});
