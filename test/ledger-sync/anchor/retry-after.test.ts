// Retry-After by RFC 9110: seconds or an HTTP-date, and nothing else.

import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../ledger-sync/anchor/retry-after.js';

const NOW_MS = Date.UTC(1994, 10, 6, 8, 49, 7);

test.each([
  ['seconds', '120', 120_000],
  ['no time at all', '0', 0],
  ['seconds with blanks around them', ' 7\t', 7_000],
  ['a date', 'Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
  ['a date as RFC 850 wrote it', 'Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
  ['a date as asctime writes it, which is GMT', 'Sun Nov  6 08:49:37 1994', 30_000],
  ['a date gone by', 'Sun, 06 Nov 1994 08:49:06 GMT', 0],
  ['a year', '31536000', 31_536_000_000],
  ['more seconds than there will be', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
])('%s is understood', (_what, header, ms) => {
  expect(retryAfterMs(header, NOW_MS)).toBe(ms);
});

test.each([
  ['no header', undefined],
  ['no header of fetch', null],
  ['an empty one', ''],
  ['less than nothing', '-5'],
  ['a fraction', '1.5'],
  ['another way to write a number', '0x10'],
  ['a power', '1e3'],
  ['two of them', '5, 10'],
  ['a word', 'soon'],
  ['a word with a number behind it', 'soon 2100'],
  ['a date of another standard', '2100-01-01T00:00:00Z'],
  ['a date of another zone', 'Fri, 01 Jan 2100 00:00:00 +0200'],
  ['a day that no month has', 'Sun, 99 Nov 1994 08:49:37 GMT'],
  ['a month that no year has', 'Sun, 06 Abc 1994 08:49:37 GMT'],
])('%s asks for nothing', (_what, header) => {
  expect(retryAfterMs(header, NOW_MS)).toBeUndefined();
});
