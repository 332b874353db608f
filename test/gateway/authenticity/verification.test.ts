// Verification in the words of the DSCSA: every reason, an honest pending, one answer for one question, and an HTTP face that
// a client of another make reads.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { PackKnown } from '../../../gateway/authenticity/serials-knowledge.js';
import { askVerificationHandler } from '../../../gateway/authenticity/verification/ask-verification.js';
import { readVerifications } from '../../../gateway/authenticity/verification/verification.js';
import { answerTo } from '../../../gateway/authenticity/verification/verification-answer.js';
import { VerificationDesk } from '../../../gateway/authenticity/verification/verification-desk.js';
import { verificationResponder } from '../../../gateway/authenticity/verification/verification-responder.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith } from '../drafts.js';
import { driver } from '../shipments/shipment-office.js';
import { HOUR_MS, knowledgeOf, lotWith, START_MS } from './tag-bench.js';

const maxAgeMs = 72 * HOUR_MS;
const moment = { nowMs: START_MS + HOUR_MS, isClockTrusted: true, maxAgeMs };
const identifier = { gtin: '09521234543213', serial: '1001' };
const found = (more: Partial<Extract<PackKnown, { kind: 'found' }>> = {}): PackKnown => ({
  ...{ kind: 'found', asOfMs: START_MS, isRecalled: false, isDispensed: false, isDecommissioned: false },
  ...{ index: 0, lotNumber: 'LOT7', expiry: '2029-12-31', isBoundChip: undefined },
  ...more,
});

describe('an answer', () => {
  test.each([
    ['nothing told but the serial', {}],
    ['the right lot', { lot: 'LOT7' }],
    ['the right lot and expiry', { lot: 'LOT7', expiry: '2029-12-31' }],
  ])('%s: verified', (_what, more) => {
    expect(answerTo({ ...identifier, ...more }, found(), moment)).toEqual({
      ...{ state: 'verified', info: [], asOfMs: START_MS },
    });
  });

  test.each([
    ['No_match_GTIN_Serial', {}, { kind: 'absent', asOfMs: START_MS } as PackKnown],
    ['No_match_GTIN_Serial_Lot', { lot: 'LOT8' }, found()],
    ['No_match_GTIN_Serial_Expiry', { lot: 'LOT7', expiry: '2030-01-01' }, found()],
    ['No_match_GTIN_Serial_Lot_Expiry', { lot: 'LOT8', expiry: '2030-01-01' }, found()],
  ])('%s', (reason, more, known) => {
    expect(answerTo({ ...identifier, ...more }, known, moment)).toMatchObject({
      state: 'not-verified',
      reason,
    });
  });

  test.each([
    ['Recalled', { isRecalled: true }],
    ['Suspect', { isDispensed: true }],
    ['Suspect', { isDecommissioned: true }],
    ['Expired', { expiry: '2026-01-01' }],
  ])('not for redistribution: %s', (info, more) => {
    expect(answerTo(identifier, found(more), moment)).toMatchObject({
      ...{ state: 'not-verified', reason: 'Not_for_re-distribution', info: [info] },
    });
  });

  test.each([
    ['no-key', { kind: 'no-key' } as PackKnown, moment],
    ['no-snapshot', { kind: 'no-snapshot' } as PackKnown, moment],
    ['stale', found({ isRecalled: true }), { ...moment, nowMs: START_MS + maxAgeMs + 1 }],
    ['no-clock', { kind: 'absent', asOfMs: START_MS } as PackKnown, { ...moment, isClockTrusted: false }],
  ])('pending, and why: %s', (why, known, at) => {
    expect(answerTo(identifier, known, at)).toEqual({ state: 'pending', why });
  });
});

describe('a question', () => {
  const label = '(01)09521234543213(21)1001(10)LOT7';
  const lot = lotWith([1001, 1002]);

  function asked(text = label) {
    const state = new StateStore(new Map());
    const request = { id: 7, kind: 'verification.ask', document: { label: text }, createdAtMs: START_MS };
    const outcome = askVerificationHandler.handle(request, { actor: driver, state, nowMs: START_MS });
    if (outcome.ok) state.apply(outcome.state);
    return { state, outcome };
  }

  test('becomes a record that names nothing in its detail, and waits', () => {
    const { state, outcome } = asked();
    expect(outcome).toMatchObject({
      ok: true,
      answer: { verification: 'V-7', state: 'pending' },
      records: [
        { kind: recordKinds.tagAuthenticity, subjectName: '(01)09521234543213(21)1001', isSalted: true },
      ],
    });
    expect(JSON.stringify(outcome.ok && outcome.records[0]?.detail)).not.toContain('1001');
    expect(readVerifications(state)).toMatchObject([{ id: 'V-7', state: 'pending', lot: 'LOT7' }]);
  });

  test.each(['', 'hello', '(00)095212345432130001', '(01)09521234543213', '(01)09521234543214(21)1'])(
    'of the label %j is refused with a reason',
    (text) => {
      expect(asked(text).outcome).toMatchObject({ ok: false, code: 'VERIFICATION_INVALID' });
    },
  );

  test('is answered once, when the list is there: while offline it says why it waits', () => {
    const { state } = asked();
    const desk = new VerificationDesk(state, maxAgeMs);
    const base = draftWith({ observedAtMs: START_MS + HOUR_MS });
    const without = desk.answer(undefined, base);
    expect(without.drafts).toEqual([]);
    state.apply(without.state);
    expect(readVerifications(state)).toMatchObject([{ state: 'pending', why: 'no-snapshot' }]);
    // Nothing new is nothing to write.
    expect(desk.answer(undefined, base)).toEqual({ drafts: [], state: [] });

    const { drafts, state: rows } = desk.answer(knowledgeOf([lot]), base);
    expect(drafts).toMatchObject([
      {
        ...{ kind: recordKinds.tagAuthenticity, isSalted: true },
        detail: {
          type: 'verification-answered',
          verification: 'V-7',
          state: 'verified',
          knownAsOfMs: START_MS,
        },
      },
    ]);
    state.apply(rows);
    expect(readVerifications(state)).toMatchObject([{ state: 'verified', answeredAtMs: START_MS + HOUR_MS }]);
    expect(readVerifications(state)[0]).not.toHaveProperty('why');
    expect(desk.answer(knowledgeOf([lot], { recalls: 1 }), base)).toEqual({ drafts: [], state: [] });
  });
});

describe('the HTTP face', () => {
  async function served(token?: string) {
    const lots = lotWith([1001, 1002]);
    const knowledge = knowledgeOf([lots], { dispensed: [1] });
    const server = createServer(
      verificationResponder({
        answer: (one) => answerTo(one, knowledge.find(one.gtin, one.serial, undefined), moment),
        ...{ token, responder: '9521234000006', now: () => moment.nowMs },
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        json: text === '' ? undefined : JSON.parse(text),
      };
    };
  }
  const service = 'linkType=verificationService';

  test('answers a Digital Link with what the maker knows', async () => {
    const get = await served();
    const yes = await get(`/01/09521234543213/21/1001?17=291231&${service}&corrUUID=abc`);
    expect(yes).toMatchObject({
      status: 200,
      json: { corrUUID: 'abc', responder: '9521234000006', data: { verified: true } },
    });
    expect(yes.headers.get('cache-control')).toBe('no-store');
    const no = await get(`/01/09521234543213/10/LOT8/21/1001?${service}`);
    expect(no.json.data).toMatchObject({
      verified: false,
      verificationFailureReason: 'No_match_GTIN_Serial_Lot',
    });
    const twice = await get(`/01/09521234543213/21/1002?${service}`);
    expect(twice.json.data).toMatchObject({ verified: false, additionalInfo: ['Suspect'] });
    expect((await get(`/01/09521234543213/21/999?linkType=gs1:verificationService`)).json.data).toMatchObject(
      {
        verificationFailureReason: 'No_match_GTIN_Serial',
      },
    );
  });

  test('says pending with a time to come back, and nothing else to what it does not know', async () => {
    const get = await served();
    const pending = await get(`/01/09521234543220/21/1?${service}`);
    expect(pending).toMatchObject({ status: 503, json: { data: { state: 'pending', why: 'no-key' } } });
    expect(pending.headers.get('retry-after')).toBe('300');
  });

  test.each([
    ['another method', 405, `/01/09521234543213/21/1001?${service}`, { method: 'POST' }],
    ['another link type', 404, '/01/09521234543213/21/1001?linkType=pip', {}],
    ['no link type', 404, '/01/09521234543213/21/1001', {}],
    ['a wrong check digit', 400, `/01/09521234543214/21/1001?${service}`, {}],
    ['no serial', 400, `/01/09521234543213?${service}`, {}],
    ['an endless link', 414, `/01/09521234543213/21/${'1'.repeat(2000)}?${service}`, {}],
  ])('refuses %s with %i', async (_what, status, path, init) => {
    expect((await (await served())(path, init)).status).toBe(status);
  });

  test('tells nothing without the token', async () => {
    const get = await served('secret-token');
    const path = `/01/09521234543213/21/1001?${service}`;
    expect(await get(path)).toMatchObject({ status: 401, json: { error: 'a bearer token is needed' } });
    expect((await get(path, { headers: { authorization: 'Bearer secret-tokem' } })).status).toBe(401);
    expect((await get(path, { headers: { authorization: 'Bearer secret-token' } })).status).toBe(200);
    expect(
      (await get(path, { method: 'HEAD', headers: { authorization: 'Bearer secret-token' } })).json,
    ).toBe(undefined);
  });
});
