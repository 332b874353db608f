// Whatever is changed in a bundle, somebody notices: either it no longer reads as a bundle, or it is refuted.

import { describe, expect, test } from 'vitest';
import { type EvidenceBundle, parseBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { verifyBundle } from '../../../ledger-sync/evidence/verify.js';
import { checkpointAt, ledger, log, sampleBundle, shipmentName } from './sample-log.js';
import { tamperings } from './tampering.js';

/** Taking these away, or writing these lists in another order, proves less or the same, and changes no claim. */
const harmless = [
  /^(checkpoint|registration|anchor) is taken away$/,
  /^head\.previous is taken away$/,
  /^details\.\d+ is taken away$/,
  /^(details|names)\.\d+ is swapped/,
];

/** A shipment's name stands nowhere else, a subject's also in the readable records. */
function isHarmless(title: string, bundle: EvidenceBundle): boolean {
  const at = bundle.names.findIndex(({ name }) => name === shipmentName.name);
  return title === `names.${at} is taken away` || harmless.some((pattern) => pattern.test(title));
}

function verdictOf(json: string): string {
  try {
    return verifyBundle(parseBundle(json), { ledger }).verdict;
  } catch (error) {
    if (error instanceof EvidenceError) return 'refused';
    throw error;
  }
}

const bundles: [string, EvidenceBundle][] = [
  ['one record under a batch header', sampleBundle(29, 30)],
  ['a run of records under a batch header', sampleBundle(27, 31)],
  [
    'records under a checkpoint',
    sampleBundle(3, 7, { head: { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) } }),
  ],
];

describe.each(bundles)('%s', (_, bundle) => {
  const all = [...tamperings(bundle)];
  const untouched = verdictOf(JSON.stringify(bundle));

  test('is not refuted as it is', () => expect(untouched).toMatch(/proven|signed-only/));

  test('is refuted or refused after each change of a field', () => {
    const changes = all.filter(({ title }) => !isHarmless(title, bundle));
    expect(changes.length).toBeGreaterThan(150);
    const unnoticed = changes.filter(({ json }) => ['proven', 'signed-only'].includes(verdictOf(json)));
    expect(unnoticed.map(({ title }) => title)).toEqual([]);
  }, 120_000);

  test('loses no more than a proof when an optional part is taken away', () => {
    const removals = all.filter(({ title }) => isHarmless(title, bundle));
    for (const { title, json } of removals) expect(verdictOf(json), title).toBe(untouched);
  });
});

test('parts of two true bundles do not make a third', () => {
  const one = sampleBundle(24, 30);
  const two = sampleBundle(25, 31);
  for (const key of ['records', 'proof'] as const) {
    expect(verdictOf(JSON.stringify({ ...one, [key]: two[key] })), key).toBe('refuted');
  }
  expect(verdictOf(JSON.stringify({ ...one, details: [...one.details, { type: 'note' }] }))).toBe('refuted');
});
