import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../firmware-bridge/clock.js';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import {
  type OnewireBusOptions,
  startOnewireBus,
} from '../../../firmware-bridge/onewire/start-onewire-bus.js';
import { OnewireSimulator } from '../../../firmware-bridge/simulators/onewire-simulator.js';
import { eventually } from '../eventually.js';
import { FakeTime } from '../fake-time.js';
import { Observed } from '../observed.js';
import { FakeW1Tree } from './fake-w1-tree.js';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const chips = ['28-0000000000a1', '28-0000000000a2', '28-0000000000a3'] as const;
const [frontChip, rearChip, doorChip] = chips;
const probes = [
  { sensorId: 'front', romId: frontChip },
  { sensorId: 'rear', romId: rearChip },
  { sensorId: 'door', romId: doorChip },
];

function truck(
  overrides: Partial<OnewireBusOptions> = {},
  prepare: (tree: FakeW1Tree) => void = () => undefined,
) {
  const time = new FakeTime();
  const tree = new FakeW1Tree(time, chips);
  prepare(tree);
  const observed = new Observed();
  const bus: DeviceHandle = startOnewireBus({
    id: 'pin',
    probes,
    files: tree,
    clock: time,
    timers: time,
    sink: observed.sink,
    ...overrides,
  });
  cleanups.push(() => bus.close());
  const values = (sensorId: string) =>
    observed.temperatures(sensorId).map(({ temperatureMilliC, quality }) => [temperatureMilliC, quality]);
  return { time, tree, observed, bus, values };
}

describe('DS18B20 probes on the 1-Wire pin', () => {
  it('reads every probe once per cadence behind one conversion of all, and one file at a time', async () => {
    const { time, tree, observed, bus } = truck();
    await time.pass(35_000);
    expect(bus.state()).toBe('ready');
    for (const { sensorId } of probes) {
      expect(observed.temperatures(sensorId)).toHaveLength(4);
      expect(observed.temperatures(sensorId)[0]).toMatchObject({ temperatureMilliC: 4000, quality: 'good' });
    }
    const [first, second] = observed.temperatures('front').map(({ at }) => at.uptimeMs);
    expect((second ?? 0) - (first ?? 0)).toBe(10_000);
    expect(observed.conditions('pin')).toEqual(['ready']);
    expect(new Set(tree.written)).toEqual(
      new Set(['/sys/bus/w1/devices/w1_bus_master1/therm_bulk_read trigger\n']),
    );
    expect(tree.mostAtOnce).toBe(1);
    expect(tree.reads).toHaveLength(12);
    expect(bus.counters()).toMatchObject({ frames: 12, badChecks: 0, timeouts: 0, opens: 1 });
  });

  it('without the right to the bulk file each probe converts by itself', async () => {
    const { time, tree, values } = truck({}, (fake) => {
      fake.bulk = 'denied';
    });
    await time.pass(15_000);
    tree.temperatureMilliC = 5000;
    await time.pass(10_000);
    for (const { sensorId } of probes) {
      expect(values(sensorId)).toEqual([
        [4000, 'good'],
        [4000, 'good'],
        [5000, 'good'],
      ]);
    }
  });

  it('never gives out the conversion of an earlier round', async () => {
    const { time, tree, values } = truck();
    await time.pass(15_000);
    // Triggered, then not read: the reads of this round fail at the front probe.
    tree.faults.set(frontChip, 'absent');
    await time.pass(10_000);
    tree.faults.clear();
    tree.bulk = 'denied';
    tree.temperatureMilliC = 9000;
    await time.pass(10_000);
    expect(values('front').at(-1)).toEqual([9000, 'good']);
  });

  it('a conversion that ended too soon to be one is not believed', async () => {
    const { time, values } = truck({}, (fake) => {
      fake.bulk = 'fails-silently';
    });
    await time.pass(15_000);
    for (const { sensorId } of probes) {
      expect(values(sensorId)).toEqual([
        [4000, 'good'],
        [4000, 'good'],
      ]);
    }
  });

  it('what a former run of the gateway left converted is not believed either', async () => {
    const { time, values } = truck({}, (fake) => {
      fake.leaveConverted(7000);
      fake.bulk = 'denied';
    });
    await time.pass(9000);
    expect(values('front')).toEqual([[4000, 'good']]);
  });

  it('an unplugged probe is told once, stalls no other, and is told again when it is back', async () => {
    const { time, tree, observed } = truck();
    await time.pass(15_000);
    observed.clear();
    // The kernel lists it for a while with an empty file, then drops it.
    tree.faults.set(rearChip, 'no-answer');
    await time.pass(100_000);
    tree.faults.set(rearChip, 'absent');
    await time.pass(200_000);
    expect(observed.conditionsOf('rear')).toMatchObject([
      { condition: 'probe-unreachable', reason: `${rearChip}: it does not answer` },
    ]);
    expect(observed.temperatures('rear')).toEqual([]);
    expect(observed.temperatures('front')).toHaveLength(30);
    expect(observed.temperatures('door')).toHaveLength(30);
    tree.faults.clear();
    await time.pass(20_000);
    expect(observed.conditions('rear')).toEqual(['probe-unreachable', 'probe-reachable']);
    expect(observed.temperatures('rear')).toHaveLength(2);
  });

  it('one conversion without an answer is noise', async () => {
    const { time, tree, observed, bus } = truck();
    await time.pass(15_000);
    tree.faults.set(rearChip, 'no-answer');
    await time.pass(20_000);
    tree.faults.clear();
    await time.pass(20_000);
    expect(observed.conditions('rear')).toEqual([]);
    expect(bus.counters().timeouts).toBe(2);
  });

  it.each([
    ['bad-crc', 'probe-fault'],
    ['stale', 'probe-fault'],
    ['all-zero', 'probe-short'],
    ['all-ones', 'probe-open'],
  ] as const)('%s is counted at once and becomes %s when it stays', async (fault, quality) => {
    const { time, tree, values, bus } = truck();
    await time.pass(5000);
    tree.faults.set(frontChip, fault);
    await time.pass(20_000);
    expect(values('front')).toEqual([[4000, 'good']]);
    expect(bus.counters().badChecks).toBe(2);
    await time.pass(20_000);
    expect(values('front').slice(1)).toEqual([
      [0, quality],
      [0, quality],
    ]);
    tree.faults.clear();
    await time.pass(10_000);
    expect(values('front').at(-1)).toEqual([4000, 'good']);
    expect(bus.counters().discardedBytes).toBeGreaterThan(0);
  });

  it('a chip that lost its power in between is never a reading of 85 degrees', async () => {
    const { time, tree, values } = truck();
    await time.pass(5000);
    tree.faults.set(frontChip, 'power-on');
    await time.pass(10_000);
    expect(values('front')).toEqual([
      [4000, 'good'],
      [0, 'power-on-value'],
    ]);
  });

  it('a machine without a 1-Wire bus is absent, says so once, and works when the bus comes', async () => {
    const { time, tree, observed, bus } = truck({}, (fake) => {
      fake.masters = [];
    });
    await time.pass(100_000);
    expect(bus.state()).toBe('absent');
    expect(observed.all).toMatchObject([{ deviceId: 'pin', condition: 'absent' }]);
    tree.masters = ['w1_bus_master1', 'w1_bus_master2'];
    await time.pass(20_000);
    expect(observed.conditions('pin')).toEqual(['absent', 'ready']);
    expect(observed.temperatures('front').length).toBeGreaterThan(0);
    expect(tree.written.some((written) => written.includes('w1_bus_master2'))).toBe(true);
  });

  it('a driver that hangs is told once, holds one file only, and can be closed', async () => {
    const { time, tree, observed, bus } = truck();
    await time.pass(5000);
    tree.hangsAt = rearChip;
    await time.pass(300_000);
    expect(bus.state()).toBe('silent');
    expect(observed.conditions('pin')).toEqual(['ready', 'silent']);
    expect(tree.mostAtOnce).toBe(1);
    await bus.close();
    observed.clear();
    await time.pass(60_000);
    expect(observed.all).toEqual([]);
    expect(time.waiting).toBe(0);
  });

  it('closed in the middle of a round it tells nothing more', async () => {
    const { time, observed, bus } = truck();
    await time.pass(400);
    observed.clear();
    await bus.close();
    await time.pass(60_000);
    expect(observed.all).toEqual([]);
    expect(time.waiting).toBe(0);
  });

  it.each([
    [{ probes: [] }],
    [{ cadenceMs: 500 }],
    [{ cadenceMs: 2399 }],
    [{ cadenceMs: 3_600_001 }],
    [{ probes: [{ sensorId: 'a', romId: '10-0000000000a1' }] }],
    [{ probes: [{ sensorId: 'a', romId: '28-0000000000A1' }] }],
    [{ probes: [{ sensorId: 'a', romId: '28-../../../etc' }] }],
    [{ probes: [...probes, { sensorId: 'again', romId: frontChip }] }],
    [{ probes: [...probes, { sensorId: 'front', romId: '28-0000000000b1' }] }],
  ])('refuses what cannot work: %j', (overrides) => {
    expect(() => truck(overrides)).toThrow(expect.objectContaining({ code: 'BUS_CONFIG' }));
  });
});

describe('a directory with real files', () => {
  async function simulated(
    chip: string,
    script: ConstructorParameters<typeof OnewireSimulator>[0]['script'] = [],
  ) {
    const directory = await mkdtemp(join(tmpdir(), 'coldgate-w1-'));
    cleanups.push(() => rm(directory, { recursive: true, force: true }));
    const simulator = new OnewireSimulator({
      directory,
      script,
      chips: [{ romId: chip, temperatureMilliC: () => -18_500 }],
    });
    await simulator.start();
    cleanups.push(() => simulator.stop());
    return { directory, simulator };
  }

  function start(directory: string, sensors: OnewireBusOptions['probes']) {
    const observed = new Observed();
    const bus = startOnewireBus({
      id: 'pin',
      directory,
      cadenceMs: 1600,
      probes: sensors,
      clock: systemClock,
      sink: observed.sink,
    });
    cleanups.push(() => bus.close());
    return { observed, bus };
  }

  it('is read through the file system, missing probes included', async () => {
    const { directory } = await simulated(frontChip);
    const { observed, bus } = start(directory, probes.slice(0, 2));
    await eventually('a reading', () => observed.temperatures('front').length > 0);
    await eventually('the missing probe', () => observed.conditions('rear').length > 0);
    expect(observed.temperatures('front')[0]).toMatchObject({ temperatureMilliC: -18_500, quality: 'good' });
    expect(observed.conditionsOf('rear')[0]).toMatchObject({ condition: 'probe-unreachable' });
    expect(bus.state()).toBe('ready');
    expect(await readFile(join(directory, 'w1_bus_master1', 'therm_bulk_read'), 'latin1')).toBe('trigger\n');
  });

  it('shows the faults of a script at their time', async () => {
    const time = new FakeTime();
    const directory = await mkdtemp(join(tmpdir(), 'coldgate-w1-'));
    cleanups.push(() => rm(directory, { recursive: true, force: true }));
    const simulator = new OnewireSimulator({
      directory,
      clock: time,
      timers: time,
      chips: [{ romId: frontChip, temperatureMilliC: (uptimeMs) => uptimeMs }],
      script: [
        { afterMs: 2000, romId: frontChip, fault: 'stale' },
        { afterMs: 4000, romId: frontChip, fault: 'absent' },
        { afterMs: 6000, romId: frontChip },
      ],
    });
    await simulator.start();
    cleanups.push(() => simulator.stop());
    const text = async () => {
      await simulator.refresh();
      return readFile(join(directory, frontChip, 'w1_slave'), 'latin1').catch(() => 'gone');
    };
    expect(await text()).toMatch(/YES\n.* t=1000\n$/);
    await time.pass(2500);
    expect(await text()).toMatch(/NO\n/);
    await time.pass(2000);
    expect(await text()).toBe('gone');
    await time.pass(2000);
    expect(await text()).toMatch(/YES\n.* t=7500\n$/);
    simulator.isStuck = true;
    await time.pass(2000);
    expect(await text()).toMatch(/ t=7500\n$/);
    await simulator.stop();
    expect(time.waiting).toBe(0);
  });
});
