// A journal that a card has damaged, opened with nobody there: the log goes on in the same tree, all that can be proven is in
// it at its own place, the rest is told by a signed record, and the file is kept as it was found.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DamagedFolder } from '../../../gateway/recovery/damaged-folder.js';
import { noteRotten } from '../../../gateway/recovery/suspect-note.js';
import { MARK_RECORDS } from '../../../gateway/sealing/key-mark.js';
import { batchFlags, genesisHead, unpackMeta } from '../../../ledger-sync/evidence/batch.js';
import { compactRangeAt } from '../../../ledger-sync/evidence/node-reader.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { deviceKey } from '../test-log.js';
import { DamagedLog, PAGE_BYTES } from './damaged-log.js';

const RECORDS = 2500;

function written(records = RECORDS): DamagedLog {
  const damaged = new DamagedLog().open().fill(records);
  damaged.log.follow();
  damaged.checkpoint();
  return damaged;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function flip(bytes: Buffer, at: number): void {
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
}

/** What was set aside, with what was changed to read it put back. */
function asFound(folder: string): string {
  const [name = ''] = readdirSync(join(folder, 'damaged'));
  const path = join(folder, 'damaged', name, 'journal.db');
  const file = readFileSync(path);
  for (const kept of readdirSync(dirname(path))) {
    const [, number] = /\.page-(\d+)$/.exec(kept) ?? [];
    if (number) readFileSync(join(dirname(path), kept)).copy(file, (Number(number) - 1) * PAGE_BYTES);
  }
  return sha256(file);
}

/** Opens it, and holds what is there against what was sealed. @returns the sequences that are there */
function expectRecovered(damaged: DamagedLog) {
  const size = damaged.leaves.length;
  const found = sha256(readFileSync(damaged.journalPath));
  damaged.open();
  expect(damaged.said).toHaveLength(1);
  expect(damaged.said[0]).toMatch(/^JOURNAL_DAMAGED .*damaged\/\d{8}T\d{6}Z/);
  expect(asFound(damaged.folder)).toBe(found);
  expect(damaged.log.writer.size).toBeGreaterThanOrEqual(size);
  const report = damaged.tell();
  expect(report).toBeDefined();
  damaged.seal(300);
  const { end, shown, broken, gone } = damaged.walk();
  expect(broken).toEqual([]);
  expect(end.stoppedAt).toBeUndefined();
  const journal = damaged.reader();
  const there = damaged.leaves.flatMap((leaf, sequence) => {
    const stored = journal.log.leaf(sequence);
    if (sequence < size && stored) expect(hex(stored)).toBe(hex(leaf));
    return sequence < size && stored ? [sequence] : [];
  });
  // What was lost is told to the place, and nothing else is missing.
  const isTold = (sequence: number) =>
    gone.some(({ first, beyond }) => first <= sequence && sequence < beyond);
  for (let sequence = 0; sequence < size; sequence++) {
    if (!journal.log.leaf(sequence)) expect(isTold(sequence)).toBe(true);
  }
  expect(shown.filter((sequence) => sequence < size)).toEqual(there);
  // What may have been signed behind the last checkpoint that is known has sequences that nobody gets again.
  expect(report?.firstSequence).toBeGreaterThanOrEqual(size + MARK_RECORDS);
  expect(report?.recovered).toBe(there.length);
  expect(report?.lost).toBe(size - there.length);
  // No leaf stands where another one was signed: the roots that were signed before still follow from this tree.
  const { mark } = damaged;
  if (report && mark) {
    const root = (at: number) => hex(compactRangeAt(at, journal.log).root());
    expect(root(report.lastSize)).toBe(report.lastRoot);
  }
  damaged.end();
  damaged.open();
  expect(damaged.said).toHaveLength(1);
  expect(damaged.tell()).toBeUndefined();
  return { there, report, journal };
}

const wholeDamages: readonly (readonly [what: string, spoil: (damaged: DamagedLog) => void])[] = [
  ['the first 16 bytes are overwritten', (log) => log.spoil((file) => file.fill(0x5a, 0, 16))],
  ['the first page is zeroes', (log) => log.spoil((file) => file.fill(0, 0, PAGE_BYTES))],
  [
    'the list of tables is gone',
    (log) => {
      const pages = log.pagesOf('sqlite_schema');
      expect(pages.length).toBeGreaterThan(1);
      log.spoil((file) => {
        for (const page of pages) file.fill(0x5a, (page - 1) * PAGE_BYTES, page * PAGE_BYTES);
      });
    },
  ],
  [
    'one bit of a record has flipped',
    (log) => log.spoil((file) => flip(file, log.offsetOf(RECORDS - 3) + 50)),
  ],
];

test.each(wholeDamages)('everything is recovered where %s', (_what, spoil) => {
  const damaged = written();
  spoil(damaged);
  const { there, report, journal } = expectRecovered(damaged);
  expect(there).toHaveLength(RECORDS);
  expect(report).toMatchObject({ source: 'mark', lost: 0, incomplete: [], lastSize: RECORDS });
  expect(journal.judgeState('account/p0')).toBe('{"name":"Ada"}');
  expect(journal.cursor('mqtt:fleet')).toBeGreaterThan(0);
  expect(journal.shipment('SHIP-1')).toMatchObject({ first_sequence: 4 });
  expect(journal.log.detail(4)).toContain('"at":4');
});

test('bits that flipped in many records are found again, each by the hash above it', () => {
  const damaged = written();
  damaged.spoil((file) => {
    // Under full tiles, and two in one of them.
    for (const sequence of [7, 300, 301, 1700]) flip(file, damaged.offsetOf(sequence) + 40);
  });
  // Met by a publisher: SQLite sees nothing wrong.
  noteRotten(damaged.journalPath);
  const { there, report } = expectRecovered(damaged);
  expect(there).toHaveLength(RECORDS);
  expect(report).toMatchObject({ mended: 4, lost: 0 });
});

test('pages that cannot be read cost the records in them, and no others are taken for true', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 12 }), fc.nat(), (pages, seed) => {
      const damaged = written(1200);
      damaged.spoil((file) => {
        for (const page of pages) {
          const at = (page % Math.floor(file.length / PAGE_BYTES)) * PAGE_BYTES;
          file.fill(seed % 256, at, at + PAGE_BYTES);
        }
      });
      // SQLite may not have met any of them yet.
      noteRotten(damaged.journalPath);
      const { report } = expectRecovered(damaged);
      expect(report?.lastSize).toBe(1200);
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

const totalLosses: readonly (readonly [what: string, spoil: (damaged: DamagedLog) => void])[] = [
  ['nothing but noise is left', (log) => log.spoil((file) => file.fill(createHash('sha512').digest()))],
  ['the file was emptied', (log) => log.cutShort(0)],
];

test.each(totalLosses)('the log goes on from the mark alone where %s', (_what, spoil) => {
  const damaged = written();
  spoil(damaged);
  const { there, report } = expectRecovered(damaged);
  expect(there).toEqual([]);
  expect(report).toMatchObject({ source: 'mark', lastSize: RECORDS, lost: RECORDS });
  expect(report?.incomplete).not.toEqual([]);
});

test('a file that was cut in half gives its first half', () => {
  const damaged = written();
  damaged.cutShort(Math.floor(readFileSync(damaged.journalPath).length / 2 / PAGE_BYTES) * PAGE_BYTES);
  const { there } = expectRecovered(damaged);
  expect(there.length).toBeGreaterThan(RECORDS / 4);
});

test('one tree goes on over four total losses and past the edges of tiles of every level', () => {
  const damaged = written(700);
  const roots: [size: number, root: string][] = [];
  for (let round = 0; round < 5; round++) {
    damaged.open();
    damaged.tell();
    damaged.seal(300);
    roots.push([damaged.log.writer.size, hex(damaged.log.writer.root())]);
    damaged.end();
    damaged.checkpoint();
    damaged.spoil((file) => file.fill(0xa5));
  }
  damaged.open();
  damaged.tell();
  expect(damaged.log.writer.size).toBeGreaterThan(65_536);
  const { log } = damaged.reader();
  const [size, root] = roots.at(-1)!;
  expect(hex(compactRangeAt(size, log).root())).toBe(root);
  expect(damaged.walk()).toMatchObject({ broken: [], end: { stoppedAt: undefined } });
});

/** SQLite file format, section 4.1. */
const [WAL_HEADER_BYTES, FRAME_HEADER_BYTES] = [32, 24];
/** Of the frame that holds a place. */
const frameOf = (at: number) => at - ((at - WAL_HEADER_BYTES) % (FRAME_HEADER_BYTES + PAGE_BYTES));

test.each<[string, (at: number) => number]>([
  ['a record', (at) => at],
  ['the number of a page', (at) => frameOf(at) + 3],
  ['the first salt of a frame', (at) => frameOf(at) + 8],
  ['the second salt of a frame', (at) => frameOf(at) + 15],
  ['the sum of a frame', (at) => frameOf(at) + 20],
  ['the mark at its beginning', () => 1],
  ['the order of bytes', () => 3],
  ['the version of the whole', () => 6],
  ['the size of a page', () => 10],
  ['how often it began anew', () => 15],
  ['the salt of the whole', () => 19],
  ['the sum of the whole', () => 27],
])('a bit that flips in the write-ahead log, in %s, takes no commit back', (_what, placeOf) => {
  const damaged = new DamagedLog().open().fill(300);
  damaged.log.follow();
  damaged.seal(20);
  damaged.seal(20);
  damaged.seal(20);
  const { journalPath } = damaged;
  const [file, wal] = [readFileSync(journalPath), readFileSync(`${journalPath}-wal`)];
  const at = wal.indexOf(damaged.leaves[150]!) + 50;
  expect(at).toBeGreaterThan(50);
  flip(wal, placeOf(at));
  damaged.close();
  writeFileSync(journalPath, file);
  writeFileSync(`${journalPath}-wal`, wal);
  const { report } = expectRecovered(damaged);
  expect(report).toMatchObject({ lastSize: 360, lost: 0 });
});

test('after a power cut that tore the last commit the log is no damaged one', () => {
  const damaged = new DamagedLog().open().fill(300);
  damaged.log.follow();
  const { journalPath } = damaged;
  const sealed = damaged.leaves.length;
  const before = readFileSync(`${journalPath}-wal`).length;
  const confirmed = statSync(`${journalPath}-confirmed`).size;
  damaged.seal(50);
  const [file, wal] = [readFileSync(journalPath), readFileSync(`${journalPath}-wal`)];
  damaged.close();
  writeFileSync(journalPath, file);
  // The frame that ends the commit reached the disk, one before it did not.
  wal.fill(0, before + FRAME_HEADER_BYTES, before + FRAME_HEADER_BYTES + PAGE_BYTES);
  writeFileSync(`${journalPath}-wal`, wal);
  // A commit that was torn was never confirmed.
  truncateSync(`${journalPath}-confirmed`, confirmed);
  damaged.open();
  expect(damaged.said).toEqual([]);
  expect(damaged.log.writer.size).toBe(sealed);
});

test('a recovery that the power cut off at any step is ended by the next start', () => {
  for (const cut of ['nothing is moved', 'half is moved', 'all is moved', 'half is made', 'it is made']) {
    const damaged = written(600);
    damaged.spoil((file) => file.fill(0x5a, 0, 16));
    noteRotten(damaged.journalPath);
    const { journalPath } = damaged;
    const cause = { code: 'JOURNAL_DAMAGED', message: 'a test', atMs: 1_800_000_000_000 };
    const folder = DamagedFolder.begin(damaged.folder, cause);
    if (cut === 'half is moved') renameSync(`${journalPath}-suspect`, `${folder.journalPath}-suspect`);
    const moved = cut === 'nothing is moved' || cut === 'half is moved' ? folder : folder.take(journalPath);
    if (cut === 'half is made') writeFileSync(`${journalPath}-new`, 'half of it');
    if (cut === 'it is made') {
      damaged.open().close();
      moved.with({ state: moved.note.state });
      damaged.said.length = 0;
    }
    damaged.open();
    expect(damaged.said, cut).toHaveLength(1);
    expect(damaged.tell(), cut).toMatchObject({ recovered: 600, lost: 0 });
    expect(damaged.walk(), cut).toMatchObject({ broken: [], end: { stoppedAt: undefined } });
    expect(readdirSync(join(damaged.folder, 'damaged')), cut).toHaveLength(1);
    damaged.close();
    damaged.open();
    expect(damaged.said, cut).toHaveLength(1);
  }
});

test('the chain of headers on a ledger goes on behind a total loss, and no header says that the lost records were cold', () => {
  const damaged = new DamagedLog().open().fill(500);
  const contract = new Uint8Array(20).fill(9);
  const order = { chainId: 31337, contract, flags: 0 };
  const cut = (seq: number, prev: Uint8Array) =>
    damaged.log.writer.seal(requestOf([], { batch: { ...order, seq, prev } }));
  cut(1, genesisHead(new SoftwareSigner(deviceKey).address));
  damaged.log.followSoon(true);
  damaged.seal(30);
  damaged.log.follow();
  damaged.checkpoint();
  damaged.spoil((file) => file.fill(0xa5));
  damaged.open();
  damaged.tell();
  const first = damaged.reader().latestBatch(31337, contract);
  expect(first).toMatchObject({ seq: 1, size: 500 });
  damaged.seal(5);
  cut(2, first?.head ?? contract);
  const journal = damaged.reader();
  const second = journal.latestBatch(31337, contract);
  expect(second).toMatchObject({ seq: 2, prev: first?.head, size: damaged.log.writer.size });
  const { minCentiC, maxCentiC, flags } = unpackMeta(second?.meta ?? contract);
  expect(flags & batchFlags.gap).toBe(batchFlags.gap);
  // The 30 readings since the first header: 0.500 to 0.529 degC, which the mark remembers.
  expect([minCentiC, maxCentiC]).toEqual([50, expect.any(Number)]);
  expect(maxCentiC).toBeGreaterThanOrEqual(53);
});
