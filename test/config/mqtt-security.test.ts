// The rules of mqttIntake that keep strangers out: users off loopback, what proves a user, TLS and the limits.

import { expect, test } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { parseConfig } from '../../config/load.js';
import { mqttLimitDefaults } from '../../config/mqtt-limits-schema.js';

const parse = (intake: string) =>
  parseConfig(`gateway: { name: a }\nmqttIntake: { ${intake} }`, '/etc/coldgate.yaml').mqttIntake;

/** Paths of the problems. */
function problemsOf(intake: string): string[] {
  try {
    parse(intake);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path }) => path.replace(/^mqttIntake\./, ''));
  }
}

const door = 'users: [ { username: door, passwordFile: p } ]';
const hash = `scrypt:16384:8:5:${'A'.repeat(22)}:${'B'.repeat(43)}`;

test('it listens on loopback unless told otherwise, and its limits have defaults', () => {
  expect(parse('')).toMatchObject({ listen: { host: '127.0.0.1', port: 1883 }, limits: mqttLimitDefaults });
});

test.each([
  '0.0.0.0',
  "'::'",
  '192.168.7.1',
  "'2001:db8::1'",
  'gateway.local',
  "'0'",
  "'127.1'",
  "'::ffff:127.0.0.1'",
  'localhost.example',
])('it does not listen on %s without users', (host) => {
  expect(problemsOf(`listen: { host: ${host} }`)).toEqual(['listen.host']);
  expect(problemsOf(`listen: { host: ${host} }, users: []`)).toEqual(['listen.host']);
  expect(problemsOf(`listen: { host: ${host} }, ${door}`)).toEqual([]);
});

test.each(['127.0.0.1', '127.0.0.2', "'::1'", 'localhost'])('it may listen on %s without users', (host) => {
  expect(problemsOf(`listen: { host: ${host} }`)).toEqual([]);
});

const tls = 'listen: { tls: { certFile: c, keyFile: k, caFile: ca } }';
test.each([
  ['a hash', `users: [ { username: u, passwordHash: '${hash}' } ]`],
  ['a certificate name', `${tls}, users: [ { username: u, certificateName: 'door probe 7' } ]`],
  [
    'a password and a certificate name',
    `${tls}, users: [ { username: u, passwordFile: p, certificateName: d } ]`,
  ],
  ['TLS alone', `listen: { tls: { certFile: c, keyFile: k } }, ${door}`],
  [
    'a demanded certificate',
    `listen: { tls: { certFile: c, keyFile: k, caFile: ca, requireClientCertificate: true } }`,
  ],
])('%s is taken', (_what, intake) => {
  expect(problemsOf(intake)).toEqual([]);
});

test.each([
  ['a user with nothing', 'users: [ { username: u } ]', 'users[0].passwordFile'],
  [
    'a user with two passwords',
    `users: [ { username: u, passwordFile: p, passwordHash: '${hash}' } ]`,
    'users[0].passwordHash',
  ],
  [
    'a hash that is too cheap',
    `users: [ { username: u, passwordHash: '${hash.replace('16384', '1024')}' } ]`,
    'users[0].passwordHash',
  ],
  [
    'a hash that would need all memory',
    `users: [ { username: u, passwordHash: '${hash.replace('16384', '1048576')}' } ]`,
    'users[0].passwordHash',
  ],
  [
    'a hash cut short',
    `users: [ { username: u, passwordHash: '${hash.slice(0, -1)}' } ]`,
    'users[0].passwordHash',
  ],
  [
    'a certificate name without TLS',
    'users: [ { username: u, certificateName: d } ]',
    'users[0].certificateName',
  ],
  [
    'a certificate name without a CA',
    'listen: { tls: { certFile: c, keyFile: k } }, users: [ { username: u, certificateName: d } ]',
    'users[0].certificateName',
  ],
  [
    'one certificate for two users',
    `${tls}, users: [ { username: u, certificateName: d }, { username: v, certificateName: d } ]`,
    'users[1].certificateName',
  ],
  [
    'a demanded certificate without a CA',
    'listen: { tls: { certFile: c, keyFile: k, requireClientCertificate: true } }',
    'listen.tls.requireClientCertificate',
  ],
  ['a certificate without its key', 'listen: { tls: { certFile: c } }', 'listen.tls.keyFile'],
  ['a user name with a wildcard', "users: [ { username: 'door/#', passwordFile: p } ]", 'users[0].username'],
  ['no connection at all', 'limits: { maxConnections: 0 }', 'limits.maxConnections'],
  ['more levels than can be matched', 'limits: { maxTopicLevels: 33 }', 'limits.maxTopicLevels'],
  ['packets of more than 1 MiB', 'limits: { maxPacketBytes: 1048577 }', 'limits.maxPacketBytes'],
  ['an unknown limit', 'limits: { maxSensors: 3 }', 'limits.maxSensors'],
])('%s is refused at its place', (_what, intake, path) => {
  expect(problemsOf(intake)).toEqual([path]);
});
