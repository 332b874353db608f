// The gateway's own clock over a machine whose clocks the test moves: boots in 1970, steps, receivers that are right, that
// lie, that start late.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayClock, type GatewayClockParts } from '../../../gateway/clock/gateway-clock.js';
import type { KeptTime } from '../../../gateway/clock/known-time.js';

const TRUTH = Date.UTC(2027, 3, 1, 8);
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const YEAR = 365.25 * DAY;

/** A machine of which the truth is known: it booted at TRUTH. */
class Machine {
  uptimeMs = 0;
  /** System clock less truth. */
  wrongMs = -TRUTH;
  touchedMs: number | undefined;
  kept: KeptTime | undefined;
  readonly references: number[] = [];
  readonly disputes: string[] = [];
  readonly sources: string[] = [];
  clock: GatewayClock;

  constructor(more: Partial<GatewayClockParts> & { wrongMs?: number; touchedMs?: number } = {}) {
    this.wrongMs = more.wrongMs ?? -TRUTH;
    this.touchedMs = more.touchedMs;
    this.clock = this.restart(more);
  }

  restart(more: Partial<GatewayClockParts> = {}): GatewayClock {
    this.clock = new GatewayClock({
      system: { now: () => ({ unixMs: this.truthMs + this.wrongMs, uptimeMs: this.uptimeMs }) },
      ...{ mode: 'auto', readMark: () => this.touchedMs, bootId: 'boot-1' },
      ...{ kept: this.kept, lastKnownMs: 0, isTimeOwed: false, ...more },
    });
    return this.clock;
  }

  get truthMs(): number {
    return TRUTH + this.uptimeMs;
  }

  /** How wrong the gateway's clock is. */
  get errorMs(): number {
    return this.clock.now().unixMs - this.truthMs;
  }

  /** A second of the role. */
  second(): void {
    this.uptimeMs += 1000;
    const { reference, disputes, kept } = this.clock.check();
    if (reference) {
      this.references.push(reference.zeroUnixMs);
      this.sources.push(reference.source);
    }
    for (const { source, why } of disputes) this.disputes.push(`${source} ${why}`);
    this.kept = kept ?? this.kept;
  }

  pass(ms: number): void {
    this.uptimeMs += Math.max(0, ms - 1000);
    this.second();
  }

  /** timesyncd sets the clock and touches its file. */
  synchronise(): void {
    this.wrongMs = 0;
    this.touchedMs = this.truthMs;
  }

  /** One fix a minute. @param wrongMs what the receiver says less the truth */
  fixes(count: number, wrongMs = 0, receiver = 'gnss'): void {
    for (let fix = 0; fix < count; fix++) {
      const at = { unixMs: this.truthMs + this.wrongMs, uptimeMs: this.uptimeMs };
      const sourceUnixMs = this.truthMs + wrongMs - 300;
      this.clock.hear({ kind: 'time', sensorId: receiver, at, sourceUnixMs });
      this.pass(MINUTE);
    }
  }
}

describe('a gateway that boots in 1970', () => {
  it('trusts no clock, and says once when the boot was, as soon as somebody keeps the system clock', () => {
    const m = new Machine();
    m.pass(HOUR);
    expect([m.clock.trust, m.references]).toEqual([0, []]);
    m.synchronise();
    m.second();
    expect([m.clock.trust, m.errorMs, m.references, m.sources]).toEqual([2, 0, [TRUTH], ['ntp']]);
    m.pass(HOUR);
    expect(m.references).toHaveLength(1);
  });

  it('is not taken in by a step that nobody vouches for', () => {
    const m = new Machine();
    m.pass(HOUR);
    m.wrongMs = 0;
    m.second();
    expect(m.clock.trust).toBe(0);
  });

  it('takes the time from a receiver, and leaves the system clock as it is', () => {
    const m = new Machine();
    m.fixes(2);
    expect(m.clock.trust).toBe(0);
    m.fixes(1);
    expect([m.clock.trust, m.errorMs, m.sources]).toEqual([2, -300, ['gnss']]);
    expect(m.wrongMs).toBe(-TRUTH);
  });

  it('needs no reference where the clock was right from the start', () => {
    const m = new Machine({ wrongMs: 0, touchedMs: TRUTH });
    m.pass(HOUR);
    expect([m.clock.trust, m.references]).toEqual([2, []]);
  });

  it('says what it owes from before a restart', () => {
    const m = new Machine({ wrongMs: 0, touchedMs: TRUTH, isTimeOwed: true });
    m.second();
    expect(m.references).toEqual([TRUTH]);
  });
});

describe('a receiver is believed only', () => {
  it('after several fixes over a minute that agree with the monotonic clock', () => {
    const m = new Machine();
    m.fixes(2);
    m.fixes(2, 5000);
    expect(m.clock.trust).toBe(0);
    m.fixes(1, 5000);
    expect([m.clock.trust, m.errorMs]).toEqual([2, 4700]);
  });

  it.each([
    ['1,024 weeks behind', -1024 * 7 * DAY, 'gnss before-known-time'],
    ['1,024 weeks ahead', 1024 * 7 * DAY, 'gnss too-far-ahead'],
    ['before the last boot', -2 * DAY, 'gnss before-known-time'],
  ])('if it is not %s', (_what, wrongMs, dispute) => {
    const m = new Machine({ lastKnownMs: TRUTH - DAY });
    m.fixes(5, wrongMs);
    expect([m.clock.trust, m.disputes]).toEqual([0, [dispute]]);
  });

  it('if no other receiver says something else', () => {
    const m = new Machine();
    for (let fix = 0; fix < 4; fix++) {
      m.fixes(1, 0, 'front');
      m.fixes(1, 10_000, 'rear');
    }
    expect([m.clock.trust, m.disputes]).toEqual([0, ['gnss receivers-differ']]);
  });

  it('if the system clock, which somebody keeps, does not say something else', () => {
    const m = new Machine({ wrongMs: 0 });
    m.fixes(2, HOUR);
    m.synchronise();
    m.fixes(1, HOUR);
    expect([m.clock.trust, m.disputes]).toEqual([0, ['ntp sources-differ', 'gnss sources-differ']]);
    m.fixes(3);
    expect([m.clock.trust, m.errorMs]).toEqual([2, 0]);
  });
});

describe('once the time is known', () => {
  it('a receiver that begins to lie moves nothing, and is told once', () => {
    const m = new Machine();
    m.fixes(3);
    m.fixes(10, 2 * HOUR);
    expect([m.errorMs, m.disputes]).toEqual([-300, ['gnss differs-from-known-time']]);
    m.fixes(3);
    m.fixes(3, 2 * HOUR);
    expect(m.disputes).toHaveLength(2);
  });

  it('goes on by the monotonic clock: trusted less after two hours, not at all after a week', () => {
    const m = new Machine();
    m.fixes(3);
    const trusts = [HOUR, DAY, 5 * DAY, 2 * DAY].map((ms) => {
      m.pass(ms);
      return m.clock.trust;
    });
    expect(trusts).toEqual([2, 1, 1, 0]);
    expect(m.errorMs).toBe(-300);
    m.fixes(3);
    // What was read meanwhile is owed its time.
    expect([m.clock.trust, m.references.length]).toEqual([2, 2]);
  });

  it('a restart within the boot goes on from it, whatever the system clock says', () => {
    const m = new Machine();
    m.fixes(3);
    m.wrongMs = 7 * YEAR;
    m.restart();
    expect([m.clock.trust, m.errorMs]).toEqual([2, -300]);
  });

  it('another boot knows nothing of it but that time does not go back', () => {
    const m = new Machine();
    m.fixes(3);
    m.restart({ bootId: 'boot-2' });
    expect(m.clock.trust).toBe(0);
    m.fixes(4, -2 * HOUR);
    expect(m.disputes).toEqual(['gnss before-known-time']);
  });

  it('whoever keeps the system clock may take back what he said, which is recorded', () => {
    const m = new Machine({ wrongMs: HOUR, touchedMs: TRUTH + HOUR });
    m.second();
    expect([m.clock.trust, m.errorMs]).toEqual([2, HOUR]);
    m.synchronise();
    m.second();
    expect([m.errorMs, m.references]).toEqual([0, [TRUTH]]);
  });

  it('steps of a day to ten years either way, at any moment, move neither time nor trust', () => {
    const step = fc.record({
      days: fc.oneof(fc.integer({ min: 1, max: 3650 }), fc.integer({ min: -3650, max: -1 })),
      ms: fc.integer({ min: 1000, max: HOUR }),
      isSynchronised: fc.boolean(),
      isRestart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const m = new Machine();
        m.synchronise();
        m.second();
        for (const { days, ms, isSynchronised, isRestart } of steps) {
          m.wrongMs = days * DAY + ms;
          m.second();
          m.pass(ms);
          if (isSynchronised) m.synchronise();
          if (isRestart) m.restart();
          m.second();
          expect(m.errorMs).toBe(0);
          expect(m.clock.trust).toBeGreaterThan(0);
        }
        expect(m.references).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
  });
});

it('a configuration that vouches for the system clock is obeyed, and one that does not as well', () => {
  const right = new Machine({ mode: 'synchronised', wrongMs: 5000, isTimeOwed: true });
  right.second();
  expect([right.clock.trust, right.errorMs, right.sources]).toEqual([2, 5000, ['configured']]);
  const never = new Machine({ mode: 'unsynchronised', wrongMs: 0, touchedMs: TRUTH });
  never.fixes(5);
  expect([never.clock.trust, never.references]).toEqual([0, []]);
});
