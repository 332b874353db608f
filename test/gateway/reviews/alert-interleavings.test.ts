// Whatever order things come in, and wherever the power goes: what must hold of alerts holds, and the same is left.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Alert,
  assessmentResults,
  readAlerts,
  signatureMeanings,
} from '../../../gateway/reviews/alert.js';
import { evidenceOf } from '../../../gateway/reviews/alert-evidence.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { auditJournal } from '../../faults/journal-audit.js';
import { hex } from '../hex.js';
import { AlertBench, dana, excursion, MINUTE_MS, omar, wim } from './alert-bench.js';

const ids = ['E1', 'E2', 'E3'] as const;
const id = fc.constantFrom(...ids);
const actor = fc.constantFrom(omar, dana, wim);

const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('see' as const),
      id,
      event: fc.constantFrom('opened', 'closed', 'updated', 'corrected', 'withdrawn'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('acknowledge' as const), id, actor }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('assess' as const),
      id,
      actor: fc.constantFrom(dana, wim),
      result: fc.constantFrom(...assessmentResults),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('sign' as const),
      id,
      actor: fc.constantFrom(dana, wim),
      meaning: fc.constantFrom(...signatureMeanings),
      isOld: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('time' as const), minutes: fc.integer({ min: -90, max: 200 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** A bench with what each alert's signers were last shown, and every excursion that was seen. */
class Story {
  readonly bench = new AlertBench();
  readonly seen = new Map<string, number>();
  readonly #shown = new Map<string, string>();
  readonly #restarts: (afterSteps: number) => boolean;
  #steps = 0;

  constructor(restarts: (afterSteps: number) => boolean = () => false) {
    this.#restarts = restarts;
  }

  take(one: Step): void {
    const { bench } = this;
    if (one.do === 'see') {
      // A shipment has a salt of its own in each log, and two logs are compared.
      bench.see({ ...excursion(one.id, one.event, {}, bench.nowMs), shipmentName: undefined });
      this.seen.set(one.id, (this.seen.get(one.id) ?? 0) + 1);
    } else if (one.do === 'time') {
      const before = new Map(readAlerts(bench.state).map((alert) => [alert.id, alert]));
      for (const { detail } of bench.passTime(bench.nowMs + one.minutes * MINUTE_MS)) {
        expect(before.get(String(detail.alert))?.state).toBe('open');
      }
      for (const alert of readAlerts(bench.state)) {
        if (alert.state !== 'open') expect(alert).toEqual(before.get(alert.id));
      }
    } else if (one.do === 'commit') bench.commit();
    else if (one.do === 'acknowledge') bench.ask(one.do, { id: one.id }, one.actor);
    else if (one.do === 'assess') {
      bench.ask(one.do, { id: one.id, result: one.result, why: 'seen' }, one.actor);
      const alert = readAlerts(bench.state).find((each) => each.id === one.id);
      const hash = alert && evidenceOf(alert)?.hash;
      if (hash !== undefined) this.#shown.set(one.id, hash);
    } else this.#sign(one);
    this.#steps += 1;
    // What waits would be lost, and with it what was seen: that the power may take.
    if (!bench.isExposed && this.#restarts(this.#steps)) bench.restart();
  }

  #sign({ id: alertId, actor: signer, meaning, isOld }: Extract<Step, { do: 'sign' }>): void {
    const { bench } = this;
    const alert = readAlerts(bench.state).find((each) => each.id === alertId);
    const hash = alert && evidenceOf(alert)?.hash;
    const boundTo = (isOld ? this.#shown.get(alertId) : hash) ?? 'ab'.repeat(32);
    const outcome = bench.ask('sign', { id: alertId, meaning, boundTo }, signer);
    if (outcome.ok) expect(boundTo).toBe(hash);
  }

  /** All that is kept, once nothing waits any more. */
  rows(): readonly (readonly [key: string, value: unknown])[] {
    this.bench.commit();
    this.bench.commit();
    return this.bench.state.entries('').map(([key, row]) => [key, JSON.parse(row)]);
  }
}

function holds(alert: Alert): void {
  const hash = evidenceOf(alert)?.hash;
  for (const { boundTo } of alert.signatures) expect(boundTo).toBe(hash);
  const closing = alert.signatures.filter(({ meaning }) => meaning !== 'reviewed');
  expect(closing).toHaveLength(alert.state === 'closed' ? 1 : 0);
  for (const { by } of closing) expect(by).not.toBe(alert.assessment?.by);
  expect(alert.assessment !== undefined).toBe(alert.state === 'assessed' || alert.state === 'closed');
}

describe('any interleaving of records, people, time and commits', () => {
  it('leaves one alert per excursion, closed only by another person over all that is known', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const story = new Story();
        for (const one of steps) {
          story.take(one);
          const alerts = readAlerts(story.bench.state);
          expect(alerts.map((alert) => [alert.id, alert.records])).toEqual([...story.seen].sort());
          alerts.forEach(holds);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('comes to places in the log that hold its records and no others of it', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const story = new Story();
        for (const one of steps) story.take(one);
        story.rows();
        const { log, state } = story.bench;
        const size = log.writer.size;
        const places = new Map<string, number[]>();
        for (const leaf of log.reader.leaves(0, size)) {
          const { kind, sequence } = decodeRecord(leaf);
          if (kind !== recordKinds.excursion) continue;
          const { excursionId } = JSON.parse(log.reader.detail(sequence) ?? '{}') as { excursionId: string };
          places.set(excursionId, [...(places.get(excursionId) ?? []), sequence]);
        }
        for (const alert of readAlerts(state)) {
          const own = places.get(alert.id) ?? [];
          expect(alert.pending).toBeUndefined();
          expect([alert.records, alert.firstSequence, alert.lastSequence]).toEqual([
            own.length,
            own[0],
            own.at(-1),
          ]);
          const covering = log.reader.checkpointCovering(own.at(-1) ?? 0);
          expect(alert.checkpoint).toEqual({
            size: covering?.size,
            root: hex(covering?.root ?? new Uint8Array()),
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leaves the same with a restart at any point', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        (steps, coin) => {
          const whole = new Story();
          const broken = new Story(() => coin.next().value);
          for (const one of steps) {
            whole.take(one);
            broken.take(one);
          }
          expect(broken.rows()).toEqual(whole.rows());
        },
      ),
      { numRuns: 40 },
    );
  });

  it('loses with the power only what was not committed, rows and records alike', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 40 }), fc.nat({ max: 39 }), (steps, cut) => {
        const story = new Story();
        for (const [index, one] of steps.entries()) {
          story.take(one);
          if (index === cut) story.bench.restart();
        }
        story.rows();
        const { log, state } = story.bench;
        log.close();
        const audit = auditJournal(log.path);
        const excursions = audit.details(recordKinds.excursion);
        for (const alert of readAlerts(state)) {
          holds(alert);
          expect(excursions.filter(({ excursionId }) => excursionId === alert.id)).toHaveLength(
            alert.records,
          );
        }
        const signed = audit.details(recordKinds.review).filter(({ type }) => type === 'alert-signed');
        for (const { boundTo, evidence } of signed) expect(hex(detailHash(evidence))).toBe(boundTo);
        const bound = new Set(signed.map(({ boundTo }) => boundTo));
        for (const { boundTo } of readAlerts(state).flatMap(({ signatures }) => signatures)) {
          expect(bound.has(boundTo)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

it('an alert reaches every state by some of these steps', () => {
  const reached = new Set<string>();
  for (const steps of fc.sample(fc.array(step, { minLength: 40, maxLength: 60 }), { numRuns: 40, seed: 7 })) {
    const story = new Story();
    for (const one of steps) {
      story.take(one);
      for (const { state } of readAlerts(story.bench.state)) reached.add(state);
    }
  }
  expect([...reached].sort()).toEqual(['acknowledged', 'assessed', 'closed', 'open']);
});
