// The protocol is what its document says, not what this code does: a verifier in another language, written from
// PROTOCOL.md, must come to the same verdict on true and on tampered bundles.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { headOf } from '../../../ledger-sync/evidence/batch.js';
import type { EvidenceBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { batchHead, checkpointAt, firstHeader, log, sampleBundle, secondHeader } from './sample-log.js';
import { tamperings } from './tampering.js';

const script = join(import.meta.dirname, 'verify_bundle.py');
const lineSchema = z.object({
  file: z.string(),
  verdict: z.enum(['proven', 'signed-only', 'refuted']),
  problem: z.string().nullable(),
});
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython && process.env.COLDGATE_REQUIRE_PEERS !== '1')
  console.warn('skipped: python3 is not installed');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-bundles-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Verdicts of the Python verifier, in order, one process for all. */
function secondOpinion(bundles: readonly string[], ledger?: string): z.infer<typeof lineSchema>[] {
  const files = bundles.map((json, at) => {
    const path = join(folder, `${at}.json`);
    writeFileSync(path, json);
    return path;
  });
  const { stdout, stderr } = spawnSync(
    'python3',
    [script, ...(ledger ? ['--ledger', ledger] : []), ...files],
    {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
}

const bundles: [string, EvidenceBundle][] = [
  ['one record under a header', sampleBundle(29, 30)],
  ['a run under a header', sampleBundle(20, 40)],
  ['the whole log', sampleBundle(0, 40)],
  ['the first header', sampleBundle(3, 17, { head: batchHead(firstHeader) })],
  [
    'records under a checkpoint',
    sampleBundle(5, 36, { head: { kind: 'checkpoint', checkpoint: checkpointAt(log, 37) } }),
  ],
];

describe.skipIf(!hasPython && process.env.COLDGATE_REQUIRE_PEERS !== '1')('a verifier in Python', () => {
  test('needs nothing but the standard library', () => {
    expect(execFileSync('python3', ['-I', '-S', script], { encoding: 'utf8' })).toBe('');
  });

  test.each(bundles)('finds %s signed', (_, bundle) => {
    expect(secondOpinion([JSON.stringify(bundle)])).toMatchObject([
      { verdict: 'signed-only', problem: null },
    ]);
  });

  test('finds a header proven that the ledger holds, and refuted that it does not hold', () => {
    const json = JSON.stringify(sampleBundle(24, 40));
    const head = toHex(headOf(secondHeader));
    expect(secondOpinion([json], `2:${head}`)).toMatchObject([{ verdict: 'proven' }]);
    expect(secondOpinion([json], `2:${toHex(headOf(firstHeader))}`)).toMatchObject([{ verdict: 'refuted' }]);
  });

  test('finds the worked example of the protocol signed', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../ledger-sync/PROTOCOL.md'), 'utf8');
    const [, json = ''] = /```json\n([\s\S]*?)\n```/.exec(page) ?? [];
    expect(secondOpinion([json])).toMatchObject([{ verdict: 'signed-only', problem: null }]);
  });

  test('refutes each change of what the gateway signed', () => {
    const bundle = sampleBundle(29, 30);
    // Claims that only a ledger can settle, and parts that may be left out.
    const unsettled =
      /^(checkpoint|registration|anchor|head\.previous|details\.\d+) is taken|^(names|details)\.\d+ is (swapped|taken)|^registration\.|^anchor\.(transactionHash|block)/;
    const changes = [...tamperings(bundle)].filter(({ title }) => !unsettled.test(title));
    const verdicts = secondOpinion(changes.map(({ json }) => json));
    const unnoticed = changes.filter((_, at) => verdicts[at]?.verdict !== 'refuted');
    expect(changes.length).toBeGreaterThan(120);
    expect(unnoticed.map(({ title }) => title)).toEqual([]);
  }, 120_000);
});
