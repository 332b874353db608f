// Two persons before a shipment is armed whose papers tell different temperatures.

import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../gateway/requests/request.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { activeShipments } from '../../../gateway/shipments/active-shipments.js';
import {
  approver,
  codeOf,
  driver,
  loader,
  orderOf,
  reviewer,
  ShipmentOffice,
  sscc,
  vaccines,
} from './shipment-office.js';

const label = (maximum: string, minimum: string) => `(00)${sscc}(4331)${maximum}(4333)${minimum}`;

/** 2 to 25 degrees, where the profile has 2 to 8. */
const wider = { label: label('002500', '000200') };

function disputed(changes: DetailDocument = wider): ShipmentOffice {
  const office = new ShipmentOffice();
  office.must('create', orderOf('S1', changes));
  return office;
}

const word = (range: string) => ({ id: 'S1', range });

test('papers that agree need nobody: the shipment is armed', () => {
  const office = disputed({ label: label('000800', '000200'), range: { lowMilliC: 2000, highMilliC: 8000 } });
  expect(codeOf(office.ask('confirm-range', word('label')))).toBe('RANGE_NOT_DISPUTED');
  office.must('arm', { id: 'S1' });
});

test('a label without temperatures disputes nothing', () => {
  disputed({ label: `(00)${sscc}` }).must('arm', { id: 'S1' });
});

const differing: readonly (readonly [string, DetailDocument])[] = [
  ['the label is warmer', wider],
  ['the label is colder', { label: label('000800', '000200-') }],
  ['the label tells only a maximum, and another', { label: `(00)${sscc}(4331)000500` }],
  ['the order is not what the profile says', { range: { highMilliC: 25_000 } }],
  ['the order and the label agree against the profile', { ...wider, range: { highMilliC: 25_000 } }],
];

test.each(differing)('it cannot be armed while %s', (_what, changes) => {
  const office = disputed(changes);
  expect(codeOf(office.ask('arm', { id: 'S1' }))).toBe('RANGE_DISPUTED');
  office.must('confirm-range', word('order'), driver);
  expect(codeOf(office.ask('arm', { id: 'S1' }))).toBe('RANGE_DISPUTED');
  office.must('confirm-range', word('order'), reviewer);
  office.must('arm', { id: 'S1' });
});

interface Said {
  readonly by: Actor;
  readonly range: string;
  /** Of the refusal, or whether it settles. */
  readonly gives: string | boolean;
}

const says = (by: Actor, range: string, gives: string | boolean): Said => ({ by, range, gives });

const talks: readonly (readonly [what: string, said: readonly Said[], isArmable: boolean])[] = [
  ['operator and quality', [says(driver, 'label', false), says(reviewer, 'label', true)], true],
  ['quality and operator', [says(reviewer, 'label', false), says(driver, 'label', true)], true],
  ['quality and quality', [says(reviewer, 'label', false), says(approver, 'label', true)], true],
  ['operator and operator', [says(driver, 'label', false), says(loader, 'label', false)], false],
  [
    'two operators, then quality',
    [says(driver, 'label', false), says(loader, 'label', false), says(reviewer, 'label', true)],
    true,
  ],
  ['one person twice', [says(reviewer, 'label', false), says(reviewer, 'label', 'ALREADY_CONFIRMED')], false],
  [
    'one person in two roles',
    [says(driver, 'label', false), says({ ...driver, role: 'quality' }, 'label', 'ALREADY_CONFIRMED')],
    false,
  ],
  ['two who disagree', [says(reviewer, 'label', false), says(approver, 'order', false)], false],
  [
    'two who disagree, and one is persuaded',
    [says(reviewer, 'label', false), says(approver, 'order', false), says(reviewer, 'order', true)],
    true,
  ],
  [
    'a word that was taken back counts no more',
    [says(reviewer, 'label', false), says(reviewer, 'order', false), says(driver, 'label', false)],
    false,
  ],
  [
    'what is settled stays',
    [says(reviewer, 'label', false), says(approver, 'label', true), says(driver, 'order', 'RANGE_SETTLED')],
    true,
  ],
];

test.each(talks)('%s', (_what, said, isArmable) => {
  const office = disputed();
  for (const { by, range, gives } of said) {
    const outcome = office.ask('confirm-range', word(range), by);
    expect(outcome.ok ? outcome.answer.isSettled : outcome.code).toBe(gives);
    if (outcome.ok)
      expect(outcome.records).toMatchObject([{ kind: 8, detail: { event: 'range-confirmed', range } }]);
  }
  expect(office.ask('arm', { id: 'S1' }).ok).toBe(isArmable);
});

test('a label that tells no range cannot be confirmed', () => {
  const office = disputed({ range: { highMilliC: 25_000 } });
  expect(codeOf(office.ask('confirm-range', word('label')))).toBe('RANGE_NOT_TOLD');
});

test('a range in which no temperature lies cannot be confirmed', () => {
  // At most -20 degrees by the label, at least 2 by the profile.
  const office = disputed({ label: `(00)${sscc}(4331)002000-` });
  expect(codeOf(office.ask('confirm-range', word('label')))).toBe('RANGE_IMPOSSIBLE');
});

describe('what was agreed upon is in force', () => {
  test('the label bends the profile, whose new hash every later record names', () => {
    const office = disputed();
    office.must('confirm-range', word('label'), driver);
    const { records } = office.must('confirm-range', word('label'), reviewer);
    const armed = office.must('arm', { id: 'S1' });
    const [active] = activeShipments(office.state);
    expect(active?.profileHash).not.toBe(vaccines.hash);
    expect(active?.profile).toMatchObject({
      version: '3+label-range',
      hash: active?.profileHash,
      rules: [
        { id: 'warm', highMilliC: 25_000, delayMs: 36_000_000 },
        { id: 'frost', lowMilliC: 2000 },
      ],
    });
    expect(records[0]?.detail).toMatchObject({
      profileHash: active?.profileHash,
      profile: { version: '3+label-range' },
    });
    expect(armed.records[0]?.detail).toMatchObject({ profileHash: active?.profileHash });
  });

  test('the order leaves the profile as it was ordered', () => {
    const office = disputed();
    office.must('confirm-range', word('order'), driver);
    office.must('confirm-range', word('order'), reviewer);
    office.must('arm', { id: 'S1' });
    expect(activeShipments(office.state)).toMatchObject([{ profile: vaccines }]);
  });
});
