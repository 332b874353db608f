import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../../firmware-bridge/observation.js';
import { FixReport } from '../../../firmware-bridge/position/fix-report.js';
import { isPlausibleTime } from '../../../firmware-bridge/position/plausible-time.js';

const basel = { latitudeDegE7: 475_596_000, longitudeDegE7: 75_886_000 };
const july2026 = Date.UTC(2026, 6, 1);

function at(uptimeMs: number, unixMs = july2026 + uptimeMs): Arrival {
  return { uptimeMs, unixMs };
}

describe('what is told of a receiver', () => {
  it('the first fix is told at once and then one per interval, without drifting', () => {
    const report = new FixReport({ id: 'truck' });
    const told: number[] = [];
    // Arrivals are a little late, each by another amount.
    for (let second = 0; second <= 300; second += 1) {
      const arrival = at(second * 1000 + ((second * 37) % 90));
      for (const one of report.fix(basel, arrival)) told.push(Math.floor(one.at.uptimeMs / 1000));
    }
    expect(told).toHaveLength(6);
    for (const [index, second] of told.entries()) {
      expect(Math.abs(second - index * 60)).toBeLessThanOrEqual(1);
    }
  });

  it('times are told at once and then one per interval', () => {
    const report = new FixReport({ id: 'truck', timeIntervalMs: 5000 });
    const told = [0, 1000, 4999, 5000, 9000, 10_000].flatMap((ms) => report.time(july2026 + ms, at(ms)));
    expect(told.map((one) => one.at.uptimeMs)).toEqual([0, 5000, 10_000]);
    expect(told[0]).toEqual({ kind: 'time', sensorId: 'truck', at: at(0), sourceUnixMs: july2026 });
  });

  it('a lost fix is told once after ten seconds, a found one with its position', () => {
    const report = new FixReport({ id: 'truck' });
    report.fix(basel, at(0));
    expect(report.noFix(at(9999), 'status V')).toEqual([]);
    expect(report.noFix(at(10_000), 'status V')).toEqual([
      {
        kind: 'device-condition',
        deviceId: 'truck',
        at: at(10_000),
        condition: 'position-lost',
        reason: 'no fix for 10000 ms: status V',
      },
    ]);
    expect(report.noFix(at(20_000), 'status V')).toEqual([]);
    const found = report.fix(basel, at(21_000));
    expect(found.map((one) => (one.kind === 'device-condition' ? one.condition : one.kind))).toEqual([
      'position-found',
      'position',
    ]);
    expect(report.fix(basel, at(22_000))).toEqual([]);
  });

  it('a cold start without a fix is a loss too, counted from when the receiver talks', () => {
    const report = new FixReport({ id: 'truck' });
    report.resume(at(50_000));
    expect(report.noFix(at(59_000), 'quality 0')).toEqual([]);
    expect(report.noFix(at(60_000), 'quality 0')).toHaveLength(1);
  });

  it('the time of a rolled-over week is neither a time nor part of a position', () => {
    const report = new FixReport({ id: 'truck' });
    const rolledOver = july2026 - 1024 * 7 * 86_400_000;
    expect(report.time(rolledOver, at(0))).toEqual([]);
    expect(report.fix({ ...basel, fixUnixMs: rolledOver }, at(0))[0]).not.toHaveProperty('fixUnixMs');
    expect(report.time(july2026, at(1000))).toHaveLength(1);
  });

  it.each([
    [Date.UTC(2019, 11, 31, 23, 59, 59), july2026, false],
    [Date.UTC(2020, 0, 1), july2026, true],
    [Date.UTC(2046, 0, 1), july2026, true],
    [Date.UTC(2047, 0, 1), july2026, false],
    // A board without a battery starts in 1970: the first true time must get in.
    [july2026, 0, true],
    [Date.UTC(2041, 0, 1), 0, false],
  ])('source %i with the system clock at %i: %s', (source, system, isPlausible) => {
    expect(isPlausibleTime(source, system)).toBe(isPlausible);
  });

  it.each([
    [{ positionIntervalMs: 999 }],
    [{ positionIntervalMs: 1000.5 }],
    [{ timeIntervalMs: 0 }],
    [{ timeIntervalMs: 86_400_001 }],
  ])('refuses %j', (settings) => {
    expect(() => new FixReport({ id: 'truck', ...settings })).toThrow(
      expect.objectContaining({ code: 'READER_CONFIG' }),
    );
  });
});
