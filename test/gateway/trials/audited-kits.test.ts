// What an auditor is told of kits, from records alone.

import { expect, test } from 'vitest';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { auditedKits } from '../../../gateway/trials/audited-kits.js';

const [a, b, c] = ['0172945513', '3390127764', '4711908325'] as const;
const told = (...documents: readonly DetailDocument[]) =>
  auditedKits(documents.map((document, at) => ({ sequence: at * 10, document })));

const registered = { type: 'trial', event: 'registered', kits: [a, b, c] };
const quarantine = (event: string, more: DetailDocument = {}) => ({
  ...{ type: 'trial-quarantine', event, case: 'kits-q1', cause: 'unknown', kits: [a, b], noticeDueMs: 5 },
  ...more,
});
const dispensed = (kit: string) => ({
  ...{ type: 'trial-kits', event: 'dispensed', kits: [[kit, 0, 0, 0, 1, 'dispensed']] },
});

test('a trial in which all went as it should has no finding', () => {
  const { conditions, quarantines, legs, findings } = told(
    registered,
    { type: 'trial-leg', event: 'ended', kits: [[a, 0, 0, 0, 1, 'usable']] },
    quarantine('opened'),
    quarantine('notice', { isLate: false }),
    quarantine('disposed', { decision: 'release' }),
    dispensed(a),
  );
  expect(Object.fromEntries(conditions)).toEqual({ [a]: 'dispensed', [b]: 'usable', [c]: 'usable' });
  expect(quarantines).toMatchObject([
    { id: 'kits-q1', isNoticeLate: false, decision: 'release', kits: [a, b] },
  ]);
  expect({ legs, findings }).toEqual({ legs: 1, findings: [] });
});

test.each([
  [
    'a kit that was dispensed while it was set aside',
    [registered, quarantine('opened'), dispensed(b)],
    `kit ${b} was dispensed`,
  ],
  ['a kit that was dispensed twice', [registered, dispensed(c), dispensed(c)], `kit ${c} was dispensed`],
  ['a kit that nobody registered', [dispensed(c)], `kit ${c} was dispensed`],
  [
    'a notice that nobody gave',
    [registered, quarantine('opened')],
    'no record says that the sponsor was told',
  ],
  [
    'a notice that was late',
    [quarantine('opened'), quarantine('notice', { isLate: true })],
    'after more than 24 hours',
  ],
  [
    'a decision before the notice',
    [quarantine('opened'), quarantine('disposed', { decision: 'destroy' })],
    'before the notice',
  ],
  [
    'a quarantine without a beginning',
    [registered, quarantine('disposed', { decision: 'release' })],
    'never opened',
  ],
  [
    'a quarantine without an end',
    [quarantine('opened'), quarantine('notice', { isLate: false })],
    'nothing is decided',
  ],
])('%s is a finding', (_what, documents, word) => {
  expect(told(...documents).findings.join('; ')).toContain(word);
});
