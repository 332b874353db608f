// A card that lost bits where the log proves nothing: names, and the end of the log. Told, or mended.

import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lostBehindEnd, refuseShortenedLog } from '../../../gateway/journal/standing-disk.js';
import { signedName } from '../../../gateway/publish/signed-name.js';
import { walkLog } from '../../../gateway/reviews/log-walk.js';
import { openLog } from '../../../gateway/sealing/opened-log.js';
import { subjectOf } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { readings, requestOf } from '../drafts.js';
import { tempFolder } from '../temp-folder.js';
import { deviceKey, journalReaderOf, openTestLog, TestLog } from '../test-log.js';
import { thrownBy } from '../thrown.js';

const NAME = 'cargo-front';
const confirmedOf = (log: TestLog) => `${log.path}-confirmed`;

const requireEnd = (log: TestLog) => refuseShortenedLog(log.path, () => log.writer.size);

/** The journal without its last commit, as SQLite shows it where a bit of the WAL was flipped. */
function withoutEnd(log: TestLog, from: number): void {
  log.damage('DELETE FROM records WHERE sequence >= ?', from);
}

describe('a log that lost its end', () => {
  it('is refused at the start, however few records are gone', () => {
    const log = openTestLog();
    for (const count of [5, 1]) log.writer.seal(requestOf(readings(count)));
    withoutEnd(log, 5);
    const fault = thrownBy(() => requireEnd(log.open()));
    expect(fault).toMatchObject({ code: 'JOURNAL_DAMAGED' });
    expect(fault.message).toContain('ends with 5 records; at least 1 more were confirmed and are gone');
    expect(fault.hint).toContain(confirmedOf(log));
  });

  it('is shown by the audit as a place that is broken', () => {
    const log = openTestLog();
    for (const count of [5, 3]) log.writer.seal(requestOf(readings(count)));
    withoutEnd(log, 5);
    const broken: object[] = [];
    const { stoppedAt } = walkLog(
      journalReaderOf(log.open()),
      { from: 0, wants: () => true, recordsPerSignature: 1 },
      { record: () => {}, broken: (place) => broken.push(place) },
    );
    expect(broken).toMatchObject([{ firstSequence: 5, lastSequence: 7 }]);
    expect(stoppedAt).toBe(5);
  });

  it('is taken over into a new journal that goes on behind what was confirmed, and is whole again', () => {
    const folder = tempFolder();
    const settings = {
      ...{ journalPath: join(folder, 'journal.db'), keyFile: join(folder, 'device-key.json') },
      ...{ bootId: 'boot-1', synchronous: 'FULL' as const },
    };
    const said: string[] = [];
    const start = () => openLog(settings, new SoftwareSigner(deviceKey), ({ code }) => said.push(code));
    const first = start();
    first.writer.seal(requestOf(readings(5)));
    first.follow();
    first.writer.seal(requestOf(readings(2)));
    first.close();
    const log = new TestLog(folder);
    withoutEnd(log, 5);
    const next = start();
    expect(said).toEqual(['JOURNAL_DAMAGED']);
    expect(next.writer.size).toBeGreaterThan(7);
    next.writer.seal(requestOf(readings(1)));
    next.close();
    start().close();
    expect(said).toHaveLength(1);
  });

  it('is none where the file is of an earlier commit, is absent, or was passed by commits without records', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(5)));
    const { size } = statSync(confirmedOf(log));
    log.writer.seal(requestOf([], { cursors: [['mqtt:fleet', 3]] }));
    expect(statSync(confirmedOf(log)).size).not.toBe(size);
    requireEnd(log.open());
    log.writer.seal(requestOf(readings(4)));
    // A power cut may take the last size away, never a commit before it.
    truncateSync(confirmedOf(log), size);
    requireEnd(log);
    expect(lostBehindEnd(`${log.path}-of-another`, () => 0)).toBe(0);
  });

  it('is told from a log of any length: sizes go around', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(1)));
    const at = (confirmed: number, size: number) => {
      truncateSync(confirmedOf(log), 2 * (confirmed % 2 ** 17 || 2 ** 17));
      return lostBehindEnd(log.path, () => size);
    };
    expect(at(2 ** 17 + 3, 2 ** 17 + 1)).toBe(2);
    expect(at(2 ** 17, 2 ** 17 - 1)).toBe(1);
    expect(at(2 ** 17, 2 ** 17)).toBe(0);
    expect(at(2 ** 18 - 1, 2 ** 18 + 5)).toBe(0);
  });
});

describe('a name that is not the one that was hashed', () => {
  const subject = subjectOf(NAME);

  it('is not published, and counts as absent for everybody else', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(1)));
    log.damage('UPDATE subjects SET name = ? WHERE name = ?', 'cargo-frono', NAME);
    const journal = journalReaderOf(log.open());
    expect(thrownBy(() => signedName(journal.log, subject)).code).toBe('JOURNAL_DAMAGED');
    expect(journal.log.nameOf(subject)).toBeUndefined();
  });

  it('is told by the audit where its place was changed', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(2)));
    log.damage("UPDATE subjects SET subject = x'00112233445566778899aabbccddeeff'");
    const broken: string[] = [];
    walkLog(
      journalReaderOf(log),
      { from: 0, wants: () => true, recordsPerSignature: 1 },
      { record: () => {}, broken: ({ what }) => broken.push(what) },
    );
    expect(broken).toHaveLength(2);
    expect(broken[0]).toContain('its name, which is not where it was written');
  });

  it('is mended by the next reading of that sensor', () => {
    const log = openTestLog();
    log.writer.seal(requestOf(readings(1)));
    log.damage('UPDATE subjects SET name = ? WHERE name = ?', 'cargo-frono', NAME);
    log.open().writer.seal(requestOf(readings(1, 7)));
    expect(signedName(log.reader, subject)).toBe(NAME);
  });
});
