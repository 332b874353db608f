import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { encodeRcpEnvelope } from '../../../firmware-bridge/framing/rcp-envelope.js';
import { startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import { RcpSimulator } from '../../../firmware-bridge/simulators/rcp-simulator.js';
import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const crate = '30751feb705c5904e3d50d70';
const speaksRcp = 'dock: the reader speaks Phychips RCP, not the M100 protocol';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

function dock(time: FakeTime, device: SimulatedDevice) {
  const port = new MemoryPort(device);
  const observed = new Observed();
  const reader = startM100Reader({
    id: 'dock',
    open: port.open,
    clock: time,
    timers: time,
    random: () => 0.5,
    region: 'eu',
    txPowerCentiDbm: 2000,
    sink: observed.sink,
  });
  running.push(reader);
  return { port, observed, reader };
}

describe('M100 settings are read back', () => {
  it.each([
    [
      'a region that was acknowledged and not taken',
      { regions: [0x01] },
      'dock: the reader acknowledged region eu and still has region cn900',
    ],
    [
      'a power beyond its own',
      { maxTxPowerCentiDbm: 1850 },
      'dock: the reader acknowledged power 2000 cdBm and still has 1850 cdBm',
    ],
  ])('%s is a fault, and the reader does not transmit', async (_what, device, reason) => {
    const time = new FakeTime();
    const simulator = new M100Simulator({ timers: time, epcs: [crate], ...device });
    const { observed, reader } = dock(time, simulator);
    await time.pass(60_000);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'faulted']);
    expect(observed.conditionsOf('dock').at(-1)?.reason).toBe(reason);
    expect(simulator.isPolling).toBe(false);
    expect(reader.counters().opens).toBeGreaterThan(2);
  });
});

describe('an RCP reader where an M100 was configured is named', () => {
  it('when it was left reading and its notices come by themselves', async () => {
    const time = new FakeTime();
    const device = new RcpSimulator({ timers: time, epcs: [crate], isReading: true });
    const { observed, reader } = dock(time, device);
    await time.pass(60_000);
    // The first notice decides: nothing is waited for.
    expect(reader.counters().timeouts).toBe(0);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'faulted']);
    expect(observed.conditionsOf('dock').at(-1)?.reason).toBe(speaksRcp);
  });

  it('when it waits to be asked', async () => {
    const time = new FakeTime();
    const { observed } = dock(time, new RcpSimulator({ timers: time }));
    await time.pass(60_000);
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'faulted']);
    expect(observed.conditionsOf('dock').at(-1)?.reason).toBe(speaksRcp);
  });

  it('a dead line stays silent and no fault of the protocol', async () => {
    const time = new FakeTime();
    const simulator = new M100Simulator({ timers: time });
    simulator.isMute = true;
    const { observed, reader } = dock(time, simulator);
    await time.pass(10_000);
    expect(observed.conditions('dock').at(-1)).toBe('silent');
    simulator.isMute = false;
    await time.pass(40_000);
    expect(reader.state()).toBe('ready');
    await reader.close();
    expect(time.waiting).toBe(0);
  });

  it('an RCP frame on the line of an M100 that has said who it is changes nothing', async () => {
    const time = new FakeTime();
    const simulator = new M100Simulator({ timers: time, epcs: [crate] });
    const { observed, port, reader } = dock(time, simulator);
    await time.pass(5000);
    port.deliver(encodeRcpEnvelope({ type: 2, command: 0x22, parameters: new Uint8Array() }));
    await time.pass(5000);
    expect(reader.state()).toBe('ready');
    expect(observed.conditions('dock')).toEqual(['opening', 'settling', 'identifying', 'ready']);
  });

  it('closing while it is being asked leaves no timer behind', async () => {
    const time = new FakeTime();
    const simulator = new M100Simulator({ timers: time });
    simulator.isMute = true;
    const { reader } = dock(time, simulator);
    // Settling, three questions of 500 ms, and the first half of the question in RCP.
    await time.pass(300 + 3 * 500 + 250);
    await reader.close();
    expect(time.waiting).toBe(0);
  });
});
