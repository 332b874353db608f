import { describe, expect, it } from 'vitest';
import { Epoch } from '../../../firmware-bridge/nmea/epoch.js';
import type { Gga } from '../../../firmware-bridge/nmea/gga.js';
import type { Rmc } from '../../../firmware-bridge/nmea/rmc.js';

const position = { latitudeDegE7: 481_173_000, longitudeDegE7: 115_166_667 };

function rmc(timeOfDayMs: number): { rmc: Rmc } {
  const unixMs = 1_700_006_400_000 + timeOfDayMs;
  return { rmc: { isValid: true, timeOfDayMs, unixMs, isLeapSecond: false, position, speedMmPerS: 0 } };
}

function gga(timeOfDayMs: number): { gga: Gga } {
  return { gga: { isValid: true, timeOfDayMs, position, satellites: 8, hdopCenti: 90 } };
}

function at(uptimeMs: number) {
  return { unixMs: 1_700_006_400_000 + uptimeMs, uptimeMs };
}

describe('the sentences of one moment', () => {
  it('give one fix, with the arrival of the first, however many follow', () => {
    const epoch = new Epoch();
    expect(epoch.take(gga(1000), at(1100))).toBeUndefined();
    expect(epoch.take(rmc(1000), at(1200))).toMatchObject({ kind: 'fix', at: at(1100) });
    expect(epoch.take(gga(1000), at(1300))).toBeUndefined();
    expect(epoch.take(rmc(2000), at(2100))).toBeUndefined();
  });

  it('one without a partner is a fix when the next moment begins', () => {
    const epoch = new Epoch();
    epoch.take(rmc(1000), at(1100));
    expect(epoch.take(rmc(2000), at(2100))).toMatchObject({ kind: 'fix', at: at(1100) });
  });
});
