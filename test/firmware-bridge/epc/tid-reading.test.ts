// What reading TIDs promises behind every serial reader: each TID under its own EPC or none at all, and no sighting lost for it.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import type { TagSighting } from '../../../firmware-bridge/observation.js';
import { tagReadTroubles } from '../../../firmware-bridge/simulators/fault-script.js';
import { inService, tidReaders } from './tid-readers.js';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

/** Serials that differ in their last word alone: neighbours of one reel. */
const tag = (number: number) => ({
  epc: `30751feb705c5904e3d5${number.toString(16).padStart(4, '0')}`,
  tid: `e2806890200040${number.toString(16).padStart(10, '0')}`,
});
const [first, second, third] = [tag(1), tag(2), tag(3)];
const field = [first, second, third];
const clone = { epc: first.epc, tid: 'e28011052000dead0000beef' };

const tidsOf = (sightings: readonly TagSighting[], epc: string) =>
  new Set(sightings.flatMap((sighting) => (sighting.epc === epc && sighting.tid ? [sighting.tid] : [])));

/** The longest time in which a tag was not seen, over all tags that are there. */
function longestGapMs(sightings: readonly TagSighting[], fromMs: number, untilMs: number): number {
  const gaps = field.map(({ epc }) => {
    const seen = sightings.filter((sighting) => sighting.epc === epc);
    const ends = [fromMs, ...seen.map(({ lastSeenUptimeMs }) => lastSeenUptimeMs)];
    const begins = [...seen.map(({ at }) => at.uptimeMs), untilMs];
    return Math.max(...begins.map((begin, index) => begin - (ends[index] ?? 0)));
  });
  return Math.max(...gaps);
}

describe.each(tidReaders)('$name', (reader) => {
  async function dock(options = {}) {
    const service = await inService(reader, options);
    running.push(service.handle);
    return service;
  }

  it('reads no tag memory unless it is told to', async () => {
    const { time, simulator, observed } = await dock({ readTid: false });
    simulator.setTags(field);
    await time.pass(30_000);
    expect(simulator.memoryReads).toBe(0);
    expect(observed.sightings().length).toBeGreaterThan(60);
    expect(observed.sightings().every((sighting) => !('tid' in sighting))).toBe(true);
  });

  it('tells each TID with its own EPC, and asks a tag that stays no more', async () => {
    const { time, simulator, observed } = await dock();
    simulator.setTags(field);
    await time.pass(15_000);
    for (const { epc, tid } of field) expect(tidsOf(observed.sightings(), epc)).toEqual(new Set([tid]));
    const asked = simulator.memoryReads;
    expect(asked).toBeLessThanOrEqual(100);
    await time.pass(60_000);
    expect(simulator.memoryReads).toBe(asked);
  });

  it('a tag that left and came back is read anew, and so is one that stays for long', async () => {
    const { time, simulator, observed } = await dock();
    simulator.setTags([first]);
    await time.pass(10_000);
    simulator.setTags([]);
    await time.pass(15_000);
    observed.clear();
    simulator.setTags([clone]);
    await time.pass(10_000);
    expect(tidsOf(observed.sightings(), first.epc)).toEqual(new Set([clone.tid]));
    observed.clear();
    // Swapped faster than anybody could see.
    simulator.setTags([first]);
    await time.pass(320_000);
    expect(tidsOf(observed.sightings(), first.epc)).toEqual(new Set([first.tid]));
  });

  it('tells two chips under one EPC as two', async () => {
    const { time, simulator, observed } = await dock();
    // Whichever of them answers a read: they pass the reader a few times.
    for (let pass = 0; pass < 6; pass += 1) {
      simulator.setTags([first, clone]);
      await time.pass(8000);
      simulator.setTags([]);
      await time.pass(12_000);
    }
    expect(tidsOf(observed.sightings(), first.epc)).toEqual(new Set([first.tid, clone.tid]));
  });

  it.each(tagReadTroubles.filter((trouble) => trouble !== 'ok'))(
    'reads that are answered %s cost no sighting and give no TID of another, and heal',
    async (trouble) => {
      const { time, simulator, observed, handle } = await dock();
      simulator.tagReads = trouble;
      simulator.setTags(field);
      const fromMs = time.uptimeMs;
      await time.pass(30_000);
      const sightings = observed.sightings();
      expect(longestGapMs(sightings, fromMs, time.uptimeMs - 2000)).toBeLessThan(2500);
      for (const { epc, tid } of field) {
        for (const told of tidsOf(sightings, epc)) expect(told).toBe(tid);
      }
      expect(handle.state()).toBe('ready');
      expect(observed.conditions('dock').at(-1)).toBe('ready');
      simulator.tagReads = 'ok';
      simulator.setTags([]);
      await time.pass(15_000);
      observed.clear();
      simulator.setTags(field);
      await time.pass(15_000);
      for (const { epc, tid } of field) expect(tidsOf(observed.sightings(), epc)).toEqual(new Set([tid]));
    },
  );

  it('a tag without readable memory is seen on beside the others', async () => {
    const { time, simulator, observed } = await dock();
    simulator.setTags([{ epc: first.epc }, second, third]);
    const fromMs = time.uptimeMs;
    await time.pass(60_000);
    expect(longestGapMs(observed.sightings(), fromMs, time.uptimeMs - 2000)).toBeLessThan(2500);
    expect(tidsOf(observed.sightings(), first.epc)).toEqual(new Set());
    expect(tidsOf(observed.sightings(), second.epc)).toEqual(new Set([second.tid]));
  });

  it.runIf(reader.readsShortTids)('a chip with a shorter TID bank tells what it has', async () => {
    const { time, simulator, observed } = await dock();
    simulator.setTags([
      { epc: first.epc, tid: 'e200341201020304' },
      { epc: second.epc, tid: 'e2003412' },
    ]);
    await time.pass(20_000);
    expect(tidsOf(observed.sightings(), first.epc)).toEqual(new Set(['e200341201020304']));
    expect(tidsOf(observed.sightings(), second.epc)).toEqual(new Set(['e2003412']));
  });

  it('no order of comings, goings and troubles gives a tag the TID of another', async () => {
    const step = fc.record({
      tags: fc.subarray(field),
      trouble: fc.constantFrom(...tagReadTroubles),
      ms: fc.integer({ min: 50, max: 4000 }),
      damage: fc.option(fc.integer({ min: 2, max: 30 })),
    });
    const seed = fc.integer({ min: 1, max: 1000 });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), seed, async (steps, seed) => {
        const { time, simulator, wire, observed, handle } = await inService(reader, { seed });
        for (const { tags, trouble, ms, damage } of steps) {
          simulator.tagReads = trouble;
          simulator.setTags(tags);
          if (damage !== null) wire.corruptByte(damage, 0x40);
          await time.pass(ms);
        }
        await handle.close();
        for (const { epc, tid } of field) {
          for (const told of tidsOf(observed.sightings(), epc)) expect(told).toBe(tid);
        }
      }),
      { numRuns: 8 },
    );
  });
});
