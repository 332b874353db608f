// The one-time code of a first start: good once, for a while, and not to be guessed.

import { expect, test } from 'vitest';
import { SETUP_CODE_LIFETIME_MS, SetupCode } from '../../../../gateway/console/setup/setup-code.js';

const START_MS = 1_790_000_000_000;
const tokenOf = (code: SetupCode, nowMs = START_MS): string => {
  const redeemed = code.redeem(code.text, nowMs);
  if (redeemed.kind !== 'redeemed') throw new Error(redeemed.kind);
  return redeemed.token;
};

test('it is taken once, for a token that holds until it is used', () => {
  const code = new SetupCode(START_MS);
  const token = tokenOf(code);
  expect(code.redeem(code.text, START_MS)).toEqual({ kind: 'spent' });
  expect(code.holds(token, START_MS + SETUP_CODE_LIFETIME_MS - 1)).toBe(true);
  expect(code.holds(`${token}x`, START_MS)).toBe(false);
  code.close();
  expect(code.holds(token, START_MS)).toBe(false);
});

test('neither code nor token outlives its time', () => {
  const code = new SetupCode(START_MS);
  expect(code.redeem(code.text, START_MS + SETUP_CODE_LIFETIME_MS)).toEqual({ kind: 'spent' });
  const other = new SetupCode(START_MS);
  const token = tokenOf(other, START_MS + SETUP_CODE_LIFETIME_MS - 1);
  expect(other.holds(token, START_MS + 2 * SETUP_CODE_LIFETIME_MS - 2)).toBe(true);
  expect(other.holds(token, START_MS + 2 * SETUP_CODE_LIFETIME_MS - 1)).toBe(false);
});

test('ten wrong ones spend it, also for whoever has the right one', () => {
  const code = new SetupCode(START_MS);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    expect(code.redeem('0000-0000-0000', START_MS)).toEqual({ kind: 'wrong' });
  }
  expect(code.redeem(code.text, START_MS)).toEqual({ kind: 'spent' });
});

test('it is read as people write it, and no two starts share one', () => {
  const code = new SetupCode(START_MS);
  expect(code.text).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
  const written = code.text.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
  expect(code.redeem(` ${written} `, START_MS).kind).toBe('redeemed');
  expect(new Set(Array.from({ length: 50 }, () => new SetupCode(START_MS).text)).size).toBe(50);
});

test('before it is taken no token holds', () =>
  expect(new SetupCode(START_MS).holds('', START_MS)).toBe(false));
