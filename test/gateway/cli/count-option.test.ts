// Whole numbers from the command line: what is no plain number of the range is refused with the range.

import { expect, test } from 'vitest';
import { UsageError } from '../../../gateway/cli/cli-io.js';
import { countOption, deadlineOption } from '../../../gateway/cli/count-option.js';

test.each([
  ['1', 1],
  ['0060', 60],
  [String(Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER],
])('%s is taken, as both ends of the range are', (text, count) => {
  expect(countOption('--n', text, [1, Number.MAX_SAFE_INTEGER])).toBe(count);
});

test.each(['', '0', '-5', '1.5', '1e3', '0x10', ' 7', '9007199254740992', '9'.repeat(40), 'many'])(
  '"%s" is refused',
  (text) => {
    const ask = () => countOption('--n', text, [1, Number.MAX_SAFE_INTEGER]);
    expect(ask).toThrow(UsageError);
    expect(ask).toThrow(`--n ${text} cannot be`);
  },
);

test('a signature is worth something for up to thirty days', () => {
  const nowS = Math.floor(Date.now() / 1000);
  expect(deadlineOption('43200')).toBeGreaterThanOrEqual(nowS + 30 * 86_400);
  expect(() => deadlineOption('43201')).toThrow('--valid-minutes 43201 cannot be');
});
