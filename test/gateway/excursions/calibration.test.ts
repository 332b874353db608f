// Which certificate vouches for which reading.

import { describe, expect, it } from 'vitest';
import { type Calibration, calibrationDoubt } from '../../../gateway/excursions/calibration.js';

const certificate: Calibration = {
  serial: '28-0316a2795cff',
  certificate: 'DK-1234',
  calibratedOn: '2025-03-01',
  dueOn: '2026-03-01',
  uncertaintyMilliC: 300,
};
const expired = 'calibration-expired';

describe('a calibration certificate', () => {
  it.each<[string, Partial<Calibration>, string, string | undefined]>([
    ['vouches from the first moment of its day', {}, '2025-03-01T00:00:00.000Z', undefined],
    ['not before it', {}, '2025-02-28T23:59:59.999Z', expired],
    ['to the last moment of the day that it is due', {}, '2026-03-01T23:59:59.999Z', undefined],
    ['not after it', {}, '2026-03-02T00:00:00.000Z', expired],
    ['no longer than it says itself', { dueOn: '2025-09-01' }, '2025-09-02T00:00:00.000Z', expired],
    ['365 days, whatever it says', { dueOn: '2030-01-01' }, '2026-03-01T12:00:00.000Z', undefined],
    ['not 366 days, whatever it says', { dueOn: '2030-01-01' }, '2026-03-02T00:00:00.000Z', expired],
    [
      '365 days also over a leap day',
      { calibratedOn: '2024-01-10', dueOn: '2025-01-10' },
      '2025-01-10T00:00:00.000Z',
      expired,
    ],
    [
      'for nothing with an impossible day',
      { calibratedOn: '2025-02-31' },
      '2025-03-04T00:00:00.000Z',
      expired,
    ],
    ['for nothing with an unreadable day', { dueOn: '01.03.2026' }, '2025-06-01T00:00:00.000Z', expired],
  ])('vouches %s', (_what, more, observedAt, doubt) => {
    expect(calibrationDoubt({ ...certificate, ...more }, Date.parse(observedAt))).toBe(doubt);
  });

  it('that is missing vouches for nothing', () => {
    expect(calibrationDoubt(undefined, 0)).toBe(expired);
  });
});
