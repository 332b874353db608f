// What a change of configuration says of probes: new ones, gone ones, and another serial number in the same place.

import { expect, test } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import { probeChanges, probesOf } from '../../../gateway/configuration/configured-probes.js';

const configOf = (...lines: string[]) =>
  parseConfig(['gateway: { name: truck-17 }', ...lines, ''].join('\n'), '/etc/coldgate/coldgate.yaml');

const bus = (...sensors: string[]) => [
  'devices:',
  '  - id: bus',
  '    type: modbus',
  '    port: tcp://127.0.0.1:4001',
  '    probes:',
  ...sensors.map((sensor, index) => `      - { sensorId: ${sensor}, unit: ${index + 1}, profile: shtc3 }`),
];
const calibrated = (sensor: string, serial: string) =>
  `calibrations: [ { sensorId: ${sensor}, serial: '${serial}', certificate: K-1, calibratedOn: 2026-02-01, dueOn: 2027-01-31, uncertaintyMilliC: 200 } ]`;

test('probes are told by their names, and by the serial number of their certificate', () => {
  const before = probesOf(configOf(...bus('front', 'rear'), calibrated('front', 'A1')));
  expect(before).toEqual([{ sensorId: 'front', serial: 'A1' }, { sensorId: 'rear' }]);
  const after = probesOf(configOf(...bus('front', 'roof'), calibrated('front', 'B2')));
  expect(probeChanges(before, after)).toEqual({
    probesAdded: ['roof'],
    probesRemoved: ['rear'],
    probesReplaced: [{ sensorId: 'front', from: 'A1', to: 'B2' }],
  });
  expect(probeChanges(before, before)).toEqual({});
});

test('a certificate that is entered or lost is no other probe', () => {
  const without = probesOf(configOf(...bus('front')));
  const certified = probesOf(configOf(...bus('front'), calibrated('front', 'A1')));
  expect(probeChanges(without, certified)).toEqual({});
  expect(probeChanges(certified, without)).toEqual({});
});
