// The `webhooks` section: what may be left out, and which addresses and events are refused.

import { describe, expect, it, test } from 'vitest';
import { RawNode } from '../../config/raw-node.js';
import { alertEventNames } from '../../config/webhook-events.js';
import { webhookFindings, webhooksSchema } from '../../config/webhook-schema.js';

const least = {
  name: 'dispatch',
  url: 'https://alerts.example.org/coldgate',
  secretFile: 'keys/dispatch.whsec',
};
const schema = webhooksSchema('/etc/coldgate');

test('the least that is needed gets every alert, public addresses alone and three days', () => {
  expect(schema.parse([least])).toEqual([
    {
      ...least,
      secretFile: '/etc/coldgate/keys/dispatch.whsec',
      events: [...alertEventNames],
      allowPrivateAddresses: false,
      giveUpAfterHours: 72,
    },
  ]);
});

describe('an address', () => {
  it.each([
    'https://a.example',
    'https://10.0.0.5:8443/x?y=1',
    'http://127.0.0.1:8080/',
    'http://[::1]/',
    'http://localhost/',
  ])('%s is taken', (url) => expect(schema.safeParse([{ ...least, url }]).success).toBe(true));

  it.each([
    ...[
      'http://a.example',
      'http://10.0.0.5/',
      'ftp://a.example',
      'https://user:pw@a.example/',
      'https://a.example/#x',
    ],
    ...['a.example', '', `https://a.example/${'x'.repeat(2048)}`, 'http://127.0.0.1.example.org/'],
  ])('%s is refused', (url) => expect(schema.safeParse([{ ...least, url }]).success).toBe(false));
});

it.each([
  { events: [] },
  { events: ['excursion.open'] },
  { giveUpAfterHours: 0 },
  { giveUpAfterHours: 721 },
  { name: '../x' },
  { secret: 'whsec_x' },
])('%j is refused', (changed) => expect(schema.safeParse([{ ...least, ...changed }]).success).toBe(false));

it('two receivers of one name are told apart by nobody', () => {
  const root = new RawNode({ webhooks: [least, { ...least, url: 'https://b.example' }] });
  expect(webhookFindings(root)).toMatchObject([{ at: ['webhooks', 1, 'name'] }]);
});
