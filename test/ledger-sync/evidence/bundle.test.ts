// Bundles: what is built is proven, what is missing is said, what contradicts is refuted.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ZodError } from 'zod';
import { type BatchHeader, batchFlags, genesisHead, headOf } from '../../../ledger-sync/evidence/batch.js';
import { buildBundle } from '../../../ledger-sync/evidence/bundle.js';
import {
  bundleJsonSchema,
  checkBundle,
  type EvidenceBundle,
  parseBundle,
} from '../../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { type VerifyOptions, verifyBundle } from '../../../ledger-sync/evidence/verify.js';
import type { LedgerAnswer } from '../../../ledger-sync/evidence/verify-ledger.js';
import {
  batchHead,
  checkpointAt,
  firstHeader,
  headerAt,
  ledger,
  log,
  START_MS,
  sampleBundle,
  sampleLog,
  sampleRecord,
  secondHeader,
  signer,
} from './sample-log.js';

const gateway = `0x${toHex(signer.address)}`;
const verified = (bundle: EvidenceBundle, options: VerifyOptions = {}) =>
  verifyBundle(parseBundle(JSON.stringify(bundle)), options);
const outcomes = (bundle: EvidenceBundle, options: VerifyOptions = {}) =>
  Object.fromEntries(verified(bundle, options).checks.map(({ name, outcome }) => [name, outcome]));

describe('a bundle of a truthful gateway', () => {
  test('is proven against the ledger that holds its header', () => {
    const result = verified(sampleBundle(24, 40), {
      ledger,
      expectedGateway: gateway.toUpperCase().replace('0X', '0x'),
    });
    expect(result.checks.filter(({ outcome }) => outcome !== 'proven')).toEqual([]);
    expect(result).toMatchObject({
      verdict: 'proven',
      gateway,
      records: 16,
      firstSequence: 24,
      lastSequence: 39,
      firstObservedAtMs: START_MS + 24_000,
      lastObservedAtMs: START_MS + 39_000,
      temperatureMinMilliC: 2625,
      temperatureMaxMilliC: 2975,
    });
  });

  test('every range under every head is proven, whichever header covers it', () => {
    fc.assert(
      fc.property(fc.nat(39), fc.nat(39), fc.boolean(), (one, two, isBatch) => {
        const [begin, end] = [Math.min(one, two), Math.max(one, two) + 1];
        const size = Math.max(end, 33);
        const head = isBatch
          ? batchHead()
          : ({ kind: 'checkpoint', checkpoint: checkpointAt(log, size) } as const);
        const result = verified(sampleBundle(begin, end, { head }), { ledger });
        expect(result.verdict).toBe(isBatch ? 'proven' : 'signed-only');
      }),
    );
  });

  test('is only signed when no ledger was asked, and says how to ask', () => {
    const result = verified(sampleBundle(24, 40));
    expect(result.verdict).toBe('signed-only');
    expect(result.checks.find(({ name }) => name === 'ledger')?.text).toContain('--rpc URL');
    expect(result.checks.find(({ name }) => name === 'gateway')?.outcome).toBe('not-proven');
  });

  test('a first header is linked to the genesis head, and its leg begins at record 0', () => {
    const bundle = sampleBundle(0, 4, { head: batchHead(firstHeader) });
    expect(outcomes(bundle)).toMatchObject({ chain: 'proven', summary: 'proven', tree: 'proven' });
  });

  test('records before the leg of the header are not held against its minimum and maximum', () => {
    expect(outcomes(sampleBundle(1, 3))).toMatchObject({ summary: 'not-proven', tree: 'proven' });
    expect(outcomes(sampleBundle(1, 30))).toMatchObject({ summary: 'proven' });
  });

  test('what is left out is said: documents, names, the header before', () => {
    const head = { ...batchHead(), previous: undefined };
    const bundle = sampleBundle(24, 40, { details: [], names: [], head });
    expect(verified(bundle, { ledger }).verdict).toBe('proven');
    expect(outcomes(bundle)).toMatchObject({
      details: 'not-proven',
      names: 'not-proven',
      chain: 'not-proven',
      summary: 'not-proven',
    });
  });

  test('discloses only the names and documents that its own records refer to', () => {
    const bundle = sampleBundle(1, 3);
    expect(bundle.names.map(({ name }) => name)).toEqual(['box-1', 'box-2']);
    expect(bundle.details).toEqual([]);
  });

  test('temperatures beyond the range of the header are held to its ends', () => {
    const hot = sampleLog(2, (sequence) => ({ ...sampleRecord(1), sequence, value: 900_000 }));
    const header = headerAt(hot, 1, genesisHead(signer.address), 0, 2);
    const meta = { ...header.meta, tFirstMs: START_MS, minCentiC: 32767, maxCentiC: 32767 };
    const bundle = buildBundle({
      leaves: hot.leaves,
      names: [],
      details: [],
      proof: hot,
      head: batchHead({ ...header, meta }),
    });
    expect(outcomes({ ...bundle, checkpoint: undefined })).toMatchObject({ summary: 'proven' });
  });
});

describe('a gateway that signs what is not so', () => {
  const { meta } = secondHeader;
  test.each<[string, Partial<typeof meta>]>([
    ['a maximum below a reading', { maxCentiC: meta.maxCentiC - 1 }],
    ['a minimum above a reading', { minCentiC: meta.minCentiC + 1 }],
    ['a first time after a record', { tFirstMs: meta.tFirstMs + 1 }],
    ['a last time before a record', { tLastMs: meta.tLastMs - 1 }],
    ['no excursion where there is one', { flags: batchFlags.gap }],
  ])('%s is refuted by its own header', (_, change) => {
    const head = batchHead({ ...secondHeader, meta: { ...meta, ...change } });
    expect(outcomes(sampleBundle(24, 40, { head }))).toMatchObject({
      summary: 'failed',
      signature: 'proven',
    });
  });

  test('records that another gateway made are refuted, whoever signed the log', () => {
    const foreign = sampleLog(2, (sequence) => ({
      ...sampleRecord(sequence + 1),
      sequence,
      gateway: new Uint8Array(20),
    }));
    const head = { kind: 'checkpoint', checkpoint: checkpointAt(foreign, 2) } as const;
    const bundle = {
      ...buildBundle({ leaves: foreign.leaves, names: [], details: [], proof: foreign, head }),
      gateway,
    };
    expect(outcomes(bundle)).toMatchObject({ leaves: 'failed', signature: 'proven' });
  });

  const longer = headerAt(log, 1, genesisHead(signer.address), 0, 40);
  test.each<[string, BatchHeader, BatchHeader]>([
    ['a number left out', { ...secondHeader, meta: { ...meta, seq: 3 } }, firstHeader],
    ['a log that became shorter', headerAt(log, 2, headOf(longer), 0, 33), longer],
    ['a header before the first', firstHeader, secondHeader],
    ['another header before', secondHeader, { ...firstHeader, root: secondHeader.root }],
  ])('%s is refuted by the chain', (_, header, previous) => {
    const head = { ...batchHead(header), previous, checkpoint: undefined };
    const bundle = sampleBundle(3, 7, { head });
    expect(outcomes(bundle)).toMatchObject({ chain: 'failed', signature: 'proven', tree: 'proven' });
  });

  test('a second header for one number is refuted by the ledger', () => {
    const head = batchHead({ ...secondHeader, meta: { ...meta, maxCentiC: meta.maxCentiC + 1 } });
    const result = verified(sampleBundle(24, 40, { head }), { ledger });
    expect(result.verdict).toBe('refuted');
    expect(result.checks.find(({ name }) => name === 'ledger')?.text).toContain('another header 2');
  });

  test('two logs of one size are refuted', () => {
    const rewritten = sampleLog(40, (sequence) => ({ ...sampleRecord(sequence), value: 1 }));
    const head = { ...batchHead(), checkpoint: checkpointAt(rewritten, 40) };
    expect(outcomes(sampleBundle(24, 40, { head }))).toMatchObject({ checkpoint: 'failed' });
  });

  test('a record with a sequence other than its place is refuted', () => {
    const shifted = sampleLog(8, (sequence) => sampleRecord(sequence === 5 ? 4 : sequence));
    const head = { kind: 'checkpoint', checkpoint: checkpointAt(shifted, 8) } as const;
    const bundle = buildBundle({ leaves: shifted.leaves, names: [], details: [], proof: shifted, head });
    expect(outcomes(bundle)).toMatchObject({ sequence: 'failed', tree: 'proven' });
  });
});

describe('what the ledger says', () => {
  const bundle = sampleBundle(24, 40);
  const own = toHex(headOf(secondHeader));
  test.each<[string, Partial<LedgerAnswer>, string, string]>([
    ['it holds the header', {}, 'proven', 'proven'],
    [
      'it is at a later header and the receipt shows this one',
      { headSeq: 9, head: 'ab'.repeat(28) },
      'proven',
      'proven',
    ],
    [
      'it is at a later header and no receipt was read',
      { headSeq: 9, head: own, anchoredHeads: [] },
      'not-proven',
      'signed-only',
    ],
    [
      'it has not taken it yet',
      { headSeq: 1, head: 'ab'.repeat(28), anchoredHeads: [] },
      'not-proven',
      'signed-only',
    ],
    ['it holds another header of that number', { head: 'ab'.repeat(28) }, 'failed', 'refuted'],
    [
      'it revoked the gateway, from an earlier header on',
      { stop: { status: 'revoked', lastValidSeq: 1 } },
      'failed',
      'refuted',
    ],
    [
      'it revoked the gateway, and believes it up to this header',
      { stop: { status: 'revoked', lastValidSeq: 2 } },
      'proven',
      'proven',
    ],
    [
      'a state proof shows that it stopped the gateway, not up to where it is believed',
      { headSeq: 4_294_967_295, head: own, stop: { status: undefined, lastValidSeq: undefined } },
      'not-proven',
      'signed-only',
    ],
    ['it does not know the gateway', { registered: false }, 'failed', 'refuted'],
    ['it is another chain', { chainId: 1 }, 'not-proven', 'signed-only'],
    ['it is another contract', { contract: `0x${'dd'.repeat(20)}` }, 'not-proven', 'signed-only'],
  ])('%s', (_, change, outcome, verdict) => {
    const result = verified(bundle, { ledger: { ...ledger, ...change } });
    expect(result.checks.find(({ name }) => name === 'ledger')?.outcome).toBe(outcome);
    expect(result.verdict).toBe(verdict);
  });

  test('an unregistered gateway refutes nothing if the bundle claims no anchor', () => {
    const head = { ...batchHead(), anchor: undefined, registration: undefined };
    const result = verified(sampleBundle(24, 40, { head }), { ledger: { ...ledger, registered: false } });
    expect(result.verdict).toBe('signed-only');
  });

  test('a checkpoint is held by no ledger', () => {
    const head = { kind: 'checkpoint', checkpoint: checkpointAt(log, 40) } as const;
    expect(verified(sampleBundle(24, 40, { head }), { ledger }).verdict).toBe('signed-only');
  });

  test('another gateway than the expected one is refuted', () => {
    expect(verified(bundle, { ledger, expectedGateway: `0x${'00'.repeat(20)}` }).verdict).toBe('refuted');
  });
});

describe('parseBundle', () => {
  const text = JSON.stringify(sampleBundle(24, 26));
  const refusal = (json: string) => {
    try {
      parseBundle(json);
      return undefined;
    } catch (error) {
      if (error instanceof EvidenceError) return error;
      throw error;
    }
  };

  test('names the place of what it refuses, without control characters', () => {
    const bad = text.replace('"quality":"good"', '"quality":"good","\\u001b[2J":1');
    expect(refusal(bad)?.message).toMatch(/records\[0\]\.readable/);
    expect(refusal(bad)?.message).not.toMatch(/\p{C}/u);
  });

  test.each<[string, string]>([
    ['text that is no JSON', '{'],
    ['a list', '[]'],
    ['a deep nest', `{"format":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    [
      'a deep document',
      text.replace('"details":[', `"details":[{"a":${'['.repeat(5000)}${']'.repeat(5000)}},`),
    ],
    ['a document with a fraction', text.replace('"details":[', '"details":[{"a":0.5},')],
    ['a document that is a list', text.replace('"details":[', '"details":[[],')],
    ['a __proto__ key', text.replace('{"format"', '{"__proto__":{},"format"')],
    ['no records', JSON.stringify({ ...sampleBundle(24, 26), records: [] })],
    ['version 2', text.replace('"version":1', '"version":2')],
    [
      'capitals in hex',
      text.replace('"chainId"', '"chainId"').replace(gateway, gateway.toUpperCase().replace('0X', '0x')),
    ],
    ['a size beyond 48 bits', text.replace('"size":40', '"size":281474976710656')],
    [
      'a checkpoint head with an anchor',
      JSON.stringify({
        ...sampleBundle(24, 26),
        head: { kind: 'checkpoint', ...sampleBundle(24, 26).checkpoint },
      }),
    ],
  ])('refuses %s', (_, json) => {
    expect(refusal(json)?.code).toBe('BUNDLE_MALFORMED');
  });

  test('no text at all makes it throw anything but EvidenceError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.nat(text.length - 1).map((at) => text.slice(0, at) + text.slice(at + 1)),
        ),
        (json) => {
          refusal(json);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('reads back what was built', () => {
    expect(JSON.stringify(parseBundle(text))).toHaveLength(text.length);
  });
});

test('the JSON Schema is closed everywhere but in documents', () => {
  const schema = JSON.stringify(bundleJsonSchema());
  expect(schema).toContain('coldgate-bundle');
  expect(schema.match(/"properties":/g)?.length).toBe(schema.match(/"additionalProperties":false/g)?.length);
});

test('a bundle of no records, or of records beyond the head, is not built', () => {
  expect(() => sampleBundle(4, 4)).toThrow(EvidenceError);
  const head = { kind: 'checkpoint', checkpoint: checkpointAt(log, 30) } as const;
  expect(() => sampleBundle(24, 40, { head })).toThrow(EvidenceError);
});

test('a bundle with a great many faults is refused at the first one', () => {
  const bundle = sampleBundle(24, 28);
  const many = { ...bundle, names: new Array(5000).fill({ subject: '00', name: 'x' }) };
  const { cause } = refusalOf(many);
  expect(cause).toBeInstanceOf(ZodError);
  expect((cause as ZodError).issues).toHaveLength(1);
  const long = { ...bundle, proof: { ...bundle.proof, left: new Array(5000).fill('00') } };
  expect(refusalOf(long)).toMatchObject({
    code: 'BUNDLE_MALFORMED',
    message: 'bundle at proof.left: too long',
  });
});

function refusalOf(value: unknown): EvidenceError {
  try {
    checkBundle(value);
  } catch (error) {
    if (error instanceof EvidenceError) return error;
    throw error;
  }
  throw new Error('not refused');
}
