// The console's index over boots whose time is known late: whatever the order of looks, crashes and commits, it ends as one
// that was made when all was known.

import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { indexPathOf, openIndex } from '../../../../gateway/console/index/index-database.js';
import { IndexReader } from '../../../../gateway/console/index/index-reader.js';
import { LogFollower } from '../../../../gateway/console/index/log-follower.js';
import { JournalReader } from '../../../../gateway/journal/journal-reader.js';
import type { DraftRecord } from '../../../../gateway/sealing/draft-record.js';
import { recordKinds } from '../../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../../drafts.js';
import { tempFolder } from '../../temp-folder.js';
import { openTestLog, type TestLog } from '../../test-log.js';

const BOOT = Date.UTC(2027, 3, 1, 8);
const LIMIT_MS = 60_000;

/** A boot: so many readings that wait for the time, then, if ever, the reference, then so many by a right clock. */
const anyBoot = fc.record({
  before: fc.integer({ min: 0, max: 6 }),
  isTimeKnown: fc.boolean(),
  after: fc.integer({ min: 0, max: 3 }),
  /** After which of its records the console looks. */
  looks: fc.array(fc.nat({ max: 9 }), { maxLength: 4 }),
  end: fc.constantFrom('goes on', 'is closed', 'is killed'),
});

type Boot = typeof anyBoot extends fc.Arbitrary<infer One> ? One : never;

function draftsOf({ before, isTimeKnown, after }: Boot, bootCount: number): DraftRecord[] {
  const zeroMs = BOOT + bootCount * 86_400_000;
  const at = (minute: number, isKnown: boolean) => ({
    ...{ bootCount, uptimeMs: minute * 60_000, clockTrust: isKnown ? (2 as const) : (0 as const) },
    observedAtMs: (isKnown ? zeroMs : 10_000) + minute * 60_000,
  });
  const about = { kind: recordKinds.timeReference, subjectName: 'clock', value: zeroMs };
  return [
    ...Array.from({ length: before }, (_, minute) => draftWith({ ...at(minute, false), value: minute })),
    ...(isTimeKnown ? [draftWith({ ...at(before, true), ...about })] : []),
    ...Array.from({ length: after }, (_, index) =>
      draftWith({ ...at(before + 1 + index, isTimeKnown), value: index }),
    ),
  ];
}

class Console {
  readonly #log: TestLog;
  readonly #path = indexPathOf(tempFolder());
  #journal!: JournalReader;
  #database!: ReturnType<typeof openIndex>;
  follower!: LogFollower;
  readonly seen: number[] = [];

  constructor(log: TestLog) {
    this.#log = log;
    this.open();
    onTestFinished(() => this.close());
  }

  open(): void {
    this.#journal = new JournalReader(this.#log.path);
    this.#database = openIndex(this.#path, this.#journal);
    this.follower = new LogFollower({
      ...{ journal: this.#journal, database: this.#database, reader: new IndexReader(this.#database) },
      ...{ dataDir: '/tmp', now: () => 0, commitEveryRecords: 500 },
      onRecords: (records) => this.seen.push(...records.map(({ sequence }) => sequence)),
      onTrouble: (trouble) => {
        if (trouble) throw new Error(trouble.message);
      },
    });
  }

  close(): void {
    if (!this.#database.open) return;
    this.#database.close();
    this.#journal.close();
  }

  content(): unknown {
    return ['sensors', 'spans', 'holes', 'events', 'meta'].map((table) =>
      this.#database.prepare(`SELECT * FROM ${table}`).all(),
    );
  }
}

test(
  'is the same as one that was made when all was known, and tells no record twice',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBoot, { minLength: 1, maxLength: 4 }), async (boots) => {
        const log = openTestLog();
        log.writer.seal(requestOf([draftWith({ bootCount: 0, observedAtMs: BOOT, uptimeMs: 0 })]));
        const followed = new Console(log);
        for (const [index, boot] of boots.entries()) {
          for (const [place, draft] of draftsOf(boot, index + 1).entries()) {
            log.writer.seal(requestOf([draft]));
            if (boot.looks.includes(place)) await followed.follower.look();
          }
          if (boot.end === 'goes on') continue;
          if (boot.end === 'is closed') followed.follower.close();
          followed.close();
          followed.seen.length = 0;
          followed.open();
        }
        await followed.follower.look();
        const made = new Console(log);
        await made.follower.look();
        expect(followed.content()).toEqual(made.content());
        expect(new Set(followed.seen).size).toBe(followed.seen.length);
        followed.close();
        made.close();
        log.close();
      }),
      { numRuns: 15 },
    );
  },
  LIMIT_MS,
);

test(
  'is the same where so much waited for the time that it had to be committed',
  async () => {
    const log = openTestLog();
    const waits = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) =>
        draftWith({ observedAtMs: 10_000, uptimeMs: (from + index) * 1000, clockTrust: 0, value: index }),
      );
    for (let from = 0; from < 600; from += 100) log.writer.seal(requestOf(waits(from, 100)));
    const followed = new Console(log);
    await followed.follower.look();
    followed.close();
    followed.open();
    expect(followed.follower.position).toBeGreaterThan(0);
    const about = { kind: recordKinds.timeReference, subjectName: 'clock', value: BOOT };
    log.writer.seal(requestOf([draftWith({ observedAtMs: BOOT + 601_000, uptimeMs: 601_000, ...about })]));
    await followed.follower.look();
    const made = new Console(log);
    await made.follower.look();
    expect(followed.content()).toEqual(made.content());
  },
  LIMIT_MS,
);
