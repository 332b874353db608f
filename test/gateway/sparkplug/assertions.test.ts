// The assertions of the Sparkplug 3.0 specification, by their ids, over a recorded life of the edge node. Those that are not
// for an edge node like this one are named with the reason; none is forgotten.

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { assertionChecks } from './assertion-checks.js';
import { notApplicable } from './not-applicable.js';
import { type Recording, recordSession } from './recorded-session.js';

const vectors = new URL('../../vectors/sparkplug/sparkplug-assertions.txt', import.meta.url);
const assertions = new Map(
  [...readFileSync(vectors, 'utf8').matchAll(/^- (\S+) :: (.*)$/gm)].map(([, id = '', text = '']) => [
    id,
    text,
  ]),
);

describe('an edge node keeps', () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await recordSession();
  }, 30_000);

  it.each(Object.keys(assertionChecks))('%s', (id) => {
    assertionChecks[id]?.(recording);
  });

  it('its word on what it refused: what is no payload, and commands that it does not have', () => {
    expect(recording.refused).toEqual([
      'a command that this node does not have',
      'payload: the bytes are no protobuf message',
      'a command that this node does not have',
    ]);
  });
});

it('every assertion of the specification is checked, or it is said why it cannot be', () => {
  expect(assertions.size).toBe(299);
  const told = [...Object.keys(assertionChecks), ...notApplicable.keys()];
  expect(told.toSorted()).toEqual([...assertions.keys()].toSorted());
});
