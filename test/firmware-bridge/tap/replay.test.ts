import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { replayTransport } from '../../../firmware-bridge/tap/replay-transport.js';
import type { Pace } from '../../../firmware-bridge/tap/segment-player.js';
import { parseTap, type Tap } from '../../../firmware-bridge/tap/tap-file.js';
import { tapTransport } from '../../../firmware-bridge/tap/tap-transport.js';
import type { OpenTransport } from '../../../firmware-bridge/transport/transport.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const pallet = 'e20010710000529b0940b402';
const crate = '30751feb705c5904e3d50d70';

function tapOf(text: string): Tap {
  const tap = parseTap(text);
  if (tap.kind === 'refused') throw new Error(tap.reason);
  return tap;
}

const fieldTap = tapOf(
  readFileSync(new URL('../../vectors/taps/m100-unplugged.tap', import.meta.url), 'latin1'),
);

function dock(open: OpenTransport, time: FakeTime) {
  const observed = new Observed();
  const { sink } = observed;
  const reader = startM100Reader({ id: 'dock', open, clock: time, timers: time, random: () => 0.5, sink });
  const reads = (): number => observed.sightings().reduce((sum, { count }) => sum + count, 0);
  return { observed, reader, reads };
}

describe('a recording in the place of its port', () => {
  it.each<[string, Pace]>([
    ['in recorded time', 1],
    ['as the driver asks', 'as-asked'],
  ])('gives the driver what it gave in the field: %s', async (_name, pace) => {
    const time = new FakeTime();
    const { observed, reader, reads } = dock(replayTransport(fieldTap, { pace, timers: time }), time);
    await time.pass(9000);
    await reader.close();
    expect(new Set(observed.sightings().map(({ epc }) => epc))).toEqual(new Set([pallet, crate]));
    const conditions = observed.conditions('dock');
    expect(conditions.filter((one) => one === 'ready')).toHaveLength(2);
    expect(reads()).toBe(44);
    expect(conditions).toContain('absent');
    expect(conditions).not.toContain('device-changed');
    expect(reader.counters()).toMatchObject({ frames: 55, badChecks: 1, discardedBytes: 100 });
  });

  it('plays faster by a factor', async () => {
    const time = new FakeTime();
    const startMs = time.uptimeMs;
    const transport = await replayTransport(fieldTap, { pace: 2, timers: time })();
    const arrivals: number[] = [];
    let goneMs = 0;
    transport.onClose(() => {
      goneMs = time.uptimeMs - startMs;
    });
    transport.onData(() => arrivals.push(time.uptimeMs - startMs));
    await time.pass(5000);
    expect(arrivals[0]).toBe(150);
    expect(goneMs).toBe(1750);
  });

  it('that is over has no port any more', async () => {
    const time = new FakeTime();
    const open = replayTransport(fieldTap, { timers: time });
    await open();
    await open();
    await expect(open()).rejects.toMatchObject({ code: 'PORT_ABSENT' });
  });

  it.each([0, -1, Number.NaN])('has no pace %d', (pace) => {
    expect(() => replayTransport(fieldTap, { pace })).toThrow(RangeError);
  });
});

describe('recording a port', () => {
  function recorded(write: (line: string) => void, onTrouble?: (reason: string) => void) {
    const time = new FakeTime();
    const device = new M100Simulator({ timers: time, epcs: [pallet] });
    const port = new MemoryPort(device);
    const header = { port: '/dev/ttyUSB0', line: '115200 8N1' };
    const open = tapTransport(port.open, write, { clock: time, header, onTrouble });
    return { time, port, device, ...dock(open, time) };
  }

  it('changes nothing for the driver, and what it wrote replays to the same sightings', async () => {
    const lines: string[] = [];
    const live = recorded((line) => lines.push(line));
    await live.time.pass(2000);
    live.port.unplug();
    live.port.plugIn(live.device);
    await live.time.pass(4000);
    await live.reader.close();
    const time = new FakeTime();
    const tap = tapOf(lines.map((line) => `${line}\n`).join(''));
    const again = dock(replayTransport(tap, { timers: time }), time);
    await time.pass(6000);
    await again.reader.close();
    expect(live.reads()).toBeGreaterThan(50);
    expect(again.reads()).toBe(live.reads());
    const { badChecks, discardedBytes, opens } = live.reader.counters();
    expect(again.reader.counters()).toMatchObject({ badChecks, discardedBytes, opens });
  });

  it('on a full disk ends the recording once, and the device goes on', async () => {
    const troubles: string[] = [];
    let lines = 0;
    const { time, reader, reads } = recorded(
      () => {
        lines += 1;
        if (lines > 20) throw new Error('ENOSPC');
      },
      (reason) => troubles.push(reason),
    );
    await time.pass(5000);
    expect(reader.state()).toBe('ready');
    expect(reads()).toBeGreaterThan(50);
    expect(troubles).toEqual(['ENOSPC']);
    expect(lines).toBe(21);
    await reader.close();
  });
});
