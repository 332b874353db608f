// The console section: nothing travels open beyond this machine.

import { expect, test } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { parseConfig } from '../../config/load.js';

const parse = (consoleYaml: string) =>
  parseConfig(`gateway: { name: truck-17 }\nconsole: ${consoleYaml}\n`, '/etc/coldgate/coldgate.yaml')
    .console;

function problemsOf(consoleYaml: string): string[] {
  try {
    parse(consoleYaml);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

test('without the section there is no console, and an empty one listens on this machine only', () => {
  expect(parseConfig('gateway: { name: truck-17 }\n', '/etc/coldgate.yaml').console).toBeUndefined();
  expect(parse('{}')).toMatchObject({
    listen: { host: '127.0.0.1', port: 8480 },
    trustedProxies: [],
    sessions: { idleMinutes: 15, maxHours: 12 },
  });
});

test('beyond this machine it needs a certificate or a proxy', () => {
  const tls = 'tls: { certFile: a.pem, keyFile: b.pem }';
  expect(problemsOf('{ listen: { host: 0.0.0.0 } }')).toEqual([
    'console.listen.host: beyond this machine passwords would cross the network open',
  ]);
  expect(problemsOf('{ listen: { host: "::" } }')).toHaveLength(1);
  expect(problemsOf(`{ listen: { host: 0.0.0.0, ${tls} } }`)).toEqual([]);
  expect(problemsOf('{ listen: { host: 0.0.0.0 }, trustedProxies: [ 10.0.0.1 ] }')).toEqual([
    'console.publicOrigin: behind a proxy nobody else knows what browsers call this console',
  ]);
});

test('its public name is an origin, and over https unless it is this machine', () => {
  for (const origin of [
    'https://truck.example.org',
    'https://truck.example.org:8443',
    'http://localhost:8480',
  ])
    expect(problemsOf(`{ publicOrigin: "${origin}" }`)).toEqual([]);
  const wrong = [
    'https://truck.example.org/',
    'https://a:b@truck.example.org',
    'ftp://truck',
    'truck',
    'http://truck.example.org',
  ];
  for (const origin of wrong) expect(problemsOf(`{ publicOrigin: "${origin}" }`), origin).toHaveLength(1);
});
