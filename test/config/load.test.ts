// What loadConfig promises an operator: everything wrong at once, nothing guessed, no secret repeated.

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, type ConfigProblem, problemLines } from '../../config/config-error.js';
import { loadConfig, parseConfig } from '../../config/load.js';

const file = '/etc/coldgate/coldgate.yaml';

const fullText = `
gateway: { name: truck-17, dataDir: ./data, keyFile: ./keys/device-key.json, passphraseFile: /run/passphrase }
commit: { windowMs: 0 }
clock: { trust: synchronised }
shipment: { id: SHIP-0001 }
devices:
  - { id: dock-reader, type: m100, port: /dev/ttyUSB0, region: eu, txPowerCentiDbm: 2000 }
  - id: cargo-bus
    type: modbus
    port: tcp://192.168.1.20:4001
    parity: even
    probes:
      - { sensorId: cargo-front, unit: 1, profile: xy-md02, humiditySensorId: cargo-front-rh }
      - { sensorId: cargo-rear, unit: 2, profile: r4dcb08, channel: 1 }
      - { sensorId: cargo-roof, unit: 2, profile: r4dcb08, channel: 2 }
mqttIntake:
  listen: { host: 0.0.0.0 }
  users: [ { username: door, passwordFile: ./keys/door, sensorTopics: [ sensors/door-probe ] } ]
  sensors:
    - { topic: zigbee2mqtt/fridge, mapping: zigbee2mqtt, temperatureSensorId: fridge }
    - { topic: sensors/door-probe, mapping: generic, values: [ { sensorId: door-probe, path: '$.temp', unit: celsius } ] }
publish:
  brokers:
    - { name: local, url: embedded }
    - { name: fleet, url: 'mqtts://broker.example.org', username: t, passwordFile: p, caFile: ca.pem, encoding: cbor }
excursions: [ { sensorId: cargo-front, lowMilliC: 2000, highMilliC: 8000, delayMs: 900000 }, { sensorId: fridge, highMilliC: 8000 } ]
ledger: { rpcUrl: 'http://127.0.0.1:8545', chainId: 31337, contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3' }
`;

const minimal = 'gateway: { name: truck-17 }\n';

function errorOf(text: string): ConfigError {
  try {
    parseConfig(text, file);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function problemsOf(text: string): readonly ConfigProblem[] {
  return errorOf(text).problems;
}

describe('a right file', () => {
  test('comes out complete, with all defaults and absolute paths', () => {
    expect(parseConfig(minimal, file)).toEqual({
      version: 1,
      update: { publishers: [] },
      gateway: {
        name: 'truck-17',
        dataDir: '/etc/coldgate/data',
        keyFile: '/etc/coldgate/keys/device-key.json',
        passphraseFile: '/etc/coldgate/keys/passphrase',
      },
      commit: { windowMs: 1000, sightingWindowMs: 10_000 },
      clock: { trust: 'auto', gnss: true, synchronisedFile: '/run/systemd/timesync/synchronized' },
      devices: [],
      publish: { brokers: [], consumers: [] },
      retention: { shipmentDays: 1827, eventDays: 1827, keepFreePercent: 5, keepFreeMegabytes: 0 },
      commands: [],
      webhooks: [],
      excursions: [],
      calibrations: [],
      contacts: [],
      sensorChecks: [],
      log: { level: 'info' },
    });
  });

  test('keeps what it says and fills in only the rest', () => {
    const config = parseConfig(fullText, file);
    expect(config.gateway.passphraseFile).toBe('/run/passphrase');
    expect(config.commit.windowMs).toBe(0);
    expect(config.devices).toMatchObject([
      { id: 'dock-reader', type: 'm100', baudRate: 115200, mergeWindowMs: 1000 },
      { id: 'cargo-bus', baudRate: 9600, parity: 'even', cadenceMs: 10000, replyTimeoutMs: 300 },
    ]);
    expect(config.mqttIntake?.listen).toEqual({ host: '0.0.0.0', port: 1883 });
    expect(config.publish.brokers[1]?.passwordFile).toBe('/etc/coldgate/p');
    expect(config.excursions[1]).toEqual({
      sensorId: 'fridge',
      highMilliC: 8000,
      delayMs: 0,
      maxGapMs: 600_000,
    });
    expect(config.ledger).toMatchObject({
      payerKeyFile: '/etc/coldgate/keys/payer-key.json',
      batchIntervalMs: 60000,
      pollIntervalMs: 4000,
    });
  });
});

/** One change to a right file, the place of the problem, and what its lines must say. */
const refused: readonly [title: string, text: string, path: string, says: string][] = [
  ['a missing gateway', 'log: { level: info }', 'gateway', 'a value is missing'],
  ['an empty file', '', 'gateway', 'a value is missing'],
  ['an unknown section', `${minimal}extra: 1`, 'extra', 'unknown key'],
  ['an unknown key', 'gateway: { name: a, nmae: b }', 'gateway.nmae', 'allowed: a mapping of name, dataDir'],
  ['a name with a slash', 'gateway: { name: a/b }', 'gateway.name', 'A-Z a-z 0-9 _ -'],
  ['a name with a topic wildcard', "gateway: { name: '#' }", 'gateway.name', 'A-Z a-z 0-9 _ -'],
  ['a number for a name', 'gateway: { name: 17 }', 'gateway.name', 'put it in quotes'],
  ['a home path', 'gateway: { name: a, dataDir: ~/data }', 'gateway.dataDir', 'without ~'],
  [
    'a window above its range',
    `${minimal}commit: { windowMs: 60001 }`,
    'commit.windowMs',
    '0 to 60000 (milliseconds)',
  ],
  ['a window below its range', `${minimal}commit: { windowMs: -1 }`, 'commit.windowMs', '0 to 60000'],
  ['a window in fractions', `${minimal}commit: { windowMs: 0.5 }`, 'commit.windowMs', 'whole number'],
  ['a window that is no number', `${minimal}commit: { windowMs: .nan }`, 'commit.windowMs', 'whole number'],
  ['a number in quotes', `${minimal}commit: { windowMs: "10" }`, 'commit.windowMs', 'without quotes'],
  [
    'an unknown trust',
    `${minimal}clock: { trust: maybe }`,
    'clock.trust',
    'auto, synchronised, unsynchronised',
  ],
  ['an unknown log level', `${minimal}log: { level: loud }`, 'log.level', 'info'],
  ['devices that are no list', `${minimal}devices: { id: a }`, 'devices', 'a list'],
];

/** Devices, by the text of the list. */
const refusedDevices: readonly [title: string, devices: string, path: string, says: string][] = [
  ['an unknown type', '{ id: a, type: m5, port: /dev/a }', 'devices[0].type', 'm100, chafon'],
  ['no type', '{ id: a, port: /dev/a }', 'devices[0].type', 'm100, chafon'],
  ['a relative port', '{ id: a, type: m100, port: ttyUSB0 }', 'devices[0].port', 'absolute device path'],
  ['a TCP port without number', '{ id: a, type: m100, port: tcp://h }', 'devices[0].port', 'tcp://host:port'],
  [
    'a TCP port above 65535',
    '{ id: a, type: m100, port: "tcp://h:65536" }',
    'devices[0].port',
    'tcp://host:port',
  ],
  [
    'a TCP port with a path',
    '{ id: a, type: m100, port: "tcp://h:1/x" }',
    'devices[0].port',
    'tcp://host:port',
  ],
  [
    'an odd speed',
    '{ id: a, type: m100, port: /dev/a, baudRate: 9601 }',
    'devices[0].baudRate',
    'bits per second',
  ],
  [
    'too much power',
    '{ id: a, type: m100, port: /dev/a, txPowerCentiDbm: 3301 }',
    'devices[0].txPowerCentiDbm',
    '0.01 dBm',
  ],
  ['an unknown region', '{ id: a, type: m100, port: /dev/a, region: mars }', 'devices[0].region', 'eu, us'],
  ['no probes', '{ id: a, type: modbus, port: /dev/a, probes: [] }', 'devices[0].probes', 'at least one'],
  [
    'one id twice',
    '{ id: a, type: m100, port: /dev/a }, { id: a, type: m100, port: /dev/b }',
    'devices[1].id',
    'already used at devices[0].id',
  ],
  [
    'one port twice',
    '{ id: a, type: m100, port: /dev/a }, { id: b, type: m100, port: /dev/a }',
    'devices[1].port',
    'already used at devices[0].port',
  ],
  [
    'a sensor named as a device',
    bus('{ sensorId: bus, unit: 1, profile: xy-md02 }'),
    'devices[0].probes[0].sensorId',
    'already used at devices[0].id',
  ],
  [
    'one sensor twice',
    bus('{ sensorId: s, unit: 1, profile: xy-md02 }, { sensorId: s, unit: 2, profile: xy-md02 }'),
    'devices[0].probes[1].sensorId',
    'already used',
  ],
  [
    'humidity and temperature of one name',
    bus('{ sensorId: s, humiditySensorId: s, unit: 1, profile: xy-md02 }'),
    'devices[0].probes[0].humiditySensorId',
    'already used',
  ],
  [
    'one unit twice',
    bus('{ sensorId: s, unit: 1, profile: xy-md02 }, { sensorId: t, unit: 1, profile: xy-md02 }'),
    'devices[0].probes[1].unit',
    'already used at devices[0].probes[0]',
  ],
  [
    'one channel twice',
    bus(
      '{ sensorId: s, unit: 1, profile: r4dcb08, channel: 3 }, { sensorId: t, unit: 1, profile: r4dcb08, channel: 3 }',
    ),
    'devices[0].probes[1].unit',
    'already used',
  ],
  [
    'two profiles of one unit',
    bus('{ sensorId: s, unit: 1, profile: r4dcb08, channel: 3 }, { sensorId: t, unit: 1, profile: xy-md02 }'),
    'devices[0].probes[1].profile',
    'another profile',
  ],
  [
    'the broadcast unit',
    bus('{ sensorId: s, unit: 0, profile: xy-md02 }'),
    'devices[0].probes[0].unit',
    '1 to 247',
  ],
  [
    'a unit above 247',
    bus('{ sensorId: s, unit: 248, profile: xy-md02 }'),
    'devices[0].probes[0].unit',
    '1 to 247',
  ],
  [
    'an unknown profile',
    bus('{ sensorId: s, unit: 1, profile: md9 }'),
    'devices[0].probes[0].profile',
    'xy-md02',
  ],
  [
    'no channel where one is needed',
    bus('{ sensorId: s, unit: 1, profile: r4dcb08 }'),
    'devices[0].probes[0].channel',
    'say which',
  ],
  [
    'a channel where there is none',
    bus('{ sensorId: s, unit: 1, profile: xy-md02, channel: 1 }'),
    'devices[0].probes[0].channel',
    'single input',
  ],
  [
    'humidity of a dry profile',
    bus('{ sensorId: s, unit: 1, profile: r4dcb08, channel: 1, humiditySensorId: h }'),
    'devices[0].probes[0].humiditySensorId',
    'no humidity',
  ],
];

function bus(probes: string): string {
  return `{ id: bus, type: modbus, port: /dev/a, probes: [ ${probes} ] }`;
}

const refusedTiming: readonly [title: string, device: string, path: string, says: string][] = [
  [
    'a timeout beyond the cadence',
    bus('{ sensorId: s, unit: 1, profile: xy-md02 }').replace(
      'port:',
      'cadenceMs: 500, replyTimeoutMs: 501, port:',
    ),
    'devices[0].replyTimeoutMs',
    'which is 500',
  ],
];

const refusedEmbedded: readonly [title: string, brokers: string, path: string, says: string][] = [
  [
    'the embedded broker twice',
    '{ name: a, url: embedded }, { name: b, url: embedded }',
    'publish.brokers[1].url',
    'already listed',
  ],
  [
    'credentials of the embedded broker',
    '{ name: a, url: embedded, caFile: c }',
    'publish.brokers[0].caFile',
    'needs no credentials',
  ],
];

const refusedElsewhere: readonly [title: string, text: string, path: string, says: string][] = [
  [
    'a wildcard in a topic',
    intake("sensors: [ { topic: 'a/#', mapping: zigbee2mqtt, temperatureSensorId: s } ]"),
    'mqttIntake.sensors[0].topic',
    'without + and #',
  ],
  [
    'a broker-internal topic',
    intake("sensors: [ { topic: '$SYS/a', mapping: zigbee2mqtt, temperatureSensorId: s } ]"),
    'mqttIntake.sensors[0].topic',
    'not starting with',
  ],
  [
    'a sensor without ids',
    intake('sensors: [ { topic: a, mapping: zigbee2mqtt } ]'),
    'mqttIntake.sensors[0].temperatureSensorId',
    'at least one sensor id',
  ],
  [
    'one topic twice',
    intake(
      'sensors: [ { topic: a, mapping: zigbee2mqtt, temperatureSensorId: s }, { topic: a, mapping: zigbee2mqtt, temperatureSensorId: t } ]',
    ),
    'mqttIntake.sensors[1].topic',
    'already used',
  ],
  [
    'an unknown mapping',
    intake('sensors: [ { topic: a, mapping: homie } ]'),
    'mqttIntake.sensors[0].mapping',
    'zigbee2mqtt, chirpstack',
  ],
  [
    'an unknown unit',
    intake(
      "sensors: [ { topic: a, mapping: generic, values: [ { sensorId: s, path: '$.t', unit: rankine } ] } ]",
    ),
    'mqttIntake.sensors[0].values[0].unit',
    'celsius, fahrenheit',
  ],
  [
    'a path that is an expression',
    intake(
      "sensors: [ { topic: a, mapping: generic, values: [ { sensorId: s, path: '$..t', unit: celsius } ] } ]",
    ),
    'mqttIntake.sensors[0].values[0].path',
    '[index]',
  ],
  [
    'an open listener without users',
    `${minimal}mqttIntake: { listen: { host: 0.0.0.0 } }`,
    'mqttIntake.listen.host',
    'users are required',
  ],
  [
    'a user for an unknown topic',
    intake('users: [ { username: u, passwordFile: p, sensorTopics: [ a ] } ]'),
    'mqttIntake.users[0].sensorTopics[0]',
    'no sensor has this topic',
  ],
  [
    'one user twice',
    intake('users: [ { username: u, passwordFile: p }, { username: u, passwordFile: q } ]'),
    'mqttIntake.users[1].username',
    'already used',
  ],
  [
    'a user without a password',
    intake('users: [ { username: u } ]'),
    'mqttIntake.users[0].passwordFile',
    'a value is missing',
  ],
  [
    'embedded without an intake',
    brokers('{ name: l, url: embedded }'),
    'publish.brokers[0].url',
    'mqttIntake',
  ],
  [
    'one broker name twice',
    brokers('{ name: l, url: mqtt://a }, { name: l, url: mqtt://b }'),
    'publish.brokers[1].name',
    'already used',
  ],
  ['a web address as broker', brokers('{ name: l, url: http://a }'), 'publish.brokers[0].url', 'mqtts://'],
  [
    'a user without its password',
    brokers('{ name: l, url: mqtt://a, username: u }'),
    'publish.brokers[0].passwordFile',
    'belong together',
  ],
  [
    'a password without its user',
    brokers('{ name: l, url: mqtt://a, passwordFile: u }'),
    'publish.brokers[0].username',
    'belong together',
  ],
  [
    'a certificate without TLS',
    brokers('{ name: l, url: mqtt://a, caFile: u }'),
    'publish.brokers[0].caFile',
    'without TLS',
  ],
  [
    'an excursion of an unknown sensor',
    rules('{ sensorId: x, highMilliC: 1 }'),
    'excursions[0].sensorId',
    'configured: s',
  ],
  [
    'an excursion of a humidity sensor',
    rules('{ sensorId: h, highMilliC: 1 }'),
    'excursions[0].sensorId',
    'no temperature sensor',
  ],
  [
    'an excursion without limits',
    rules('{ sensorId: s }'),
    'excursions[0].highMilliC',
    'lowMilliC, highMilliC or both',
  ],
  [
    'equal limits',
    rules('{ sensorId: s, lowMilliC: 5, highMilliC: 5 }'),
    'excursions[0].lowMilliC',
    'less than highMilliC, which is 5',
  ],
  [
    'a limit in the wrong unit',
    rules('{ sensorId: s, highMilliC: 8.5 }'),
    'excursions[0].highMilliC',
    '0.001 degrees Celsius',
  ],
  [
    'a short contract address',
    ledger("contract: '0x5FbDB2315678afecb367f032d93F642f64180aa'"),
    'ledger.contract',
    '40 hexadecimal digits in quotes',
  ],
  [
    'an unquoted contract address',
    ledger('contract: 0x5FbDB2315678afecb367f032d93F642f64180aa3'),
    'ledger.contract',
    'in quotes',
  ],
  ['the zero contract', ledger(`contract: '0x${'0'.repeat(40)}'`), 'ledger.contract', 'not all zero'],
  [
    'one key for two purposes',
    ledger('payerKeyFile: ./keys/../keys/device-key.json'),
    'ledger.payerKeyFile',
    'already used at gateway.keyFile',
  ],
  ['a poll interval that floods', ledger('pollIntervalMs: 10'), 'ledger.pollIntervalMs', 'milliseconds'],
];

function intake(text: string): string {
  return `${minimal}mqttIntake: { ${text} }`;
}

function brokers(text: string): string {
  return `${minimal}publish: { brokers: [ ${text} ] }`;
}

function rules(text: string): string {
  const probe = '{ sensorId: s, humiditySensorId: h, unit: 1, profile: xy-md02 }';
  return `${minimal}devices: [ ${bus(probe)} ]\nexcursions: [ ${text} ]`;
}

function ledger(text: string): string {
  const contract = text.startsWith('contract')
    ? ''
    : "contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3', ";
  return `${minimal}ledger: { rpcUrl: 'http://127.0.0.1:8545', chainId: 1, ${contract}${text} }`;
}

describe('a slip is refused by place, reason and remedy', () => {
  test.each([
    ...refused,
    ...[...refusedDevices, ...refusedTiming].map(
      ([title, devices, path, says]) => [title, `${minimal}devices: [ ${devices} ]`, path, says] as const,
    ),
    ...refusedElsewhere,
    ...refusedEmbedded.map(
      ([title, text, path, says]) => [title, `${brokers(text)}\nmqttIntake: {}`, path, says] as const,
    ),
  ])('%s', (_title, text, path, says) => {
    const problems = problemsOf(text);
    const problem = problems.find((found) => found.path === path);
    expect(problems.map((found) => found.path)).toEqual([path]);
    expect(problem === undefined ? '' : problemLines(problem).join('\n')).toContain(says);
  });

  test('every problem of every section is reported at once, in file order and with its line', () => {
    const text = fullText
      .replace('windowMs: 0', 'windowMs: 99999')
      .replace('unit: 1,', 'unit: 999,')
      .replace('sensorId: fridge, highMilliC', 'sensorId: freezer, highMilliC')
      .replace('chainId: 31337', 'chainId: 0');
    expect(problemsOf(text).map(({ path, line }) => [path, line])).toEqual([
      ['commit.windowMs', 3],
      ['devices[1].probes[0].unit', 13],
      ['excursions[1].sensorId', 26],
      ['ledger.chainId', 27],
    ]);
  });
});

test('a value that breaks two rules is one problem', () => {
  const longHomePath = `~${'x'.repeat(2000)}`;
  expect(problemsOf(`gateway: { name: a, dataDir: ${longHomePath} }`)).toHaveLength(1);
});

describe('secrets stay out of the file and out of messages', () => {
  const key = 'a1'.repeat(32);
  const partOfKey = 'a1a1a1';
  const words = 'legal winner thank year wave sausage worth useful legal winner thank yellow';

  test.each([
    ['an inline password', brokers('{ name: l, url: mqtt://a, username: u, password: hunter2 }'), 'hunter2'],
    ['an inline passphrase', 'gateway: { name: a, passphrase: hunter2 }', 'hunter2'],
    ['an inline private key', ledger(`privateKey: '0x${key}'`), partOfKey],
    ['a private key without quotes', ledger(`payerKeyFile: 0x${key}`), '7.31'],
    ['a mnemonic where a name belongs', `gateway: { name: ${words} }`, 'winner'],
    ['a mnemonic', ledger(`mnemonic: ${words}`), 'sausage'],
    ['a key where its path belongs', ledger(`payerKeyFile: '${key}'`), partOfKey],
    ['a password in a broker URL', brokers("{ name: l, url: 'mqtt://bob:hunter2@broker' }"), 'hunter2'],
    [
      'a password with an @ in a broker URL',
      brokers("{ name: l, url: 'mqtt://bob:hunt@er2@broker' }"),
      'er2',
    ],
    ['a password in an RPC URL', ledger('').replace('http://127', 'http://bob:hunter2@127'), 'hunter2'],
    [
      'an API key in a wrong RPC URL',
      ledger('').replace('http://127.0.0.1:8545', 'wss://node.example/v3/hunter2'),
      'hunter2',
    ],
  ])('%s is refused and never repeated', (_title, text, secret) => {
    const error = errorOf(text);
    const shown = [error.message, error.hint, ...error.problems.flatMap(problemLines)].join('\n');
    expect(error.code).toBe('CONFIG_INVALID');
    expect(shown).not.toContain(secret);
    expect(shown).toMatch(/hint|allowed/);
  });

  test('an inline secret gets the hint to use a file', () => {
    expect(problemsOf('gateway: { name: a, passphrase: x }')[0]?.hint).toContain('mode 0600');
  });
});

describe('only plain YAML is read', () => {
  const bomb = ['a: &a [1,1,1,1,1,1,1,1,1,1]'];
  for (const [name, of] of ['ba', 'cb', 'dc', 'ed'].map((pair) => [...pair])) {
    bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(',')}]`);
  }

  test.each([
    ['a duplicate key', 'gateway: { name: a }\ngateway: { name: b }', 2],
    ['a custom tag', 'gateway: !exec { name: a }', 1],
    ['a binary tag', 'gateway: { name: !!binary YQ== }', 1],
    ['two documents', 'gateway: { name: a }\n---\ngateway: { name: b }', undefined],
    ['a list as a key', '? [a]\n: b', undefined],
    ['a nest without end', '['.repeat(50_000), undefined],
    ['an alias bomb', bomb.join('\n'), undefined],
    ['an alias to nowhere', 'gateway: *nothing', undefined],
    ['tabs as indentation', 'gateway:\n\tname: a', 2],
  ])('%s is refused', (_title, text, line) => {
    const error = errorOf(text);
    expect(error.code).toBe('CONFIG_NOT_YAML');
    expect(error.problems.length).toBeGreaterThan(0);
    expect(error.problems.length).toBeLessThanOrEqual(10);
    if (line !== undefined) expect(error.problems[0]?.line).toBe(line);
  });

  test.each([
    ['brackets', 'a: '.padEnd(100_000, '['), 1],
    ['closed brackets', `a: ${'['.repeat(50_000)}${']'.repeat(50_000)}`, 1],
    ['braces over lines', '{ a:\n'.repeat(1000), 65],
    ['lists on one line', '- '.repeat(10_000), 1],
    ['indentation', Array.from({ length: 1000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'), 65],
  ])('%s that nest too deep for the parser are refused, and the process lives', (_title, text, line) => {
    const error = errorOf(text);
    expect(error.code).toBe('CONFIG_NOT_YAML');
    expect(error.problems).toMatchObject([{ line, message: 'nested deeper than 64 levels' }]);
  });

  test('a list that holds itself is refused without hanging', () => {
    expect(errorOf('gateway: { name: a }\ndevices: &d [ *d ]').code).toMatch(/CONFIG_(INVALID|NOT_YAML)/);
  });

  test('a merge key is an unknown key, not a merge', () => {
    const text = `${minimal}log: &log { level: info }\ncommit: { <<: *log }`;
    expect(problemsOf(text).map((found) => [found.path, found.message])).toEqual([
      ['commit."<<"', 'unknown key'],
    ]);
  });

  test('__proto__ is an unknown key and changes nothing', () => {
    expect(problemsOf(`${minimal}__proto__: { polluted: 1 }`).map((found) => found.path)).toEqual([
      '__proto__',
    ]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('terminal escapes in keys and values are shown as text', () => {
    const shown = problemsOf(`gateway: { name: "\\e[31m\\u009b2J", "\\e[2J\\r": 1 }`)
      .flatMap(problemLines)
      .join('');
    expect(shown).not.toMatch(/\p{Cc}/u);
  });

  test('topics may hold spaces and letters of any language', () => {
    const text = intake(
      "sensors: [ { topic: 'zigbee2mqtt/Kühlraum 1', mapping: zigbee2mqtt, temperatureSensorId: s } ]",
    );
    expect(parseConfig(text, file).mqttIntake?.sensors[0]?.topic).toBe('zigbee2mqtt/Kühlraum 1');
  });

  test('yes, no and leading zeros mean what YAML 1.2 says', () => {
    expect(parseConfig('gateway: { name: no }', file).gateway.name).toBe('no');
  });
});

describe('the file itself', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coldgate-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const codeOf = (path: string): string | undefined => {
    try {
      loadConfig(path);
    } catch (error) {
      if (error instanceof ConfigError && error.hint !== '') return error.code;
      throw error;
    }
    return undefined;
  };

  test('is read, and its folder is where relative paths start', () => {
    writeFileSync(join(folder, 'coldgate.yaml'), minimal);
    expect(loadConfig(join(folder, 'coldgate.yaml')).gateway.dataDir).toBe(join(folder, 'data'));
  });

  test('may have a byte order mark and Windows line ends', () => {
    writeFileSync(join(folder, 'bom.yaml'), '\ufeffgateway:\r\n  name: truck-17\r\n');
    expect(loadConfig(join(folder, 'bom.yaml')).gateway.name).toBe('truck-17');
  });

  test('is told apart: absent, folder, device, too large, not text', () => {
    writeFileSync(join(folder, 'large.yaml'), `${minimal}#${'x'.repeat(1_048_576)}`);
    writeFileSync(join(folder, 'binary.yaml'), Uint8Array.of(0x67, 0xff, 0xfe));
    symlinkSync('/dev/zero', join(folder, 'zero.yaml'));
    expect(codeOf(join(folder, 'absent.yaml'))).toBe('CONFIG_ABSENT');
    expect(codeOf(folder)).toBe('CONFIG_UNREADABLE');
    expect(codeOf(join(folder, 'zero.yaml'))).toBe('CONFIG_UNREADABLE');
    expect(codeOf(join(folder, 'large.yaml'))).toBe('CONFIG_TOO_LARGE');
    expect(codeOf(join(folder, 'binary.yaml'))).toBe('CONFIG_NOT_YAML');
  });
});
