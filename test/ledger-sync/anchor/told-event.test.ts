// Events that a lying node tells end in an answer or in the typed error.
import { Interface } from 'ethers/abi';
import { expect, test } from 'vitest';
import { toldEvent } from '../../../ledger-sync/anchor/told-event.js';

const face = new Interface(['event Told(uint256 size, string name)']);
const topic = face.getEvent('Told')?.topicHash ?? '';
const log = face.encodeEventLog('Told', [7n, 'a']);

test('an event of the contract is read', () => {
  expect(toldEvent(face, log.topics, log.data)?.name).toBe('Told');
});

test.each([
  ['without topics', []],
  ['of another contract', [`0x${'11'.repeat(32)}`]],
])('a log %s is none', (_what, topics) => {
  expect(toldEvent(face, topics, log.data)).toBeUndefined();
});

test('data that is cut off is the typed error', () => {
  expect(() => toldEvent(face, [topic], log.data.slice(0, 66))).toThrow('cannot be read');
});
