// A signature in a record, checked by somebody who has the record and nothing else.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSignature } from '../../../gateway/accounts/recorded-signature.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { canonicalJson } from '../../../ledger-sync/evidence/jcs.js';
import { createDocument, person, staffedOffice } from './account-office.js';

const judgement: DetailDocument = { id: 'S1', verdict: 'release', reason: 'seals intact' };

/** Through the log and out again. */
function recordedBy(detail: DetailDocument | undefined): DetailDocument {
  return (JSON.parse(canonicalJson(detail)) as { by: DetailDocument }).by;
}

const { office, ada, dana } = staffedOffice();
const by = recordedBy(office.must(dana, 'test.judge', judgement)[0]);

test('tells who signed what, in which role, what it means, and when', () => {
  expect(checkSignature(by)).toEqual({
    ok: true,
    signer: dana.signer,
    document: judgement,
    request: {
      kind: 'test.judge',
      documentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      name: 'dana',
      printedName: 'dana Example',
      role: 'quality',
      atMs: office.nowMs,
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  });
});

/** The paths to all values of a document. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]));
}

function withValue(
  document: DetailDocument,
  [key = '', ...rest]: readonly string[],
  value: unknown,
): DetailDocument {
  const member = rest.length === 0 ? value : withValue(document[key] as DetailDocument, rest, value);
  return { ...document, [key]: member } as DetailDocument;
}

const valueAt = (document: DetailDocument, path: readonly string[]) =>
  path.reduce<unknown>((value, key) => (value as DetailDocument)[key], document);

describe('refuted', () => {
  test('with any one value changed', () => {
    const paths = pathsOf(by);
    expect(paths.length).toBeGreaterThan(12);
    const change = fc.record({
      path: fc.constantFrom(...paths),
      value: fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.stringMatching(/^[0-9a-f]{32,128}$/)),
    });
    fc.assert(
      fc.property(change, ({ path, value }) => {
        fc.pre(valueAt(by, path) !== value);
        expect(checkSignature(withValue(by, path, value)).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['another role', ['role'], 'administrator'],
    ['another printed name', ['printedName'], 'Wim Example'],
    ['another name', ['name'], 'wim'],
    ['another meaning', ['signature', 'kind'], 'shipment.release'],
    ['another verdict', ['signature', 'document', 'verdict'], 'reject'],
    ['another address', ['signature', 'signer'], ada.signer],
  ])('with %s', (_what, path, value) => {
    expect(checkSignature(withValue(by, path, value))).toMatchObject({ ok: false });
  });

  test.each([
    [undefined],
    [null],
    ['dana'],
    [7],
    [[]],
    [{}],
    [{ name: 'local', printedName: 'local', role: 'administrator' }],
  ])('where there is none: %j', (nothing) => {
    expect(checkSignature(nothing)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('no signature'),
    });
  });

  test('a document so deep that reading it could exhaust the stack', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as DetailDocument;
    expect(checkSignature(withValue(by, ['signature', 'document'], deep)).ok).toBe(false);
  });
});

test('of a long document the hash is kept, so that the record does not hold it twice', () => {
  const long = { ...judgement, reason: 'x'.repeat(3_000) };
  const recorded = recordedBy(office.must(dana, 'test.judge', long)[0]);
  expect(checkSignature(recorded)).toMatchObject({ ok: true, document: undefined });
  expect(canonicalJson(recorded).length).toBeLessThan(1_000);
});

test('of a secret the hash is signed: the record can be checked and holds nothing of it', () => {
  const wim = person('wim', 'quality');
  const document = createDocument(wim);
  const recorded = recordedBy(office.must(ada, 'user.create', document)[0]);
  const check = checkSignature(recorded);
  expect(check).toMatchObject({
    ok: true,
    signer: ada.signer,
    document: { name: 'wim', signer: wim.signer },
  });
  expect(check.ok && check.document?.secret).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});
