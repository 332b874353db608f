// Journals as earlier programs left them, one of each layout, each written by the program of its time: 43 records of one sensor
// with an excursion. This program brings each to its own layout and goes on with it, and no leaf is another one afterwards.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { capturedIo } from '../cli/captured-io.js';
import { tempFolder } from '../temp-folder.js';

const folder = fileURLToPath(new URL('../../vectors/journals', import.meta.url));
const journals = readdirSync(folder).sort();
const RECORDS = 43;

interface Leaf {
  readonly sequence: number;
  readonly leaf: Buffer;
}

function leavesHash(database: Database.Database): string {
  const hash = createHash('sha256');
  for (const { sequence, leaf } of database
    .prepare<[], Leaf>('SELECT sequence, leaf FROM records ORDER BY sequence')
    .all())
    hash.update(`${sequence}:`).update(leaf);
  return hash.digest('hex');
}

function unpacked(name: string) {
  const home = tempFolder();
  mkdirSync(join(home, 'data'));
  const path = join(home, 'data', 'journal.db');
  writeFileSync(path, gunzipSync(readFileSync(join(folder, name))));
  const config = join(home, 'coldgate.yaml');
  writeFileSync(config, 'gateway: { name: truck-17, dataDir: ./data }\n');
  return { path, config };
}

function newestLayout(): number {
  const database = openDatabase(join(tempFolder(), 'journal.db'), { access: 'owner' });
  const newest = Number(database.pragma('user_version', { simple: true }));
  database.close();
  return newest;
}

it('there is a journal of each layout from the first on', () => {
  expect(journals.length).toBeGreaterThan(0);
  expect(journals).toEqual(journals.map((_, index) => `layout-${index + 1}.db.gz`));
});

describe.each(journals)('%s', (name) => {
  it('comes to the newest layout with the same leaves, and every record is proven', async () => {
    const { path, config } = unpacked(name);
    const before = new Database(path, { readonly: true });
    const layout = Number(before.pragma('user_version', { simple: true }));
    expect(name).toBe(`layout-${layout}.db.gz`);
    const leaves = leavesHash(before);
    before.close();

    const database = openDatabase(path, { access: 'owner' });
    expect(Number(database.pragma('user_version', { simple: true }))).toBe(newestLayout());
    expect(leavesHash(database)).toBe(leaves);
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    const io = capturedIo();
    const code = await runProgram(['audit', '-c', config, '--json'], io);
    database.close();
    expect(code, io.errLines.join('\n')).toBe(0);
    expect(io.outLines.join('\n')).toContain(`${RECORDS}`);
  });

  it('waits as it is for a peer, which may not change it', () => {
    const { path } = unpacked(name);
    expect(() => openDatabase(path, { access: 'peer' })).toThrow(/layout/);
    const after = new Database(path, { readonly: true });
    expect(name).toBe(`layout-${after.pragma('user_version', { simple: true })}.db.gz`);
    after.close();
  });
});
