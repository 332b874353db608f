// A journey with everything that a report can tell: an excursion with the door open, a gap, faults, a clock step, losses,
// alerts that were acknowledged, assessed and signed, and a release.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAlerts } from '../../../gateway/reviews/alert.js';
import { evidenceOf } from '../../../gateway/reviews/alert-evidence.js';
import { recordKinds } from '../../../ledger-sync/evidence/record.js';
import { profileOf, rule } from '../shipments/shipment-office.js';
import { TestLog } from '../test-log.js';
import { dana, Journey, omar, wim } from './journey.js';

export const cold = profileOf(
  [
    rule('warm', { side: 'high', highMilliC: 8000, delayMs: 900_000 }),
    rule('warm-sum', { side: 'high', highMilliC: 8000, delayMs: 3_600_000, type: 'cumulative' }),
    rule('frost', { side: 'low', lowMilliC: 2000, delayMs: 1_200_000, severity: 'critical' }),
  ],
  { maxGapMs: 1_200_000, intervalMs: 600_000, mkt: { windowMs: 86_400_000, limitMilliC: 8000 } },
);

const sscc = '106141412345678908';
export const calibrations = `calibrations:
  - { sensorId: cargo-front, serial: "0316a2795cff", certificate: K-2026-0117, calibratedOn: '2026-02-01', dueOn: '2027-01-31', uncertaintyMilliC: 200 }
  - { sensorId: cargo-rear, serial: "0316a2795d00", certificate: K-2025-0004, calibratedOn: '2025-02-01', dueOn: '2026-02-15', uncertaintyMilliC: 300 }`;

/** 48 hours at 10 minutes, to the release, in a log of the caller's. */
function twoDays(log: TestLog): Journey {
  const terms = {
    profile: cold,
    contacts: { 'rear-door': 'door' as const },
    order: {
      tags: [sscc],
      products: [{ gtin: '09521141123454', lot: 'LOT-7A' }],
    },
  };
  const journey = new Journey(terms, log);
  journey.note(recordKinds.operatorAction, 'gateway', { type: 'gateway-started', version: '0.1.0' });
  journey.after(1).step('create').after(4).step('arm');
  for (let index = 0; index < 288; index++) {
    journey.after(10);
    if (index === 3) journey.step('depart');
    if (index % 12 === 0) journey.position(475_500_000 - index * 5_000, 75_900_000 + index * 34_000);
    if (index === 100) journey.door('rear-door', true);
    if (index === 105) journey.door('rear-door', false);
    const isWarm = index >= 101 && index < 109;
    const front = isWarm ? 8_600 + 100 * (index % 5) : 5_000 + Math.round(900 * Math.sin(index / 11));
    const isSilent = index >= 200 && index < 206;
    if (index === 150) journey.fault('cargo-front');
    else if (!isSilent) journey.reading('cargo-front', front);
    journey.reading('cargo-rear', 4_600 + Math.round(700 * Math.cos(index / 17)));
    if (index === 60)
      journey.note(
        recordKinds.clockEvent,
        'clock',
        { type: 'clock-step', stepMs: -1500, beforeMs: 5 },
        -1500,
      );
    if (index === 220) {
      const detail = { type: 'data-loss', cause: 'store-behind', records: 3, fromMs: 1, toMs: 2 };
      journey.note(recordKinds.dataLoss, 'intake', detail, 3);
    }
    journey.seal();
  }
  journey.after(5).step('deliver').after(30).step('review', dana);
  for (const { id } of readAlerts(journey.state)) {
    journey.after(5).alert('acknowledge', omar, { id });
    journey
      .after(5)
      .alert('assess', dana, { id, result: 'no-impact', why: 'door open while loading; 80 minutes' });
    const alert = readAlerts(journey.state).find((one) => one.id === id);
    const boundTo = (alert && evidenceOf(alert)?.hash) ?? '';
    journey.after(5).alert('sign', wim, { id, meaning: 'approved', boundTo });
  }
  journey.after(10).step('release', wim, { reason: 'within the stability budget of the maker' });
  return journey.step('close', wim);
}

/** The journey in a folder of its own, for tests that share it. @returns what takes it away again */
export function sharedJourney(): { readonly journey: Journey; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-test-'));
  const journey = twoDays(new TestLog(folder).open());
  const remove = () => {
    journey.log.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { journey, remove };
}
