import { describe, expect, it } from 'vitest';
import { SightingWindow } from '../../../firmware-bridge/epc/sighting-window.js';
import { FakeTime } from '../fake-time.js';
import { Observed } from '../observed.js';

function seen(time: FakeTime, window: SightingWindow, epc: string, rssiDbm: number, antenna = 1): void {
  window.add({ epc, pc: '3000', antenna, rssiDbm }, time.now());
}

function windowOf(
  windowMs: number,
  time: FakeTime,
  observed: Observed,
  isBehind = () => false,
): SightingWindow {
  return new SightingWindow('dock', windowMs, { timers: time, emit: observed.sink, isBehind });
}

describe('sighting window', () => {
  it('merges the sightings of one tag at one antenna: first, last, count and best RSSI', async () => {
    const time = new FakeTime();
    const observed = new Observed();
    const window = windowOf(1000, time, observed);
    seen(time, window, 'aa', -60);
    await time.pass(400);
    seen(time, window, 'aa', -48);
    seen(time, window, 'bb', -70);
    seen(time, window, 'aa', -52, 2);
    await time.pass(599);
    expect(observed.sightings()).toEqual([]);
    await time.pass(1);
    expect(observed.sightings()).toMatchObject([
      { epc: 'aa', antenna: 1, count: 2, bestRssiDbm: -48, at: { uptimeMs: 1000 }, lastSeenUptimeMs: 1400 },
    ]);
    await time.pass(400);
    expect(observed.sightings().map(({ epc, antenna }) => [epc, antenna])).toEqual([
      ['aa', 1],
      ['bb', 1],
      ['aa', 2],
    ]);
    expect(time.waiting).toBe(0);
  });

  it('a window of 0 ms tells every sighting', async () => {
    const time = new FakeTime();
    const observed = new Observed();
    const window = windowOf(0, time, observed);
    for (let read = 0; read < 3; read += 1) {
      seen(time, window, 'aa', -60);
      await time.pass(10);
    }
    expect(observed.sightings().map(({ count }) => count)).toEqual([1, 1, 1]);
  });

  it('more tags than it keeps are told early, none is lost', async () => {
    const time = new FakeTime();
    const observed = new Observed();
    const window = windowOf(60_000, time, observed);
    for (let tag = 0; tag < 3000; tag += 1) {
      seen(time, window, tag.toString(16).padStart(24, '0'), -60);
      await time.pass(1);
    }
    expect(observed.sightings()).toHaveLength(3000 - 1024);
    window.flush();
    expect(new Set(observed.sightings().map(({ epc }) => epc)).size).toBe(3000);
    expect(time.waiting).toBe(0);
  });

  it('a store that is behind stretches the window: fewer sightings, and every one of them counted', async () => {
    const time = new FakeTime();
    const observed = new Observed();
    let isBehind = true;
    const window = windowOf(100, time, observed, () => isBehind);
    for (let read = 0; read < 50; read += 1) {
      seen(time, window, 'aa', -60 + read);
      seen(time, window, 'bb', -60);
      await time.pass(20);
    }
    expect(observed.sightings()).toEqual([]);
    isBehind = false;
    await time.pass(200);
    expect(observed.sightings()).toMatchObject([
      { epc: 'aa', count: 50, bestRssiDbm: -11, at: { uptimeMs: 1000 }, lastSeenUptimeMs: 1980 },
      { epc: 'bb', count: 50 },
    ]);
    expect(time.waiting).toBe(0);
  });

  it('a store that stays behind makes it hold no more than 1024 tags', async () => {
    const time = new FakeTime();
    const observed = new Observed();
    const window = windowOf(100, time, observed, () => true);
    for (let tag = 0; tag < 1200; tag += 1) {
      seen(time, window, tag.toString(16).padStart(24, '0'), -60);
      await time.pass(1);
    }
    await time.pass(10_000);
    expect(observed.sightings()).toHaveLength(1200 - 1024);
    window.flush();
    expect(new Set(observed.sightings().map(({ epc }) => epc)).size).toBe(1200);
  });
});

describe('sighting window with TIDs', () => {
  const add = (time: FakeTime, window: SightingWindow, tid?: string) =>
    window.add({ epc: 'aa', pc: '3000', antenna: 1, rssiDbm: -60, tid }, time.now());

  it('a TID that is read within the window is told with it, and in no later one', async () => {
    const time = new FakeTime();
    const observed = new Observed();
    const window = windowOf(1000, time, observed);
    add(time, window);
    add(time, window, 'e280');
    add(time, window);
    await time.pass(1000);
    add(time, window);
    await time.pass(1000);
    expect(observed.sightings()).toMatchObject([{ count: 3, tid: 'e280' }, { count: 1 }]);
    expect(observed.sightings()[1]).not.toHaveProperty('tid');
  });

  it('two chips under one EPC are two sightings', async () => {
    const time = new FakeTime();
    const observed = new Observed();
    const window = windowOf(1000, time, observed);
    for (const tid of ['e280', 'e281', 'e280', 'e281', undefined]) add(time, window, tid);
    await time.pass(1000);
    expect(observed.sightings()).toMatchObject([
      { tid: 'e280', count: 3 },
      { tid: 'e281', count: 2 },
    ]);
  });
});
