// What people may do to an alert, in which order, and what is refused.

import { describe, expect, it } from 'vitest';
import type { Actor } from '../../../gateway/requests/request.js';
import { alertHandlers, alertHandlersFor } from '../../../gateway/reviews/alert-handlers.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { hex } from '../hex.js';
import { AlertBench, dana, excursion, MINUTE_MS, omar, START_MS, unsignedWim, wim } from './alert-bench.js';

const states = ['open', 'acknowledged', 'assessed', 'closed'] as const;
type State = (typeof states)[number];
const result = { result: 'no-impact', why: 'six minutes while unloading' };

/** An alert E1 in that state, its records in the log. */
function benchIn(state: State): AlertBench {
  const bench = new AlertBench();
  bench.see(excursion('E1', 'opened'));
  bench.see(excursion('E1', 'closed', {}, START_MS + MINUTE_MS));
  bench.commit();
  const reached = states.indexOf(state);
  if (reached >= 1) bench.must('acknowledge', { id: 'E1' }, omar);
  if (reached >= 2) bench.must('assess', { id: 'E1', ...result }, dana);
  if (reached >= 3) bench.must('sign', { id: 'E1', meaning: 'approved', boundTo: bench.hashOf('E1') }, wim);
  bench.commit();
  expect(bench.alert('E1').state).toBe(state);
  return bench;
}

function ask(bench: AlertBench, step: string, actor: Actor, more: object = {}): string {
  const document = {
    acknowledge: {},
    assess: result,
    reviewed: { meaning: 'reviewed', boundTo: bench.hashOf('E1') },
    approved: { meaning: 'approved', boundTo: bench.hashOf('E1') },
    rejected: { meaning: 'rejected', boundTo: bench.hashOf('E1') },
  }[step];
  const request = step === 'acknowledge' || step === 'assess' ? step : 'sign';
  const outcome = bench.ask(request, { id: 'E1', ...document, ...more }, actor);
  return outcome.ok ? bench.alert('E1').state : outcome.code;
}

describe('each step from each state', () => {
  const no = 'STEP_OUT_OF_ORDER';
  const table: readonly (readonly [step: string, actor: Actor, after: Readonly<Record<State, string>>])[] = [
    ['acknowledge', omar, { open: 'acknowledged', acknowledged: no, assessed: no, closed: no }],
    ['assess', dana, { open: no, acknowledged: 'assessed', assessed: 'assessed', closed: no }],
    ['reviewed', wim, { open: no, acknowledged: no, assessed: 'assessed', closed: no }],
    ['reviewed', dana, { open: no, acknowledged: no, assessed: 'assessed', closed: no }],
    ['approved', wim, { open: no, acknowledged: no, assessed: 'closed', closed: no }],
    ['rejected', wim, { open: no, acknowledged: no, assessed: 'closed', closed: no }],
    ['approved', dana, { open: no, acknowledged: no, assessed: 'SAME_PERSON', closed: no }],
    ['rejected', dana, { open: no, acknowledged: no, assessed: 'SAME_PERSON', closed: no }],
    [
      'approved',
      unsignedWim,
      {
        open: 'SIGNATURE_MISSING',
        acknowledged: 'SIGNATURE_MISSING',
        assessed: 'SIGNATURE_MISSING',
        closed: 'SIGNATURE_MISSING',
      },
    ],
  ];
  const cases = table.flatMap(([step, actor, after]) =>
    states.map((state) => [step, actor.name, state, after[state], actor] as const),
  );
  it.each(cases)('%s by %s while %s: %s', (step, _name, state, expected, actor) => {
    const bench = benchIn(state);
    const before = bench.alert('E1');
    expect(ask(bench, step, actor)).toBe(expected);
    if (/[A-Z]/.test(expected)) expect(bench.alert('E1')).toEqual(before);
  });
});

describe('a refusal', () => {
  const malformed: readonly (readonly [what: string, step: string, more: object])[] = [
    ['an unknown member', 'acknowledge', { extra: 1 }],
    ['no id', 'acknowledge', { id: undefined }],
    ['a blank reason', 'assess', { why: '  ' }],
    ['no reason', 'assess', { why: undefined }],
    ['a result that there is not', 'assess', { result: 'fine' }],
    ['a meaning that there is not', 'approved', { meaning: 'released' }],
    ['a hash that is none', 'approved', { boundTo: 'ab' }],
    ['a reason with a terminal escape', 'acknowledge', { why: 'a\u001b[2Jb' }],
  ];
  it.each(malformed)('names what is wrong with a request: %s', (_what, step, more) => {
    expect(ask(benchIn('assessed'), step, wim, more)).toBe('ALERT_REQUEST_INVALID');
  });

  it('tells that there is no such alert', () => {
    expect(ask(benchIn('open'), 'acknowledge', omar, { id: 'E2' })).toBe('ALERT_UNKNOWN');
  });

  it.each([
    ['no JSON', '{'],
    ['another layout', '{"id":"E1"}'],
  ])('says that what is kept cannot be read: %s', (_what, row) => {
    const bench = benchIn('open');
    bench.state.apply([['alert/E1', row]]);
    const outcome = bench.ask('acknowledge', { id: 'E1' }, omar);
    expect(outcome).toMatchObject({ ok: false, code: 'ALERT_UNREADABLE' });
  });

  it('meets whoever signs what changed meanwhile, by a record or by another assessment', () => {
    const bench = benchIn('assessed');
    const shown = bench.hashOf('E1');
    const sign = () => bench.ask('sign', { id: 'E1', meaning: 'approved', boundTo: shown }, wim);
    bench.must('assess', { id: 'E1', result: 'product-affected', why: 'ten hours' }, dana);
    expect(sign()).toMatchObject({ ok: false, code: 'EVIDENCE_CHANGED' });
    bench.see(excursion('E1', 'corrected'));
    bench.must('assess', { id: 'E1', ...result }, dana);
    expect(sign()).toMatchObject({ ok: false, code: 'EVIDENCE_PENDING' });
    bench.commit();
    expect(sign()).toMatchObject({ ok: false, code: 'EVIDENCE_CHANGED' });
    expect(bench.ask('sign', { id: 'E1', meaning: 'approved', boundTo: bench.hashOf('E1') }, wim).ok).toBe(
      true,
    );
  });

  it('meets a second signature of one person with one meaning', () => {
    const bench = benchIn('assessed');
    expect(ask(bench, 'reviewed', wim)).toBe('assessed');
    expect(ask(bench, 'reviewed', wim)).toBe('ALREADY_SIGNED');
    expect(ask(bench, 'reviewed', dana)).toBe('assessed');
    expect(ask(bench, 'approved', wim)).toBe('closed');
  });
});

describe('a step', () => {
  it('is for its roles only, and a signature is asked for where it counts', () => {
    const asked = alertHandlers.map(({ kind, roles, needsSignature }) => [kind, roles, needsSignature]);
    expect(asked).toEqual([
      ['alert.acknowledge', ['operator', 'quality'], false],
      ['alert.assess', ['quality'], false],
      ['alert.sign', ['quality'], true],
    ]);
  });

  it('becomes one review record with who, when, why, meaning and the hash that anybody can make again', () => {
    const bench = benchIn('assessed');
    const boundTo = bench.hashOf('E1');
    const outcome = bench.must('sign', { id: 'E1', meaning: 'approved', boundTo, why: 'agreed' }, wim);
    expect(outcome.records).toHaveLength(1);
    const [record] = outcome.records;
    expect(record).toMatchObject({
      kind: recordKinds.review,
      subjectName: 'cargo-front',
      shipmentName: 'SHIP-0001',
      detail: {
        ...{ type: 'alert-signed', alert: 'E1', state: 'closed', meaning: 'approved', why: 'agreed' },
        ...{ printedName: 'WIM', signedAt: new Date(START_MS).toISOString(), boundTo },
      },
    });
    const evidence = record?.detail.evidence;
    expect(hex(detailHash(evidence))).toBe(boundTo);
    const { root } = bench.log.reader.checkpointCovering(1) ?? {};
    expect(evidence).toEqual({
      ...{ type: 'alert-evidence', version: 1, alert: 'E1', source: 'excursion' },
      ...{ records: 2, firstSequence: 0, lastSequence: 1 },
      checkpoint: { size: 2, root: hex(root ?? new Uint8Array()) },
      assessment: { ...result, by: 'dana', printedName: 'DANA', atMs: START_MS },
    });
  });

  it('of assessment takes back signatures for the assessment before, and tells what that was', () => {
    const bench = benchIn('assessed');
    ask(bench, 'reviewed', wim);
    const { records } = bench.must('assess', { id: 'E1', result: 'inconclusive', why: 'a gap' }, wim);
    expect(records[0]?.detail).toMatchObject({ result: 'inconclusive', previousResult: 'no-impact' });
    expect(bench.alert('E1')).toMatchObject({ state: 'assessed', signatures: [], assessment: { by: 'wim' } });
    expect(ask(bench, 'approved', wim)).toBe('SAME_PERSON');
    expect(ask(bench, 'approved', dana)).toBe('closed');
  });

  it('may be of one person where the rules say so', () => {
    const bench = benchIn('assessed');
    const sign = alertHandlersFor({ isTwoPersons: false }).find(({ kind }) => kind === 'alert.sign');
    const document = { id: 'E1', meaning: 'approved', boundTo: bench.hashOf('E1') };
    const request = { id: 1, kind: 'alert.sign', document, createdAtMs: START_MS };
    const context = { actor: dana, state: bench.state, nowMs: START_MS };
    expect(sign?.handle(request, context)).toMatchObject({ ok: true, answer: { state: 'closed' } });
  });
});
