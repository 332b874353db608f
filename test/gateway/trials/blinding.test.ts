// Blinding: an observer of all that is published cannot tell active from placebo, and the same observer finds every leak that
// is built in.

import { describe, expect, test } from 'vitest';
import { leaks, type PlayedTrial, playTrial } from './blinded-trial.js';
import { guessedRight } from './observer.js';

const TRIALS = 5;
/** Of 120 kits a coin is right about 50 %, with a deviation of 4.6. */
const CHANCE = [0.5 - 3 * 0.046, 0.5 + 3 * 0.046] as const;
/** Of 48 kits the deviation is 7.2; a coin comes so far once in a hundred thousand. */
const FOUND = 0.5 + 4.3 * 0.072;

const played = (first: number, trials: number, leak?: (typeof leaks)[number]): PlayedTrial[] =>
  Array.from({ length: trials }, (_, at) => playTrial(first + at, 9000 + first + at, leak));

test('trials that differ only in which kit is of which arm publish the same, to the byte count and the minute', () => {
  const shapes = [77, 78].map((armSeed) => {
    const { arms, published } = playTrial(5, armSeed);
    return {
      arms: [...arms.values()].join(),
      shape: published.map(({ topic, bytes, minute }) => [topic, bytes, minute]),
    };
  });
  expect(new Set(shapes.map(({ arms }) => arms)).size).toBe(2);
  expect(shapes[0]?.shape.length).toBeGreaterThan(100);
  for (const { shape } of shapes) expect(shape).toEqual(shapes[0]?.shape);
});

test('nothing that is published has a word of what the sponsor’s packing list says of arms', () => {
  const all = playTrial(3, 4)
    .published.map(({ topic, text }) => topic + text)
    .join('\n');
  const words = /"arms?"|active|placebo|Examplimab|Saline|EXA-2291/i;
  expect(words.exec(all)?.[0]).toBeUndefined();
  expect(words.exec('Examplimab')).not.toBeNull();
});

describe('an observer who has learned from trials whose arms came out', () => {
  test('is right about others as often as a coin', () => {
    const right = guessedRight(played(100, TRIALS), played(200, TRIALS));
    process.stdout.write(`no leak: ${right.toFixed(2)}\n`);
    expect(right).toBeGreaterThan(CHANCE[0]);
    expect(right).toBeLessThan(CHANCE[1]);
  }, 60_000);

  test.each(leaks)(
    'finds the leak by %s',
    (leak) => {
      const right = guessedRight(played(300, 2, leak), played(400, 2, leak));
      process.stdout.write(`${leak}: ${right.toFixed(2)}\n`);
      expect(right).toBeGreaterThan(FOUND);
    },
    60_000,
  );
});
