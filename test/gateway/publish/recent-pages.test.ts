// One page for all who walk the end of the log.

import { describe, expect, it } from 'vitest';
import { LogPager } from '../../../gateway/publish/log-page.js';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import { RecentPages, SHARED_PAGE_RECORDS } from '../../../gateway/publish/recent-pages.js';
import { readings, requestOf } from '../drafts.js';
import { openTestLog, type TestLog } from '../test-log.js';

function logOf(groups: readonly number[]): TestLog {
  const log = openTestLog();
  for (const count of groups) log.writer.seal(requestOf(readings(count)));
  return log;
}

function walk(pager: LogPager, most: number): number[] {
  const sizes: number[] = [];
  for (let page = pager.next(most); page; page = pager.next(most)) sizes.push(page.checkpoint.size);
  return sizes;
}

describe('a page that was proven', () => {
  it('is read once, also when the next one comes after it', () => {
    const log = logOf([700, 300]);
    const shared = new RecentPages();
    const pagers = [0, 1].map(() => new LogPager(log.reader, 0, new OwnCheckpoints(), shared));
    const pages = pagers.map((pager) => pager.next(SHARED_PAGE_RECORDS));
    expect(pages[1]).toBe(pages[0]);
    expect(pages[0]?.records).toHaveLength(700);
    expect(pagers.map((pager) => walk(pager, SHARED_PAGE_RECORDS))).toEqual([[1000], [1000]]);
  });

  it('gives whoever wishes for less no more than a commit', () => {
    const log = logOf([150, 150, 600]);
    const shared = new RecentPages();
    const pagerFrom = () => new LogPager(log.reader, 0, new OwnCheckpoints(), shared);
    expect(walk(pagerFrom(), SHARED_PAGE_RECORDS)).toEqual([300, 900]);
    expect(walk(pagerFrom(), 200)).toEqual([150, 300, 900]);
  });

  it('is the same to whoever shares and whoever does not', () => {
    const log = logOf([200, 130, 512, 3, 1024, 400]);
    const shared = new RecentPages();
    for (const _ of [0, 1, 2]) {
      const [one, other] = [
        new LogPager(log.reader, 200, new OwnCheckpoints(), shared),
        new LogPager(log.reader, 200),
      ];
      for (;;) {
        const [page, alone] = [one.next(SHARED_PAGE_RECORDS), other.next(SHARED_PAGE_RECORDS)];
        expect(page).toEqual(alone);
        if (!page) break;
      }
    }
  });

  it('is kept by nobody where little comes', () => {
    const log = logOf([400]);
    const shared = new RecentPages();
    const next = (from: number) =>
      new LogPager(log.reader, from, new OwnCheckpoints(), shared).next(SHARED_PAGE_RECORDS);
    const before = next(0);
    log.writer.seal(requestOf(readings(5)));
    next(400);
    expect(next(0)).not.toBe(before);
  });
});
