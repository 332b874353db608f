// How a profile is bent to the range that two persons have agreed upon.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlarmRule } from '../../../config/alarm-profile.js';
import { profileDocument, profileHash, profileSchema } from '../../../gateway/shipments/profile-document.js';
import { profileWithRange, rangeOfProfile } from '../../../gateway/shipments/transport-range.js';
import { profileOf, rule, vaccines } from './shipment-office.js';

test('the range of a profile is where none of its rules is violated', () => {
  const profile = profileOf([
    rule('hot', { highMilliC: 45_000 }),
    rule('warm', { highMilliC: 30_000 }),
    rule('band', { side: 'both', highMilliC: 40_000, lowMilliC: 2000 }),
    rule('frost', { side: 'low', lowMilliC: -500 }),
  ]);
  expect(rangeOfProfile(profile)).toEqual({ lowMilliC: 2000, highMilliC: 30_000 });
});

test('a tighter range moves only the tightest limits, a wider one all that would lie inside', () => {
  const profile = profileOf([
    rule('hot', { highMilliC: 25_000 }),
    rule('warm', { highMilliC: 10_000 }),
    rule('over', { highMilliC: 8000 }),
  ]);
  const highs = (highMilliC: number) =>
    profileWithRange(profile, { highMilliC }, 'label').rules.map((bent) => bent.highMilliC);
  expect(highs(5000)).toEqual([25_000, 10_000, 5000]);
  expect(highs(15_000)).toEqual([25_000, 15_000, 15_000]);
  expect(highs(30_000)).toEqual([30_000, 30_000, 30_000]);
});

test('a side that no rule watched gets a rule without grace, under a free name', () => {
  const profile = profileOf([rule('range-low', { highMilliC: 8000, delayMs: 60_000 })]);
  const { rules } = profileWithRange(profile, { lowMilliC: 2000 }, 'label');
  expect(rules.slice(1)).toEqual([rule('range-low-2', { side: 'low', lowMilliC: 2000 })]);
});

test('where nothing changes the profile is the same one', () => {
  expect(profileWithRange(vaccines, { lowMilliC: 2000, highMilliC: 8000 }, 'order')).toBe(vaccines);
  expect(profileWithRange(vaccines, {}, 'label')).toBe(vaccines);
});

const milliC = fc.integer({ min: -90_000, max: 90_000 });
const twoLimits = fc
  .tuple(milliC, milliC)
  .filter(([low, high]) => low < high)
  .map(([lowMilliC, highMilliC]) => ({ lowMilliC, highMilliC }));
const limits: fc.Arbitrary<Partial<AlarmRule>> = fc.oneof(
  milliC.map((highMilliC) => ({ side: 'high' as const, highMilliC })),
  milliC.map((lowMilliC) => ({ side: 'low' as const, lowMilliC })),
  twoLimits.map((both) => ({ side: 'both' as const, ...both })),
);
const profiles = fc
  .array(limits, { minLength: 1, maxLength: 6 })
  .map((all) => profileOf(all.map((each, index) => rule(`r${index}`, each))));

test('whatever the profile: the new range is its tightest, it is a whole profile, and its hash is its own', () => {
  fc.assert(
    fc.property(profiles, twoLimits, (profile, range) => {
      const bent = profileWithRange(profile, range, 'label');
      expect(rangeOfProfile(bent)).toEqual(range);
      expect(bent.hash).toBe(profileHash(bent));
      expect(profileSchema.parse(profileDocument(bent))).toEqual(bent);
    }),
  );
});
