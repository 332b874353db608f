// One write on the bus shifts every later reading: offsets are read, recorded and compared, and never mixed with readings.

import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { planBus } from '../../../firmware-bridge/modbus/bus-plan.js';
import { offsetQuestions } from '../../../firmware-bridge/modbus/offset-question.js';
import {
  type ModbusProfile,
  type ModbusProfileName,
  modbusProfile,
  modbusProfiles,
} from '../../../firmware-bridge/modbus/profiles.js';
import { type ModbusBusOptions, startModbusBus } from '../../../firmware-bridge/modbus/start-modbus-bus.js';
import type { CalibrationOffset } from '../../../firmware-bridge/observation.js';
import { ModbusSimulator, type VirtualProbe } from '../../../firmware-bridge/simulators/modbus-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

const hourMs = 3_600_000;
const front = { sensorId: 'front', unit: 1, profile: 'xy-md02', humiditySensorId: 'front-rh' } as const;
const pallets = [1, 2, 3, 4, 5, 6, 7, 8].map((channel) => ({
  sensorId: `ch${channel}`,
  unit: 4,
  profile: 'r4dcb08' as const,
  channel,
}));
const virtualProbes: readonly VirtualProbe[] = [
  { unit: 1, profile: 'xy-md02', temperatureMilliC: () => 4000, humidityMilliPercent: () => 61_200 },
  { unit: 2, profile: 'rs485-th', temperatureMilliC: () => -18_000 },
  { unit: 3, profile: 'mb8art-x10', temperatureMilliC: () => 5000 },
  { unit: 4, profile: 'r4dcb08', temperatureMilliC: (_ms, channel) => channel * 1000 },
];

function truck(
  overrides: Partial<ModbusBusOptions> = {},
  between: (simulator: ModbusSimulator) => SimulatedDevice = (simulator) => simulator,
) {
  const time = new FakeTime();
  const simulator = new ModbusSimulator({ clock: time, timers: time, probes: virtualProbes });
  const device = between(simulator);
  const port = new MemoryPort(device);
  const observed = new Observed();
  const start = () => {
    const bus = startModbusBus({
      id: 'bus',
      open: port.open,
      clock: time,
      timers: time,
      random: () => 0.5,
      cadenceMs: 10_000,
      replyTimeoutMs: 200,
      probes: [front],
      sink: observed.sink,
      ...overrides,
    });
    running.push(bus);
    return bus;
  };
  const offsets = (): CalibrationOffset[] =>
    observed.all.filter((one): one is CalibrationOffset => one.kind === 'calibration-offset');
  return { time, simulator, device, port, observed, offsets, bus: start() };
}

/** Hands requests on and lets the test choose the latency of each reply. */
class Latency implements SimulatedDevice {
  isStuck = false;
  isMute = false;
  readonly #simulator: ModbusSimulator;
  readonly #latencyMs: (request: Uint8Array) => number | undefined;

  constructor(simulator: ModbusSimulator, latencyMs: (request: Uint8Array) => number | undefined) {
    this.#simulator = simulator;
    this.#latencyMs = latencyMs;
  }

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#simulator.attach(send);
  }

  receive(bytes: Uint8Array): void {
    this.#simulator.behaviour(bytes[0] ?? 0).nextLatencyMs = this.#latencyMs(bytes);
    this.#simulator.receive(bytes);
  }

  stop(): void {
    this.#simulator.stop();
  }
}

const isOffsetQuestion = (request: Uint8Array) => request[0] === 4 && (request[3] ?? 0) >= 8;

describe('calibration offsets', () => {
  it('are read before the first reading and told once an interval, in milli-units', async () => {
    const { time, simulator, observed, offsets } = truck();
    simulator.setOffset(1, 0x0104, -2500);
    await time.pass(5000);
    const kinds = observed.all.map(({ kind }) => kind).filter((kind) => kind !== 'device-condition');
    expect(kinds).toEqual(['calibration-offset', 'calibration-offset', 'temperature', 'humidity']);
    expect(offsets()).toMatchObject([
      { sensorId: 'front', quantity: 'temperature', register: 0x0103, offsetMilli: 0 },
      { sensorId: 'front-rh', quantity: 'humidity', register: 0x0104, offsetMilli: -2500 },
    ]);
    await time.pass(3 * hourMs + 60_000);
    expect(offsets()).toHaveLength(8);
    expect(observed.conditions('front')).toEqual([]);
  });

  it('of a sensor that is not configured are not asked for', async () => {
    const { time, port, offsets } = truck({ probes: [{ sensorId: 'front', unit: 1, profile: 'xy-md02' }] });
    await time.pass(5000);
    expect(offsets().map(({ register }) => register)).toEqual([0x0103]);
    expect(port.written[0]?.filter(([, code]) => code === 3).map((bytes) => bytes[5])).toEqual([1]);
  });

  it('a changed one is told with what it was, before the first reading that is taken behind it', async () => {
    const { time, simulator, observed, offsets } = truck();
    await time.pass(hourMs - 500_000);
    simulator.setOffset(1, 0x0103, -2000);
    observed.clear();
    await time.pass(600_000);
    const changed = observed.all.findIndex(
      (one) => one.kind === 'device-condition' && one.condition === 'calibration-changed',
    );
    expect(observed.all[changed]).toMatchObject({
      deviceId: 'front',
      reason: 'temperature offset in register 259 was 0, is now -2000 milli-degC',
    });
    expect(observed.all[changed + 1]).toMatchObject({ kind: 'calibration-offset', offsetMilli: -2000 });
    expect(observed.all.slice(changed).find(({ kind }) => kind === 'temperature')).toMatchObject({
      temperatureMilliC: 2000,
    });
    expect(offsets()).toHaveLength(2);
    await time.pass(2 * hourMs);
    expect(observed.conditions('front')).toEqual(['calibration-changed']);
  });

  it('a probe that was unplugged and changed is found out when it is back, not an hour later', async () => {
    const { time, simulator, port, device, observed } = truck();
    await time.pass(60_000);
    port.unplug();
    await time.pass(20_000);
    simulator.setOffset(1, 0x0103, 1500);
    port.plugIn(device);
    observed.clear();
    await time.pass(30_000);
    expect(observed.conditions('front')).toEqual(['calibration-changed']);
    expect(observed.temperatures('front')[0]).toMatchObject({ temperatureMilliC: 5500 });
    const changedAt = observed.conditionsOf('front')[0]?.at.uptimeMs ?? 0;
    expect(observed.temperatures('front')[0]?.at.uptimeMs).toBeGreaterThan(changedAt);
  });

  it('a probe that was off the bus while the port stayed open is read again too', async () => {
    const { time, simulator, observed } = truck({
      probes: [front, { sensorId: 'rear', unit: 2, profile: 'rs485-th' }],
    });
    await time.pass(60_000);
    simulator.behaviour(1).isSilent = true;
    await time.pass(60_000);
    simulator.setOffset(1, 0x0103, 1500);
    simulator.behaviour(1).isSilent = false;
    await time.pass(90_000);
    expect(observed.conditions('front')).toEqual([
      'probe-unreachable',
      'calibration-changed',
      'probe-reachable',
    ]);
  });

  it('a reconnect alone adds no record', async () => {
    const { time, port, device, offsets } = truck();
    await time.pass(60_000);
    for (let times = 0; times < 5; times += 1) {
      port.unplug();
      await time.pass(5000);
      port.plugIn(device);
      await time.pass(60_000);
    }
    expect(offsets()).toHaveLength(2);
    await time.pass(hourMs);
    expect(offsets()).toHaveLength(4);
  });

  it('one that was changed while the gateway was off is told at its start', async () => {
    const { time, simulator, observed } = truck({ knownOffsets: new Map([['front 259', 0]]) });
    simulator.setOffset(1, 0x0103, 700);
    await time.pass(5000);
    expect(observed.conditionsOf('front')).toMatchObject([
      { condition: 'calibration-changed', reason: expect.stringContaining('was 0, is now 700') },
    ]);
    expect(observed.conditions('front-rh')).toEqual([]);
  });

  it('a unit that refuses the question is told once, and its readings go on', async () => {
    const { time, simulator, observed, offsets } = truck(
      {},
      (inner) =>
        new (class extends Latency {
          override receive(bytes: Uint8Array): void {
            inner.behaviour(1).exceptionCode = bytes[1] === 3 ? 1 : undefined;
            super.receive(bytes);
          }
        })(inner, () => undefined),
    );
    await time.pass(4 * hourMs);
    expect(observed.conditions('front')).toEqual(['faulted']);
    expect(observed.conditionsOf('front')[0]?.reason).toBe(
      'unit 1 does not tell its calibration offsets: exception 1 (illegal function); its readings go on',
    );
    expect(offsets()).toEqual([]);
    expect(observed.temperatures('front')).toHaveLength(4 * 360);
    expect(new Set(observed.temperatures('front').map(({ quality }) => quality))).toEqual(new Set(['good']));
    expect(simulator.behaviour(1).isSilent).toBe(false);
  });

  it('a unit that ignores the question is asked thrice, told once, and loses no reading', async () => {
    const { time, observed, port } = truck({}, (inner) => {
      // Longer than any timeout: as good as never.
      return new Latency(inner, (request) => (request[1] === 3 ? 1e9 : undefined));
    });
    await time.pass(hourMs - 60_000);
    expect(observed.conditions('front')).toEqual(['faulted']);
    expect(port.written[0]?.filter(([, code]) => code === 3)).toHaveLength(3);
    expect(observed.temperatures('front').length).toBeGreaterThanOrEqual(353);
    expect(observed.conditions('bus')).toEqual(['opening', 'settling', 'identifying', 'ready']);
  });

  it('a unit that counts in other steps than its profile gives no readings until it is set right', async () => {
    const { time, simulator, observed } = truck({
      probes: [{ sensorId: 'core', unit: 3, profile: 'mb8art-x10', channel: 1 }],
    });
    const qualities = () => observed.temperatures('core').map(({ quality }) => quality);
    simulator.behaviour(3).scaleWord = 1;
    await time.pass(25_000);
    expect(observed.conditionsOf('core').map(({ condition, reason }) => [condition, reason])).toEqual([
      ['faulted', 'register 76 is 1, the profile mb8art-x10 needs 0: no reading is right'],
    ]);
    expect(qualities()).toEqual(['probe-fault', 'probe-fault', 'probe-fault']);
    simulator.behaviour(3).scaleWord = undefined;
    await time.pass(hourMs);
    expect(qualities().at(-1)).toBe('good');
    expect(observed.conditions('core')).toEqual(['faulted']);
  });

  it('a late reply to the question for offsets is never a reading, nor the other way round', async () => {
    const delays = { offsets: 1300, readings: 150 };
    const { time, simulator, observed, offsets } = truck(
      { probes: pallets, cadenceMs: 10_000, offsetsIntervalMs: 10_000 },
      // Asked again 1200 ms after the question that timed out: the late reply meets the open question for the readings.
      (inner) =>
        new Latency(inner, (request) => (isOffsetQuestion(request) ? delays.offsets : delays.readings)),
    );
    for (let channel = 1; channel <= 8; channel += 1) simulator.setOffset(4, 7 + channel, 100 * channel);
    const expectRightValues = (): void => {
      for (const { sensorId, channel } of pallets) {
        const values = observed.temperatures(sensorId).map(({ temperatureMilliC }) => temperatureMilliC);
        expect(values.length).toBeGreaterThan(5);
        expect(new Set(values)).toEqual(new Set([channel * 1100]));
      }
      for (const { sensorId, offsetMilli } of offsets()) expect(offsetMilli).toBe(Number(sensorId[2]) * 100);
    };
    await time.pass(100_000);
    expectRightValues();
    Object.assign(delays, { offsets: 150, readings: 150 });
    let count = 0;
    await time.pass(30_000);
    // Now every third reading is the late one.
    Object.defineProperty(delays, 'readings', {
      get: () => {
        count += 1;
        return count % 3 === 0 ? 1300 : 150;
      },
    });
    await time.pass(300_000);
    expectRightValues();
    expect(offsets().length).toBeGreaterThan(8);
  });

  const subsets = Object.entries(modbusProfiles).flatMap(([name, profile]: [string, ModbusProfile]) =>
    Array.from({ length: 2 ** profile.channels - 1 }, (_, index) => ({ name, profile, mask: index + 1 })),
  );
  it('no two questions to one unit have the same function and quantity, whatever channels are configured', () => {
    for (const { name, profile, mask } of subsets) {
      const probes = Array.from({ length: profile.channels }, (_, index) => index + 1)
        .filter((channel) => (mask & (1 << (channel - 1))) !== 0)
        .map((channel) => ({
          sensorId: `s${channel}`,
          unit: 1,
          profile: name as ModbusProfileName,
          channel,
          humiditySensorId: profile.humidity === undefined ? undefined : 'rh',
        }));
      const [unit] = planBus('bus', probes);
      if (unit === undefined) throw new Error('no unit');
      const questions = offsetQuestions(unit);
      const shapes = [unit.request, ...questions.map(({ request }) => request)].map(
        ({ functionCode, quantity }) => `${functionCode} ${quantity}`,
      );
      expect(new Set(shapes).size, `${name} ${mask}`).toBe(shapes.length);
      const hasOffsets = modbusProfile(name as ModbusProfileName).offsets !== undefined;
      const asked = questions.flatMap(({ registers }) => registers.map(({ sensorId }) => sensorId));
      expect(questions.some(({ scaleWord }) => scaleWord !== undefined)).toBe(
        profile.scaleSetting !== undefined,
      );
      const expected = probes.flatMap(({ sensorId, humiditySensorId }) =>
        [sensorId, humiditySensorId ?? []].flat(),
      );
      expect(asked, `${name} ${mask}`).toEqual(hasOffsets ? expected : []);
    }
  });

  it.each([[5000], [86_400_001], [Number.NaN]])('refuses an interval of %d ms', (offsetsIntervalMs) => {
    expect(() => truck({ offsetsIntervalMs })).toThrow(expect.objectContaining({ code: 'BUS_CONFIG' }));
  });
});

describe('the virtual bus', () => {
  it.each(Object.keys(modbusProfiles) as ModbusProfileName[])(
    'stands for a %s with readings, faults and offsets',
    async (profile) => {
      const time = new FakeTime();
      const { channels } = modbusProfile(profile);
      const inputs = [4000, undefined, 'short', -20_000] as const;
      const simulator = new ModbusSimulator({
        clock: time,
        timers: time,
        probes: [
          {
            unit: 1,
            profile,
            temperatureMilliC: (_ms, channel) => inputs[channel - 1],
          },
        ],
      });
      const observed = new Observed();
      const bus = startModbusBus({
        id: 'bus',
        open: new MemoryPort(simulator).open,
        clock: time,
        timers: time,
        cadenceMs: 10_000,
        replyTimeoutMs: 200,
        probes: Array.from({ length: channels }, (_, index) => ({
          sensorId: `s${index + 1}`,
          unit: 1,
          profile,
          channel: index + 1,
        })),
        sink: observed.sink,
      });
      running.push(bus);
      await time.pass(5000);
      expect(observed.temperatures('s1')[0]).toMatchObject({ temperatureMilliC: 4000, quality: 'good' });
      expect(observed.conditions('s1')).toEqual([]);
      if (channels === 1) return;
      const faults = ['probe-open', 'probe-short', 'probe-fault', 'out-of-range'];
      expect(faults).toContain(observed.temperatures('s2')[0]?.quality);
      expect(faults).toContain(observed.temperatures('s3')[0]?.quality);
      expect(observed.temperatures('s4')[0]).toMatchObject({ temperatureMilliC: -20_000, quality: 'good' });
    },
  );

  it('refuses an offset that the model does not have', () => {
    const simulator = new ModbusSimulator();
    expect(() => simulator.setOffset(1, 0x0200, 1)).toThrow(RangeError);
    expect(() => simulator.setOffset(2, 0x0103, 1)).toThrow(RangeError);
  });
});
