// Who may read: what can be asked about recipients, by whom, and what the log keeps of it.

import { expect, test } from 'vitest';
import { readRecipients } from '../../../gateway/privacy/recipient.js';
import { recipientHandlers } from '../../../gateway/privacy/recipient-handlers.js';
import type { Actor } from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';

const ada: Actor = {
  name: 'ada',
  printedName: 'Ada Example',
  role: 'administrator',
  isSigned: true,
  signature: undefined,
};
const keyOf = (digit: string) => digit.repeat(64);

function desk() {
  const state = new StateStore(new Map());
  const ask = (step: string, document: DetailDocument) => {
    const handler = recipientHandlers.find(({ kind }) => kind === `recipient.${step}`);
    const request = { id: 1, kind: `recipient.${step}`, document, createdAtMs: 0 };
    const outcome = handler?.handle(request, { actor: ada, state, nowMs: 1000 });
    if (outcome?.ok) state.apply(outcome.state);
    return outcome;
  };
  const codeOf = (step: string, document: DetailDocument) => {
    const outcome = ask(step, document);
    return outcome?.ok ? 'done' : outcome?.code;
  };
  return { state, ask, codeOf };
}

test('only an administrator says who may read, and signs for it', () => {
  expect(recipientHandlers.map(({ kind, roles, needsSignature }) => [kind, roles, needsSignature])).toEqual([
    ['recipient.add', ['administrator'], true],
    ['recipient.rotate', ['administrator'], true],
    ['recipient.remove', ['administrator'], true],
  ]);
});

test('the log tells which key could read since when, which took its place, and when it was removed', () => {
  const { ask, state } = desk();
  expect(ask('add', { name: 'quality', publicKey: keyOf('a') })).toMatchObject({
    records: [{ detail: { type: 'recipient', event: 'added', recipient: 'quality', publicKey: keyOf('a') } }],
  });
  expect(readRecipients(state)).toEqual([
    { name: 'quality', publicKey: keyOf('a'), sinceMs: 1000, by: 'ada' },
  ]);
  expect(ask('rotate', { name: 'quality', publicKey: keyOf('b') })).toMatchObject({
    records: [{ detail: { event: 'rotated', publicKey: keyOf('b'), previousKey: keyOf('a') } }],
  });
  expect(ask('remove', { name: 'quality' })).toMatchObject({
    records: [{ detail: { event: 'removed', publicKey: keyOf('b') } }],
  });
  expect(readRecipients(state)).toEqual([]);
});

test('one key has one name, so that whoever is removed cannot go on reading under another', () => {
  const { codeOf } = desk();
  expect(codeOf('add', { name: 'quality', publicKey: keyOf('a') })).toBe('done');
  expect(codeOf('add', { name: 'quality', publicKey: keyOf('b') })).toBe('RECIPIENT_EXISTS');
  expect(codeOf('add', { name: 'other', publicKey: keyOf('a') })).toBe('RECIPIENT_EXISTS');
  expect(codeOf('add', { name: 'other', publicKey: keyOf('b') })).toBe('done');
  expect(codeOf('rotate', { name: 'other', publicKey: keyOf('a') })).toBe('RECIPIENT_EXISTS');
});

test('what is no name, no key or not known is refused', () => {
  const { codeOf } = desk();
  expect(codeOf('add', { name: 'Quality', publicKey: keyOf('a') })).toBe('RECIPIENT_INVALID');
  expect(codeOf('add', { name: 'quality', publicKey: 'abcd' })).toBe('RECIPIENT_INVALID');
  expect(codeOf('add', { name: 'quality', publicKey: keyOf('a'), role: 'all' })).toBe('RECIPIENT_INVALID');
  expect(codeOf('rotate', { name: 'nobody', publicKey: keyOf('a') })).toBe('RECIPIENT_UNKNOWN');
  expect(codeOf('remove', { name: 'nobody' })).toBe('RECIPIENT_UNKNOWN');
});

test('there are at most as many recipients as a sealed file has room for', () => {
  const { codeOf } = desk();
  for (let at = 0; at < 64; at++) {
    const publicKey = at.toString(16).padStart(64, '0');
    expect(codeOf('add', { name: `r${at}`, publicKey })).toBe('done');
  }
  expect(codeOf('add', { name: 'one-more', publicKey: keyOf('f') })).toBe('RECIPIENTS_FULL');
});
