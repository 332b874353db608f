// Questions at a terminal, on streams that stand for one.

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { terminalPrompt } from '../../../gateway/cli/terminal-prompt.js';

function terminal(isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  return { input, prompt: terminalPrompt(input, output), shown: () => String(output.read() ?? '') };
}

test('a password is not shown while it is typed, corrections included', async () => {
  const { input, prompt, shown } = terminal();
  const answer = prompt.secret('password of dana: ');
  input.write('kettle windox');
  input.write('\x7f');
  input.write('w\r');
  expect(await answer).toBe('kettle window');
  expect(shown()).toBe('password of dana: \n');
});

test('the echo of the terminal is off before the question is seen, and on again after the answer', async () => {
  const order: string[] = [];
  const setRawMode = (isRaw: boolean) => order.push(isRaw ? 'echo off' : 'echo on');
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  const output = new PassThrough();
  output.on('data', (shown: Buffer) => order.push(shown.toString('utf8').trim()));
  const answer = terminalPrompt(input, output).secret('password: ');
  input.write('kettle window\r');
  await answer;
  expect(order.filter(Boolean)).toEqual(['echo off', 'password:', 'echo on']);
});

test('a code is shown', async () => {
  const { input, prompt, shown } = terminal();
  const answer = prompt.line('code of dana: ');
  input.write('123 456\r');
  expect(await answer).toBe('123 456');
  expect(shown()).toContain('123 456');
});

test('two questions take two lines, and none knows the answer of the other', async () => {
  const { input, prompt, shown } = terminal();
  const first = prompt.secret('password: ');
  input.write('kettle window\r');
  await first;
  const second = prompt.line('code: ');
  // Arrow up: the line before.
  input.write('\x1b[A\r');
  expect(await second).toBe('');
  expect(shown()).not.toContain('kettle');
});

test.each([
  ['Ctrl-C', '\x03'],
  ['Ctrl-D', '\x04'],
])('%s leaves the question', async (_key, typed) => {
  const { input, prompt } = terminal();
  const answer = prompt.secret('password: ');
  input.write(typed);
  await expect(answer).rejects.toMatchObject({ code: 'WRONG_USE', message: /stopped/ });
});

test('without a terminal nothing is asked: a script fails at once and says at what', async () => {
  const { prompt, shown } = terminal(false);
  await expect(prompt.secret('password of dana: ')).rejects.toMatchObject({
    code: 'WRONG_USE',
    message: 'there is no terminal to ask at: password of dana',
  });
  expect(shown()).toBe('');
});
