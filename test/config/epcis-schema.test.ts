// The `epcis` section: what it fills in, and what it refuses before a token or a pallet's whereabouts leave in the
// clear.

import { expect, test } from 'vitest';
import { epcisSchema } from '../../config/epcis-schema.js';

const schema = epcisSchema('/etc/coldgate');
const allows = (section: unknown) => schema.safeParse(section).success;

test('an empty section is whole', () => {
  expect(schema.parse({})).toEqual({
    ...{ windowMinutes: 15, timeZoneOffset: '+00:00' },
    identifiers: { probes: [], parties: [] },
  });
});

test('files lie beside the configuration', () => {
  const { capture } = schema.parse({
    capture: { url: 'https://epcis.example/v2/capture', tokenFile: 'token', caFile: '/ca.pem' },
  });
  expect(capture).toMatchObject({ tokenFile: '/etc/coldgate/token', caFile: '/ca.pem', maxEvents: 100 });
});

test.each([
  ['https://epcis.example/v2/capture', true],
  ['https://epcis.example:8443/v2/capture?x=1', true],
  ['http://127.0.0.1:8080/capture', true],
  ['http://[::1]:8080/capture', true],
  ['http://localhost/capture', true],
  ['http://epcis.example/capture', false],
  ['http://127.0.0.1.example/capture', false],
  ['https://user:word@epcis.example/capture', false],
  ['https://epcis.example/capture#part', false],
  ['ftp://127.0.0.1/capture', false],
  ['epcis.example', false],
])('capture to %s: %s', (url, isAllowed) => {
  expect(allows({ capture: { url } })).toBe(isAllowed);
});

test.each([
  ['+01:00', true],
  ['-09:30', true],
  ['+14:00', true],
  ['+14:30', false],
  ['+1:00', false],
  ['Z', false],
  ['Europe/Basel', false],
])('time zone offset %s: %s', (timeZoneOffset, isAllowed) => {
  expect(allows({ timeZoneOffset })).toBe(isAllowed);
});

test.each([
  ['https://id.gs1.org/8004/9521141TRUCK042', true],
  ['urn:epc:id:giai:9521141.TRUCK042', true],
  ['http://id.gs1.org/8004/1', false],
  ['TRUCK042', false],
  ['https://id.gs1.org/8004/9 1', false],
])('vehicle %s: %s', (vehicle, isAllowed) => {
  expect(allows({ identifiers: { vehicle } })).toBe(isAllowed);
});

test('unknown keys and a window beyond an hour are refused', () => {
  expect(allows({ windows: 15 })).toBe(false);
  expect(allows({ windowMinutes: 61 })).toBe(false);
  expect(allows({ identifiers: { probes: [{ sensorId: 'a b', id: 'urn:epc:id:giai:1.2' }] } })).toBe(false);
});
