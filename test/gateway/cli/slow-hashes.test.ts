// Slow hashes are worked out once: what the file has is used as it is, and what is of another key or cost is not.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slowHashes } from '../../../gateway/cli/slow-hashes.js';
import { toBase64url } from '../../../ledger-sync/evidence/bytes.js';
import { slowHashOf } from '../../../ledger-sync/serials/pack-list.js';
import { tempFolder } from '../temp-folder.js';

const publisher = `0x${'ab'.repeat(20)}`;
const pack = (serial: string) => ({ gtin: '09521234543213', serial, lot: 'LOT7', expiry: '2029-12-31' });
const packs = ['1001', '1002'].map(pack);

test('what was kept is used, and what is new is added', async () => {
  const path = join(tempFolder(), 'lot7.slow');
  const how = { publisher, iterations: 10, path };
  const first = await slowHashes(packs, how);
  expect(first).toEqual(await Promise.all(packs.map((one) => slowHashOf(one, publisher, 10))));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  // Another value in the file comes back: nothing was worked out again.
  const mark = new Uint8Array(32).fill(1);
  writeFileSync(path, readFileSync(path, 'utf8').replace(toBase64url(first[0] ?? mark), toBase64url(mark)));
  const [again, second, third] = await slowHashes([...packs, pack('1003')], how);
  expect([again, second]).toEqual([mark, first[1]]);
  expect(third).toEqual(await slowHashOf(pack('1003'), publisher, 10));
  expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')).hashes)).toHaveLength(3);
});

test.each([
  ['another key', { publisher: `0x${'cd'.repeat(20)}`, iterations: 10 }],
  ['another cost', { publisher, iterations: 11 }],
])('what is of %s is not used', async (_what, other) => {
  const path = join(tempFolder(), 'lot7.slow');
  await slowHashes(packs, { publisher, iterations: 10, path });
  const [hash] = await slowHashes(packs, { ...other, path });
  expect(hash).toEqual(await slowHashOf(pack('1001'), other.publisher, other.iterations));
});

test('a file that is none is refused, and without a file nothing is kept', async () => {
  const path = join(tempFolder(), 'lot7.slow');
  writeFileSync(path, '{}');
  const refused = slowHashes(packs, { publisher, iterations: 10, path });
  await expect(refused).rejects.toMatchObject({ code: 'SERIALS_FILE_INVALID' });
  expect(await slowHashes(packs, { publisher, iterations: 10, path: undefined })).toHaveLength(2);
});
