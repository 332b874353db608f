// The section that says how long records are kept and whom they are held for.

import { expect, it } from 'vitest';
import { ConfigError } from '../../config/config-error.js';
import { parseConfig } from '../../config/load.js';

const parse = (section: string, more = '') =>
  parseConfig(`gateway: { name: truck-17 }\nretention: ${section}\n${more}`, '/etc/coldgate.yaml');

/** Places and texts of what is wrong. */
function problemsOf(read: () => unknown): readonly { readonly path: string; readonly message: string }[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const everybody = [
  'publish: { brokers: [ { name: fleet, url: mqtt://127.0.0.1 } ], consumers: [ erp ] }',
  'webhooks: [ { name: qa, url: https://qa.example.org/, secretFile: ./qa.whsec } ]',
  'sparkplug: { groupId: fleet, urls: [ mqtt://127.0.0.1 ] }',
  'epcis: { capture: { url: https://epcis.example.org/capture } }',
].join('\n');

it('may wait for anybody who is told of records', () => {
  const holdFor = ['mqtt:fleet', 'receipt:erp', 'webhook:qa', 'sparkplug', 'epcis'];
  expect(parse(`{ holdFor: [ ${holdFor.join(', ')} ] }`, everybody).retention.holdFor).toEqual(holdFor);
});

it.each(['mqtt:other', 'receipt:fleet', 'webhook:erp', 'sparkplug', 'epcis'])(
  'waits for nobody who is not there: %s',
  (name) => {
    const broker = 'publish: { brokers: [ { name: fleet, url: mqtt://127.0.0.1 } ], consumers: [ erp ] }';
    expect(problemsOf(() => parse(`{ holdFor: [ ${name} ] }`, broker))).toEqual([
      expect.objectContaining({
        path: 'retention.holdFor[0]',
        message: expect.stringContaining('held for ever'),
      }),
    ]);
  },
);

it.each([
  ['{ readingDays: 7 }', 'readingDays'],
  ['{ shipmentDays: 0 }', 'shipmentDays'],
  ['{ keepFreePercent: 91 }', 'keepFreePercent'],
  ['{ holdFor: [ fleet ] }', 'holdFor'],
  ['{ readingYears: 2 }', 'readingYears'],
])('refuses %s', (section, key) => {
  expect(problemsOf(() => parse(section)).map(({ path }) => path)).toEqual([
    expect.stringContaining(key === 'readingYears' ? 'retention' : key),
  ]);
});
