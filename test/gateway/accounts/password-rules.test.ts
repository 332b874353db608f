// Which passwords are taken.

import { describe, expect, test } from 'vitest';
import { passwordProblem } from '../../../gateway/accounts/password-rules.js';

describe('taken', () => {
  test.each([
    ['twelve characters of one kind', 'kettlewindow'],
    ['a sentence with spaces', 'three pallets left for Basel'],
    ['any script', 'Kühlkette über Nacht'],
    ['128 characters', 'ab'.repeat(40) + 'the rest of it is something else in the end, o'.padEnd(48, '!')],
    ['a run that breaks off', '12345678901x'],
    ['a repetition that breaks off', 'abababababax'],
  ])('%s', (_what, password) => {
    expect(passwordProblem(password, 'dana')).toBeUndefined();
  });

  test('a name of two letters inside a word', () => {
    expect(passwordProblem('kettlewindow', 'et')).toBeUndefined();
  });
});

describe('refused', () => {
  test.each([
    ['eleven characters', 'kettlewindo', 'fewer than 12'],
    ['eleven characters of two UTF-16 units each', '🧊🚚📦🧯🧲🪛🪚🔑🧰🧪🧫', 'fewer than 12'],
    ['129 characters', `${'kettle'.repeat(21)}abc`, 'more than 128'],
    ['the name of the account', 'my-DANA-password', 'name of the account'],
    ['a common one', 'Password1234', 'guesser tries'],
    ['a common one in full-width letters', 'Ｐａｓｓｗｏｒｄ１２３４', 'guesser tries'],
    ['one character', 'aaaaaaaaaaaa', 'again and again'],
    ['one word of four letters', 'icedicedicedic', 'again and again'],
    ['a run of digits', '345678901234', 'a run'],
    ['a run of digits downwards', '321098765432', 'a run'],
    ['a run of letters', 'ABCDEFGHIJKL', 'a run'],
    ['a control character', 'kettle\twindow', 'control character'],
  ])('%s', (_what, password, problem) => {
    expect(passwordProblem(password, 'dana')).toContain(problem);
  });

  test('without repeating the password', () => {
    for (const password of ['short', 'my-dana-password', 'password1234', 'aaaaaaaaaaaa']) {
      expect(passwordProblem(password, 'dana')).not.toContain(password);
    }
  });
});
