// Copied, restored, lost and emptied journals beside a key that remembers more. The writer thread comes from
// the build.

import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markPathOf, readMark, refuseOutgrown, writeMark } from '../../../gateway/sealing/key-mark.js';
import { readings, requestOf } from '../drafts.js';
import { hex } from '../hex.js';
import { WriterBench } from '../running-writer.js';
import { tempFolder } from '../temp-folder.js';
import { openTestLog } from '../test-log.js';
import { rejectionOf, thrownBy } from '../thrown.js';

describe('the mark beside the key', () => {
  const mark = { generation: 3, size: 7, root: new Uint8Array(32).fill(5) };

  it('is read back as it was written, and nothing else is left', () => {
    const path = markPathOf(join(tempFolder(), 'device-key.json'));
    expect(readMark(path)).toBeUndefined();
    writeMark(path, mark);
    writeMark(path, { ...mark, size: 8 });
    expect(readMark(path)).toMatchObject({ generation: 3, size: 8 });
    expect(hex(readMark(path)?.root)).toBe(hex(mark.root));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(['device-key.json.mark']);
  });

  const damages: readonly (readonly [what: string, text: (whole: string) => string])[] = [
    ['empty', () => ''],
    ['cut short', (whole) => whole.slice(0, -5)],
    ['of another version', (whole) => whole.replace('"version":2', '"version":3')],
    ['of a negative size', (whole) => whole.replace('"size":7', '"size":-7')],
    ['of a short root', (whole) => whole.replace('0505"', '05"')],
  ];
  it.each(damages)('is refused when it is %s', (_what, damage) => {
    const path = markPathOf(join(tempFolder(), 'device-key.json'));
    writeMark(path, mark);
    const text = damage(readFileSync(path, 'utf8'));
    writeFileSync(path, text);
    const fault = thrownBy(() => readMark(path));
    expect(fault.code).toBe('JOURNAL_OUTGROWN');
    expect(fault.message).toContain(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that cannot be written is a fault of the disk', () => {
    expect(thrownBy(() => writeMark('/proc/coldgate/device-key.json.mark', mark)).name).toBe('JournalError');
  });

  it('accepts a journal that is ahead, and refuses one that is behind or differs', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(7)));
    const root = log.writer.root();
    log.writer.seal(requestOf(readings(3)));
    const journal = { generation: 4, size: 10, nodes: log.reader, path: log.path };
    refuseOutgrown(undefined, journal);
    refuseOutgrown({ generation: 4, size: 10, root: log.writer.root() }, journal);
    refuseOutgrown({ generation: 3, size: 7, root }, journal);
    const refused = [
      { generation: 5, size: 7, root },
      { generation: 4, size: 11, root },
      { generation: 4, size: 7, root: new Uint8Array(32) },
    ];
    for (const outgrown of refused) {
      expect(thrownBy(() => refuseOutgrown(outgrown, journal)).code).toBe('JOURNAL_OUTGROWN');
    }
  });
});

describe('the writer thread', () => {
  it('seals, and takes up the log after a restart', async () => {
    const bench = new WriterBench();
    expect(await bench.start()).toMatchObject({ size: 0, bootCount: 1 });
    expect(await bench.seal(requestOf(readings(3)))).toMatchObject({ firstSequence: 0, size: 3 });
    await bench.stop();
    expect(await bench.start()).toMatchObject({ size: 3, bootCount: 1 });
    expect(await bench.seal(requestOf(readings(1)))).toMatchObject({ firstSequence: 3, size: 4 });
    await bench.stop();
    bench.bootId = 'boot-2';
    expect(await bench.start()).toMatchObject({ size: 4, bootCount: 2 });
  });

  it('answers a commit that fails with what a person can do, and goes on', async () => {
    const bench = new WriterBench();
    await bench.start();
    const [draft] = readings(1);
    const broken = draft ? [{ ...draft, value: 0.5 }] : [];
    expect(await bench.answerTo(requestOf(broken))).toMatchObject({ kind: 'failed' });
    expect(await bench.seal(requestOf(readings(2)))).toMatchObject({ firstSequence: 0, size: 2 });
  });

  it('refuses an older copy of its journal, and leaves it as it is', async () => {
    const bench = new WriterBench();
    await bench.start();
    await bench.seal(requestOf(readings(3)));
    await bench.stop();
    bench.save(bench.journalPath, 'old');
    await bench.start();
    await bench.seal(requestOf(readings(3)));
    await bench.stop();
    bench.restore(bench.journalPath, 'old');
    const before = readFileSync(bench.journalPath);
    expect((await rejectionOf(bench.start())).code).toBe('JOURNAL_OUTGROWN');
    expect(readFileSync(bench.journalPath).equals(before)).toBe(true);
  });

  it('refuses a copy of the same size in which this key signed something else', async () => {
    const bench = new WriterBench();
    await bench.start();
    await bench.stop();
    const confirmed = `${bench.journalPath}-confirmed`;
    for (const path of [bench.journalPath, bench.markPath, confirmed]) bench.save(path, 'empty');
    await bench.start();
    await bench.seal(requestOf(readings(3, 100)));
    await bench.stop();
    bench.save(bench.markPath, 'first');
    // The same card, imaged before and brought back with its mark, lives on elsewhere.
    for (const path of [bench.journalPath, bench.markPath, confirmed]) bench.restore(path, 'empty');
    await bench.start();
    await bench.seal(requestOf(readings(3, 900)));
    await bench.stop();
    bench.restore(bench.markPath, 'first');
    const fault = await rejectionOf(bench.start());
    expect(fault.code).toBe('JOURNAL_OUTGROWN');
    expect(fault.message).toContain('differ');
  });

  it('begins no fresh log where the journal was lost or emptied', async () => {
    const bench = new WriterBench();
    await bench.start();
    await bench.seal(requestOf(readings(3)));
    await bench.stop();
    rmSync(bench.journalPath);
    expect((await rejectionOf(bench.start())).code).toBe('JOURNAL_OUTGROWN');
    // A card's doing: the log goes on behind what the mark remembers.
    writeFileSync(bench.journalPath, '');
    expect((await bench.start()).size).toBeGreaterThan(3);
    await bench.stop();
    rmSync(bench.journalPath);
    expect((await rejectionOf(bench.start())).code).toBe('JOURNAL_OUTGROWN');
  });

  it('refuses a damaged mark', async () => {
    const bench = new WriterBench();
    await bench.start();
    await bench.stop();
    writeFileSync(bench.markPath, '{}');
    expect((await rejectionOf(bench.start())).code).toBe('JOURNAL_OUTGROWN');
    expect(readFileSync(bench.markPath, 'utf8')).toBe('{}');
  });

  it('starts after a cut between the journal and the mark, which leaves the mark behind', async () => {
    const bench = new WriterBench();
    await bench.start();
    await bench.seal(requestOf(readings(3)));
    await bench.stop();
    bench.save(bench.markPath, 'behind');
    for (const size of [3, 5]) {
      expect(await bench.start()).toMatchObject({ size });
      await bench.seal(requestOf(readings(2)));
      await bench.stop();
      bench.restore(bench.markPath, 'behind');
    }
    rmSync(bench.markPath);
    expect(await bench.start()).toMatchObject({ size: 7 });
    expect(existsSync(bench.markPath)).toBe(true);
  });

  it('refuses the journal of another key', async () => {
    const bench = new WriterBench();
    await bench.start();
    await bench.stop();
    rmSync(bench.markPath);
    const fault = await rejectionOf(bench.start(new Uint8Array(32).fill(8)));
    expect(fault.code).toBe('JOURNAL_OTHER_GATEWAY');
  });
});
