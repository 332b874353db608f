import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { encodeSentence } from '../../../firmware-bridge/nmea/sentence.js';
import {
  type NmeaReceiverOptions,
  startNmeaReceiver,
} from '../../../firmware-bridge/nmea/start-nmea-receiver.js';
import type { PositionObservation, TimeObservation } from '../../../firmware-bridge/observation.js';
import {
  NmeaSimulator,
  type NmeaSimulatorOptions,
} from '../../../firmware-bridge/simulators/nmea-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

function start(device: SimulatedDevice, time: FakeTime, overrides: Partial<NmeaReceiverOptions> = {}) {
  const port = new MemoryPort(device);
  const observed = new Observed();
  const receiver = startNmeaReceiver({
    id: 'truck',
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    sink: observed.sink,
    ...overrides,
  });
  running.push(receiver);
  return { port, observed, receiver };
}

function drive(options: NmeaSimulatorOptions = {}, overrides: Partial<NmeaReceiverOptions> = {}) {
  const time = new FakeTime();
  const simulator = new NmeaSimulator({ timers: time, clock: time, ...options });
  const wire = new FaultyWire(simulator);
  return { time, simulator, wire, ...start(wire, time, overrides) };
}

/** A receiver that says exactly what the test says. */
class Talker implements SimulatedDevice {
  isStuck = false;
  isMute = false;
  #send: ((bytes: Uint8Array) => void) | undefined;

  attach(send: ((bytes: Uint8Array) => void) | undefined): void {
    this.#send = send;
  }

  receive(): void {
    // It listens to nobody.
  }

  stop(): void {
    this.#send = undefined;
  }

  say(...bodies: string[]): void {
    for (const body of bodies) this.#send?.(encodeSentence(body));
  }
}

async function listening(overrides: Partial<NmeaReceiverOptions> = {}) {
  const time = new FakeTime();
  const talker = new Talker();
  const started = start(talker, time, overrides);
  await time.pass(1000);
  talker.say('GPGSV,1,1,00');
  await time.pass(1000);
  started.observed.clear();
  return { time, talker, ...started };
}

function positions(observed: Observed): PositionObservation[] {
  return observed.all.filter((one): one is PositionObservation => one.kind === 'position');
}

function times(observed: Observed): TimeObservation[] {
  return observed.all.filter((one): one is TimeObservation => one.kind === 'time');
}

const fix = '4807.038,N,01131.000,E';
const gga = (time: string, place = fix, quality = '1') =>
  `GPGGA,${time},${place},${quality},08,0.9,545.4,M,46.9,M,,`;
const rmc = (time: string, place = fix, date = '141123') => `GPRMC,${time},A,${place},010.0,,${date},,,A`;

describe('NMEA receiver', () => {
  it("tells a driving truck's position once a minute and the time once an hour, and sends nothing", async () => {
    const { time, simulator, observed, receiver, port } = drive();
    await time.pass(2 * 3_600_000);
    expect(receiver.state()).toBe('ready');
    expect(observed.conditions('truck')).toEqual(['opening', 'settling', 'identifying', 'ready']);
    expect(Math.abs(positions(observed).length - 120)).toBeLessThanOrEqual(1);
    expect(times(observed)).toHaveLength(2);
    for (const { at, sourceUnixMs } of times(observed)) expect(sourceUnixMs).toBe(at.unixMs);
    const [first, second] = positions(observed);
    expect(first).toMatchObject({ sensorId: 'truck', speedMmPerS: 22_222, fixUnixMs: first?.at.unixMs });
    expect(first?.satellites).toBeGreaterThanOrEqual(8);
    expect(first?.hdopCenti).toBeLessThanOrEqual(120);
    expect(second?.latitudeDegE7).toBeGreaterThan(first?.latitudeDegE7 ?? 0);
    expect(port.written.flat()).toEqual([]);
    expect(receiver.counters()).toMatchObject({ badChecks: 0, discardedBytes: 0, timeouts: 0 });
    simulator.stop();
  });

  it('tells exactly the place that the receiver has', async () => {
    const { time, simulator, observed } = drive({
      route: [{ latitudeDegE7: -338_567_891, longitudeDegE7: -1_512_093_217 }],
    });
    await time.pass(3000);
    expect(positions(observed)[0]).toMatchObject(simulator.place);
  });

  it('a tunnel is one loss and one find, and a short bridge is neither', async () => {
    const { time, simulator, observed } = drive();
    await time.pass(5000);
    simulator.isInTunnel = true;
    await time.pass(8000);
    simulator.isInTunnel = false;
    await time.pass(5000);
    expect(observed.conditions('truck')).not.toContain('position-lost');
    simulator.isInTunnel = true;
    await time.pass(60_000);
    observed.clear();
    simulator.isInTunnel = false;
    await time.pass(3000);
    expect(observed.conditions('truck')).toEqual(['position-found']);
    expect(positions(observed)).toHaveLength(1);
  });

  it("a cold start without a fix is told after ten seconds, with the receiver's reason", async () => {
    const { time, observed } = drive({ firstFixMs: 30_000 });
    await time.pass(25_000);
    expect(positions(observed)).toEqual([]);
    expect(times(observed)).toEqual([]);
    expect(observed.conditionsOf('truck').at(-1)).toMatchObject({ condition: 'position-lost' });
    expect(observed.conditionsOf('truck').at(-1)?.reason).toMatch(/status V|quality 0/);
    await time.pass(10_000);
    expect(observed.conditions('truck').at(-1)).toBe('position-found');
  });

  it('a rolled-over week gives positions without a time', async () => {
    const { time, simulator, observed } = drive();
    simulator.clockErrorMs = -1024 * 7 * 86_400_000;
    await time.pass(5000);
    expect(times(observed)).toEqual([]);
    expect(positions(observed)).toHaveLength(1);
    expect(positions(observed)[0]).not.toHaveProperty('fixUnixMs');
  });

  it.each([
    ['RMC before GGA', [rmc('120000'), gga('120000')]],
    ['GGA before RMC', [gga('120000'), rmc('120000')]],
  ])('joins %s', async (_order, bodies) => {
    const { time, talker, observed } = await listening();
    talker.say(...bodies);
    await time.pass(100);
    expect(positions(observed)).toEqual([
      expect.objectContaining({
        latitudeDegE7: 481_173_000,
        speedMmPerS: 5144,
        satellites: 8,
        hdopCenti: 90,
        fixUnixMs: Date.UTC(2023, 10, 14, 12),
      }),
    ]);
  });

  it('does not join sentences of two seconds', async () => {
    const { time, talker, observed } = await listening();
    talker.say(gga('115959'), rmc('120000'), gga('120001'));
    await time.pass(100);
    expect(positions(observed)).toHaveLength(1);
    expect(positions(observed)[0]?.satellites).toBe(8);
    expect(positions(observed)[0]?.fixUnixMs).toBeUndefined();
  });

  it('a receiver that sends only RMC has positions too', async () => {
    const { time, talker, observed } = await listening();
    talker.say(rmc('120000'), rmc('120001'));
    await time.pass(100);
    expect(positions(observed)[0]).toMatchObject({
      speedMmPerS: 5144,
      fixUnixMs: Date.UTC(2023, 10, 14, 12),
    });
  });

  it('two sentences of one second that contradict each other give no position and are counted', async () => {
    const { time, talker, observed, receiver } = await listening();
    talker.say(rmc('120000'), gga('120000', '4808.038,N,01131.000,E'));
    await time.pass(100);
    expect(positions(observed)).toEqual([]);
    expect(receiver.counters().badChecks).toBe(1);
  });

  it('GGA without a fix takes the RMC of its second back', async () => {
    const { time, talker, observed } = await listening();
    talker.say(rmc('120000'), gga('120000', ',,,', '0'), gga('120001'));
    await time.pass(100);
    expect(positions(observed)).toEqual([]);
  });

  it('the start character is not covered by the checksum: a ! sentence is no position and no time', async () => {
    const { time, observed, port } = await listening();
    for (const body of [rmc('120000'), gga('120000')]) {
      const bytes = encodeSentence(body);
      bytes[0] = 0x21;
      port.deliver(bytes);
    }
    await time.pass(100);
    expect(observed.all).toEqual([]);
  });

  it('a leap second is no time', async () => {
    const { time, talker, observed } = await listening();
    talker.say(rmc('235960', fix, '311226'));
    await time.pass(100);
    expect(times(observed)).toEqual([]);
    talker.say(rmc('000001', fix, '010127'));
    expect(times(observed)).toHaveLength(1);
  });

  it('damaged sentences cost their second only and are counted', async () => {
    const { time, wire, observed, receiver } = drive({}, { positionIntervalMs: 1000 });
    await time.pass(5000);
    observed.clear();
    wire.corruptByte(20, 0x01);
    wire.dropByte(30);
    wire.insertNoise(Uint8Array.of(0xff, 0x24, 0x00, 0x2a));
    await time.pass(10_000);
    expect(positions(observed).length).toBeGreaterThanOrEqual(8);
    expect(receiver.counters().badChecks).toBeGreaterThanOrEqual(2);
    expect(receiver.state()).toBe('ready');
  });

  it('garbage alone is silence; a wrong speed never becomes ready', async () => {
    const time = new FakeTime();
    const { port, observed, receiver } = start(new Talker(), time);
    for (let turn = 0; turn < 100; turn += 1) {
      port.deliver(Uint8Array.from({ length: 50 }, (_, index) => (index * 37 + turn) & 0xff));
      await time.pass(100);
    }
    expect(observed.conditions('truck')).toContain('silent');
    expect(observed.conditions('truck')).not.toContain('ready');
    expect(receiver.counters().frames).toBe(0);
  });

  it('an unplugged receiver is absent, comes back by itself and keeps its intervals', async () => {
    const { time, wire, observed, port } = drive();
    await time.pass(10_000);
    port.unplug();
    await time.pass(5000);
    port.plugIn(wire);
    await time.pass(10_000);
    expect(observed.conditions('truck').slice(4, 5)).toEqual(['absent']);
    expect(observed.conditions('truck').at(-1)).toBe('ready');
    expect(positions(observed)).toHaveLength(1);
    expect(times(observed)).toHaveLength(1);
  });

  it('the time without a port is no time without a fix', async () => {
    const { time, wire, simulator, observed, port } = drive();
    await time.pass(10_000);
    port.unplug();
    simulator.isInTunnel = true;
    await time.pass(60_000);
    port.plugIn(wire);
    await time.pass(8000);
    expect(observed.conditions('truck').at(-1)).toBe('ready');
    await time.pass(10_000);
    expect(observed.conditions('truck').at(-1)).toBe('position-lost');
  });

  it('a mute receiver is silent and no timer outlives the handle', async () => {
    const { time, wire, simulator, receiver, observed } = drive();
    await time.pass(5000);
    wire.isMute = true;
    await time.pass(30_000);
    expect(observed.conditions('truck')).toContain('silent');
    await receiver.close();
    simulator.stop();
    await time.pass(60_000);
    expect(time.waiting).toBe(0);
  });

  it('refuses an interval below a second', () => {
    expect(() => drive({}, { positionIntervalMs: 10 })).toThrow(
      expect.objectContaining({ code: 'READER_CONFIG' }),
    );
  });
});
