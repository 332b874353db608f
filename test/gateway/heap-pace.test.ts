import { beforeEach, expect, it } from 'vitest';
import { HeapPace, heapFlags, oneScavenger } from '../../gateway/heap-pace.js';

let nowMs: number;
let flags: string[];
let pace: HeapPace;
beforeEach(() => {
  nowMs = 5;
  flags = [];
  pace = new HeapPace(
    (flag) => flags.push(flag),
    () => nowMs,
  );
  expect(flags.shift()).toBe(oneScavenger);
});

const { small, fast } = heapFlags;

it('a truck never leaves the small heap', () => {
  for (let second = 0; second < 1000; second++) {
    for (let commit = 0; commit < 10; commit++) {
      nowMs += 100;
      pace.sealed(190);
    }
    pace.tick();
  }
  expect(flags).toEqual([small]);
});

it('a flood makes the heap fast at once, and ten seconds after it the heap is small again', () => {
  pace.sealed(1024);
  nowMs += 300;
  pace.sealed(1024);
  expect(flags).toEqual([small, fast]);
  for (let tick = 0; tick < 9; tick++) {
    nowMs += 1000;
    pace.tick();
  }
  expect(flags).toEqual([small, fast]);
  nowMs += 1000;
  pace.tick();
  pace.tick();
  expect(flags).toEqual([small, fast, small]);
});

it('a flood that goes on keeps the heap fast', () => {
  for (let second = 0; second < 60; second++) {
    nowMs += 1000;
    pace.sealed(5000);
    pace.tick();
  }
  expect(flags).toEqual([small, fast]);
});
