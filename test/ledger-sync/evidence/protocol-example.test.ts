// The worked example of PROTOCOL.md is made here and compared with the page, so that it cannot grow old.
// UPDATE_PROTOCOL=1 writes it anew.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  batchDigest,
  batchStructHash,
  batchType,
  encodeBatchWire,
  genesisHead,
  headOf,
  packMeta,
  signBatch,
} from '../../../ledger-sync/evidence/batch.js';
import { buildBundle } from '../../../ledger-sync/evidence/bundle.js';
import { parseBundle } from '../../../ledger-sync/evidence/bundle-schema.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { checkpointDigest, checkpointType } from '../../../ledger-sync/evidence/checkpoint.js';
import { canonicalJson, detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { compactRangeAt } from '../../../ledger-sync/evidence/node-reader.js';
import { decodeRecord, subjectOf } from '../../../ledger-sync/evidence/record.js';
import { verifyBundle } from '../../../ledger-sync/evidence/verify.js';
import { checkpointAt, documents, domain, headerAt, names, sampleLog, signer } from './sample-log.js';

const page = join(import.meta.dirname, '../../../ledger-sync/PROTOCOL.md');
const BEGIN = '<!-- example:begin -->';
const END = '<!-- example:end -->';
const log = sampleLog(5);
const plain = headerAt(log, 1, genesisHead(signer.address), 0, 5);
const header = { ...plain, meta: { ...plain.meta, flags: 0 } };
const batch = signBatch(signer, domain, header);
const checkpoint = checkpointAt(log, 5);
const bundle = buildBundle({
  leaves: log.leaves.slice(1, 3),
  names,
  details: documents,
  proof: log,
  head: { kind: 'batch', domain, batch },
});

const rows = (values: Record<string, Uint8Array | string>) =>
  Object.entries(values).map(
    ([name, value]) => `    ${name.padEnd(20)} ${typeof value === 'string' ? value : toHex(value)}`,
  );

function recordLines(): string[] {
  const leaf = log.leaves[1] ?? new Uint8Array(0);
  const record = decodeRecord(leaf);
  const fields = Object.entries(record).map(([name, value]): [string, string] => [
    name,
    value instanceof Uint8Array ? `"${toHex(value)}"` : String(value),
  ]);
  return [
    'Record 1 of a log of five, a temperature of 2.025 degC:',
    '',
    ...rows(Object.fromEntries(fields)),
    ...rows({ leaf, 'leaf hash': leafHash(leaf) }),
    '',
    'Subject, salted subject and detail document (of record 0):',
    '',
    ...rows({
      'box-2': subjectOf('box-2'),
      'SHIP-2026-0042': `${toHex(subjectOf('SHIP-2026-0042', names[4]?.salt))} (salt ${toHex(names[4]?.salt ?? leaf)})`,
      'JCS text': canonicalJson(documents[0]),
      detail: detailHash(documents[0]),
    }),
  ];
}

function headLines(): string[] {
  const leaves = log.leaves.map((leaf, index): [string, Uint8Array] => [
    `leaf hash ${index}`,
    leafHash(leaf),
  ]);
  const [left, right] = compactRangeAt(5, log).hashes;
  return [
    'The log of five:',
    '',
    ...rows(Object.fromEntries(leaves)),
    ...rows({
      'compact range': `${toHex(left ?? header.root)},`,
      '': right ?? header.root,
      root: header.root,
    }),
    '',
    `Its checkpoint, \`${checkpointType}\`, with timeMs ${checkpoint.timeMs}:`,
    '',
    ...rows({ digest: checkpointDigest(checkpoint), signature: checkpoint.signature }),
    '',
    `Its batch header, \`${batchType}\`, chainId ${domain.chainId}, contract 0x${toHex(domain.verifyingContract)}:`,
    '',
    ...rows({
      gateway: header.gateway,
      'prev (genesis)': header.prev,
      root: header.root,
      meta: packMeta(header.meta),
      'struct hash': batchStructHash(header),
      digest: batchDigest(domain, header),
      head: headOf(header),
      signature: batch.signature,
      wire: encodeBatchWire(batch),
    }),
  ];
}

test('the worked example of PROTOCOL.md is what this code makes', () => {
  const json = JSON.stringify(bundle, null, 2);
  const lines = [
    ...recordLines(),
    '',
    ...headLines(),
    '',
    'A bundle of records 1 and 2 under that header:',
    '',
    '```json',
    json,
    '```',
  ];
  const example = `${BEGIN}\n${lines.join('\n')}\n${END}`;
  const text = readFileSync(page, 'utf8');
  const shown = text.slice(text.indexOf(BEGIN), text.indexOf(END) + END.length);
  if (process.env.UPDATE_PROTOCOL === '1')
    writeFileSync(
      page,
      text.replace(shown, () => example),
    );
  else expect(shown).toBe(example);
});

test('the bundle on the page verifies', () => {
  const [, json = ''] = /```json\n([\s\S]*?)\n```/.exec(readFileSync(page, 'utf8')) ?? [];
  const { verdict, checks } = verifyBundle(parseBundle(json));
  expect(verdict).toBe('signed-only');
  expect(checks.filter(({ outcome }) => outcome === 'not-proven').map(({ name }) => name)).toEqual([
    'gateway',
    'ledger',
  ]);
});
