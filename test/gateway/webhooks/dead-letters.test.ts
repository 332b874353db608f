// Dead letters: kept until somebody asks, bounded, and never half written.

import { existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DeadLetter, DeadLetters, webhooksWithLetters } from '../../../gateway/webhooks/dead-letters.js';
import { tempFolder } from '../temp-folder.js';
import { thrownBy } from '../thrown.js';
import { eventOf } from './event-of.js';

const letterOf = (sequence: number): DeadLetter => ({
  sequence,
  failedAtMs: 1_772_000_000_000,
  tries: 3,
  reason: 'HTTP 410',
  event: eventOf(sequence),
});

const fileOf = (dataDir: string, sequence: number) =>
  join(dataDir, 'webhooks/dispatch/dead', `${String(sequence).padStart(15, '0')}.json`);

describe('dead letters', () => {
  it('come back as they were put in, the oldest first, whoever opens the folder', () => {
    const dataDir = tempFolder();
    for (const sequence of [10, 9, 2 ** 48 - 2]) new DeadLetters(dataDir, 'dispatch').add(letterOf(sequence));
    expect(new DeadLetters(dataDir, 'dispatch').list()).toEqual({
      letters: [9, 10, 2 ** 48 - 2].map(letterOf),
      damaged: [],
    });
    expect(webhooksWithLetters(dataDir)).toEqual(['dispatch']);
  });

  it('are for the eyes of the gateway alone, and leave no half files', () => {
    const dataDir = tempFolder();
    new DeadLetters(dataDir, 'dispatch').add(letterOf(1));
    expect(statSync(fileOf(dataDir, 1)).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'webhooks')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(dataDir, 'webhooks/dispatch/dead'))).toHaveLength(1);
  });

  it('are bounded: the oldest goes, and that is counted', () => {
    const dataDir = tempFolder();
    const letters = new DeadLetters(dataDir, 'dispatch', 3);
    expect([1, 2, 3, 4, 5].map((sequence) => letters.add(letterOf(sequence)))).toEqual([0, 0, 0, 1, 1]);
    expect(letters.list().letters.map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
    expect(new DeadLetters(dataDir, 'dispatch').dropped).toBe(2);
  });

  it('are sent again one by one or all, and go when they are delivered', () => {
    const letters = new DeadLetters(tempFolder(), 'dispatch');
    for (const sequence of [1, 2, 3]) letters.add(letterOf(sequence));
    expect(letters.requeue(2)).toBe(1);
    expect(letters.requeue(2)).toBe(0);
    expect(letters.nextAgain()).toEqual(letterOf(2));
    letters.settle(2);
    expect(letters.nextAgain()).toBeUndefined();
    expect(letters.requeue()).toBe(2);
    expect(letters.requeued).toBe(2);
    letters.add(letterOf(1));
    expect(letters.nextAgain()).toEqual(letterOf(3));
    expect(letters.list().letters).toEqual([letterOf(1)]);
  });

  it.each([
    ['cut off', (path: string) => truncateSync(path, 20)],
    [
      'of another record',
      (path: string) => writeFileSync(path, JSON.stringify({ version: 1, ...letterOf(7) })),
    ],
    [
      'of a later version',
      (path: string) => writeFileSync(path, JSON.stringify({ ...letterOf(1), version: 2 })),
    ],
  ])('that are damaged are told and never sent: %s', (_what, damage) => {
    const dataDir = tempFolder();
    const letters = new DeadLetters(dataDir, 'dispatch');
    letters.add(letterOf(1));
    letters.add(letterOf(2));
    damage(fileOf(dataDir, 1));
    expect(letters.list()).toEqual({ letters: [letterOf(2)], damaged: [1] });
    expect(letters.requeue()).toBe(1);
    expect(letters.nextAgain()).toEqual(letterOf(2));
    expect(existsSync(fileOf(dataDir, 1))).toBe(true);
  });

  it('damaged on the way back are put aside, and do not hold up the others', () => {
    const dataDir = tempFolder();
    const letters = new DeadLetters(dataDir, 'dispatch');
    letters.add(letterOf(1));
    letters.add(letterOf(2));
    letters.requeue();
    truncateSync(fileOf(dataDir, 1).replace('/dead/', '/again/'), 20);
    expect(letters.nextAgain()).toEqual(letterOf(2));
    expect(letters.list().damaged).toEqual([1]);
  });

  it('that cannot be kept say so', () => {
    const dataDir = tempFolder();
    writeFileSync(join(dataDir, 'webhooks'), 'a file in the place of the folder');
    const thrown = thrownBy(() => new DeadLetters(dataDir, 'dispatch').add(letterOf(1)));
    expect(thrown).toMatchObject({ name: 'WebhookError', code: 'DEAD_LETTERS_UNWRITABLE' });
  });
});
