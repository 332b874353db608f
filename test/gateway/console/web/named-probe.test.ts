// What a person names becomes sections of a configuration that load.

import { expect, test } from 'vitest';
import { editedText } from '../../../../config/edited-text.js';
import { parseConfig } from '../../../../config/load.js';
import type { SetupState } from '../../../../gateway/console/api/setup.js';
import { type NamedProbe, withProbe } from '../../../../gateway/console/web/pages/setup/named-probe.js';

const nothing: SetupState['sections'] = { devices: [], excursions: [], brokers: [], ledger: null };
const front: NamedProbe = {
  ...{ kind: 'modbus', sensorId: 'cargo-front', port: '/dev/ttyUSB0', model: 'xy-md02', unit: 1 },
  ...{ channel: undefined, romId: '', profile: 'GDP-2-8-default' },
};

function loaded(sections: ReturnType<typeof withProbe>['sections']) {
  const edits = [
    { path: ['devices'], value: sections.devices },
    { path: ['excursions'], value: sections.excursions },
  ];
  return parseConfig(editedText('gateway: { name: truck-17 }\n', edits, 'x'), '/x/coldgate.yaml');
}

test('a first probe begins a bus', () => {
  const { deviceId, sections } = withProbe(nothing, front);
  expect(deviceId).toBe('bus-1');
  expect(loaded(sections).devices).toMatchObject([
    { id: 'bus-1', type: 'modbus', port: '/dev/ttyUSB0', probes: [{ sensorId: 'cargo-front', unit: 1 }] },
  ]);
  expect(sections.excursions).toEqual([{ sensorId: 'cargo-front', profile: 'GDP-2-8-default' }]);
});

test('another one at the same port joins it, at another port it begins the next', () => {
  const first = withProbe(nothing, front).sections;
  const standing = { ...nothing, devices: first.devices ?? [], excursions: first.excursions ?? [] };
  const rear: NamedProbe = {
    ...front,
    sensorId: 'cargo-rear',
    unit: 2,
    model: 'r4dcb08',
    channel: 3,
    profile: '',
  };
  const joined = withProbe(standing, rear);
  expect(joined.deviceId).toBe('bus-1');
  expect(loaded(joined.sections).devices[0]).toMatchObject({
    probes: [{ sensorId: 'cargo-front' }, { sensorId: 'cargo-rear', unit: 2, channel: 3 }],
  });
  expect(joined.sections.excursions).toHaveLength(1);
  const other = withProbe(standing, { ...rear, port: '/dev/ttyUSB1' });
  expect(other.deviceId).toBe('bus-2');
  expect(loaded(other.sections).devices).toHaveLength(2);
});

test('1-Wire probes share the one bus that there is', () => {
  const wire: NamedProbe = { ...front, kind: 'onewire', romId: '28-0316a2795cff', sensorId: 'floor' };
  const first = withProbe(nothing, wire);
  const standing = { ...nothing, devices: first.sections.devices ?? [] };
  const second = withProbe(standing, { ...wire, romId: '28-0316a2795d00', sensorId: 'roof' });
  expect([first.deviceId, second.deviceId]).toEqual(['wire-1', 'wire-1']);
  expect(loaded(second.sections).devices).toMatchObject([
    { type: 'onewire', probes: [{ romId: '28-0316a2795cff' }, { romId: '28-0316a2795d00' }] },
  ]);
});

test('what is no device stays out of the way', () => {
  const { sections } = withProbe({ ...nothing, devices: ['nonsense', null] }, front);
  expect(sections.devices).toHaveLength(1);
});
