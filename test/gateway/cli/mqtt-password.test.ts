// `coldgate mqtt-password`: its line lets the password in, and no other.

import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import { runMqttPassword } from '../../../gateway/cli/mqtt-password-command.js';
import { matchesHash } from '../../../gateway/intake/password-hash.js';
import { rejectionOf } from '../thrown.js';
import { capturedIo } from './captured-io.js';

const noPrompt = {
  secret: () => Promise.reject(new Error('asked')),
  line: () => Promise.reject(new Error('asked')),
};
const stdin = (...chunks: string[]) => ({
  input: Readable.from(chunks.map((chunk) => Buffer.from(chunk))),
  prompt: noPrompt,
});

/** At a terminal, where a person gives these answers. */
function terminal(...answers: string[]) {
  const input = Object.assign(Readable.from([]), { isTTY: true });
  return { input, prompt: { ...noPrompt, secret: () => Promise.resolve(answers.shift() ?? '') } };
}

test.each([
  ['stdin', stdin('correct horse\n')],
  ['stdin in pieces, with a Windows line end', stdin('correct ', 'horse\r', '\nmore\n')],
  ['stdin without a line end', stdin('correct horse')],
  ['a person who types it twice', terminal('correct horse', 'correct horse')],
])('a password from %s becomes a line that a configuration takes, and only it fits', async (_from, parts) => {
  const io = capturedIo();
  expect(await runMqttPassword({}, parts, io)).toBe(0);
  const line = io.outLines.join('\n');
  const text = `gateway: { name: a }\nmqttIntake: { users: [ { username: u, passwordHash: '${line}' } ] }`;
  expect(parseConfig(text, '/etc/coldgate.yaml').mqttIntake?.users[0]?.passwordHash).toBe(line);
  expect(await matchesHash('correct horse', line)).toBe(true);
  expect(await matchesHash('correct horsE', line)).toBe(false);
  expect(await matchesHash('', line)).toBe(false);
});

test('the same password never gives the same line', async () => {
  const io = capturedIo();
  for (let time = 0; time < 2; time++) await runMqttPassword({ json: true }, stdin('correct horse\n'), io);
  const [first, second] = io.outLines.map((line) => JSON.parse(line).passwordHash);
  expect(first).toMatch(/^scrypt:16384:8:5:/);
  expect(second).not.toBe(first);
});

test.each([
  ['too short', stdin('seven77\n')],
  ['empty', stdin('')],
  ['too long', stdin('x'.repeat(129))],
  ['endless', stdin(...Array.from({ length: 100 }, () => 'x'.repeat(1000)))],
  ['with a control character', stdin('correct\u0007horse')],
  ['typed differently the second time', terminal('correct horse', 'correct house')],
])('a password that is %s is refused, and nothing is printed', async (_what, parts) => {
  const io = capturedIo();
  expect((await rejectionOf(runMqttPassword({}, parts, io))).code).toBe('WRONG_USE');
  expect(io.outLines).toEqual([]);
});
