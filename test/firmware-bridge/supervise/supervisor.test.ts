import { afterEach, describe, expect, it } from 'vitest';
import { BridgeError } from '../../../firmware-bridge/bridge-error.js';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { startM100Reader } from '../../../firmware-bridge/m100/start-m100-reader.js';
import { M100Simulator } from '../../../firmware-bridge/simulators/m100-simulator.js';
import type { OpenTransport } from '../../../firmware-bridge/transport/transport.js';
import { FakeTime } from '../fake-time.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

const intoService = ['opening', 'settling', 'identifying', 'ready'];

function supervised(open: (time: FakeTime) => OpenTransport) {
  const time = new FakeTime();
  const observed = new Observed();
  const reader = startM100Reader({
    id: 'dock',
    open: open(time),
    clock: time,
    timers: time,
    random: () => 0.5,
    sink: observed.sink,
  });
  running.push(reader);
  return { time, observed, reader };
}

function withPort(isPlugged = true) {
  const port = new MemoryPort();
  const parts = supervised(() => port.open);
  const simulator = new M100Simulator({ timers: parts.time, epcs: ['e20010710000529b0940b402'] });
  if (isPlugged) port.plugIn(simulator);
  return { ...parts, port, simulator };
}

describe('supervision', () => {
  it('a missing port is one condition, and heals when it appears', async () => {
    const { time, observed, reader, port, simulator } = withPort(false);
    await time.pass(3_600_000);
    expect(observed.conditions('dock')).toEqual(['opening', 'absent']);
    expect(observed.conditionsOf('dock')[1]?.reason).toContain('PORT_ABSENT');
    port.plugIn(simulator);
    await time.pass(5000);
    expect(reader.state()).toBe('ready');
    expect(observed.conditions('dock')).toEqual(['opening', 'absent', ...intoService]);
  });

  it('an unplugged port is opened afresh when it comes back', async () => {
    const { time, observed, reader, port, simulator } = withPort();
    await time.pass(5000);
    port.unplug();
    await time.pass(10_000);
    expect(reader.state()).toBe('absent');
    observed.clear();
    port.plugIn(simulator);
    await time.pass(5000);
    expect(reader.state()).toBe('ready');
    expect(observed.conditions('dock')).toEqual(intoService);
    expect(observed.sightings().length).toBeGreaterThan(0);
    expect(port.opens).toBe(2);
    expect(port.openTransports).toBe(1);
  });

  it('another device on the same port is told, and read', async () => {
    const { time, observed, port } = withPort();
    await time.pass(5000);
    port.unplug();
    await time.pass(5000);
    port.plugIn(new M100Simulator({ timers: time, identity: ['M100 30dBm V2.0', 'V3.0', 'MagicRf'] }));
    observed.clear();
    await time.pass(5000);
    expect(observed.conditions('dock')).toEqual([
      'opening',
      'settling',
      'identifying',
      'device-changed',
      'ready',
    ]);
    const [changed] = observed.conditionsOf('dock').filter(({ condition }) => condition === 'device-changed');
    expect(changed?.reason).toContain('was M100 26dBm V1.0');
    expect(changed?.reason).toContain('is now M100 30dBm V2.0');
  });

  it('the same device on the same port is not told as another', async () => {
    const { time, observed, port, simulator } = withPort();
    await time.pass(5000);
    port.unplug();
    await time.pass(1000);
    port.plugIn(simulator);
    await time.pass(10_000);
    expect(observed.conditions('dock')).not.toContain('device-changed');
  });

  it('a device that says nothing for three cadences is silent, closed and opened again', async () => {
    const { time, observed, reader, port, simulator } = withPort();
    await time.pass(5000);
    observed.clear();
    simulator.isMute = true;
    await time.pass(3500);
    expect(observed.conditions('dock')).toEqual(['silent']);
    await time.pass(600_000);
    expect(port.opens).toBeGreaterThan(10);
    expect(port.openTransports).toBeLessThanOrEqual(1);
    // Silent while polling, then without an answer at all: two reasons, not one per attempt.
    expect(observed.conditions('dock').filter((condition) => condition === 'silent')).toHaveLength(2);
    simulator.isMute = false;
    await time.pass(40_000);
    expect(reader.state()).toBe('ready');
  });

  it('noise without a valid frame is silence', async () => {
    const { time, observed, port, simulator } = withPort();
    await time.pass(5000);
    simulator.isMute = true;
    const hiss = (): void => {
      port.deliver(Uint8Array.of(0xbb, 0x02, 0x22, 0x00));
      time.after(100, hiss);
    };
    hiss();
    observed.clear();
    await time.pass(3500);
    expect(observed.conditions('dock')).toEqual(['silent']);
  });

  it('attempts come at 0.5, 1, 2, 4 ... 30 s', async () => {
    const attempts: number[] = [];
    const { time } = supervised((clock) => async () => {
      attempts.push(clock.uptimeMs);
      throw new BridgeError('PORT_LOCKED', 'x: Cannot lock port', 'Stop the other program.');
    });
    await time.pass(200_000);
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(gaps.slice(0, 9)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('a path that is missing is looked for at least every two seconds', async () => {
    let attempts = 0;
    const { time } = supervised(() => async () => {
      attempts += 1;
      throw new BridgeError('PORT_ABSENT', 'x: no such file', 'Plug it in.');
    });
    await time.pass(100_000);
    expect(attempts).toBeGreaterThan(48);
    expect(attempts).toBeLessThan(60);
  });

  it('an open that hangs is given up, and closed should it come late', async () => {
    let isClosed = false;
    const { time, observed } = supervised((clock) => () => {
      return new Promise((resolve) => {
        clock.after(20_000, () => {
          resolve({
            path: 'slow',
            write: async () => undefined,
            close: async () => {
              isClosed = true;
            },
            onData: () => undefined,
            onClose: () => undefined,
          });
        });
      });
    });
    await time.pass(15_100);
    expect(observed.conditions('dock')).toEqual(['opening', 'faulted']);
    await time.pass(6000);
    expect(isClosed).toBe(true);
  });

  it.each([
    ['stalls is a fault', 'PORT_STALLED', 'faulted'],
    ['meets a port that has gone tells of its absence', 'PORT_CLOSED', 'absent'],
  ] as const)('a write that %s, and ends the connection, not the process', async (_what, code, condition) => {
    let writes = 0;
    const { time, observed } = supervised(() => async () => ({
      path: 'readonly',
      write: async () => {
        writes += 1;
        throw new BridgeError(code, 'readonly: 5000 bytes are still unsent', 'Check the cable.');
      },
      close: async () => undefined,
      onData: () => undefined,
      onClose: () => undefined,
    }));
    await time.pass(1000);
    expect(writes).toBeGreaterThan(0);
    expect(observed.conditions('dock').slice(0, 4)).toEqual([
      'opening',
      'settling',
      'identifying',
      condition,
    ]);
    expect(observed.conditionsOf('dock')[3]?.reason).toContain('unsent');
  });

  it('an open that throws at once is a fault like any other', async () => {
    const { time, observed } = supervised(() => () => {
      throw new TypeError('no binding for this machine');
    });
    await time.pass(1000);
    expect(observed.conditionsOf('dock').at(-1)).toMatchObject({
      condition: 'faulted',
      reason: 'no binding for this machine',
    });
  });

  it('input before the device has settled is thrown away and counted', async () => {
    const { time, port, reader } = withPort();
    await time.pass(100);
    port.deliver(new Uint8Array(40));
    await time.pass(5000);
    expect(reader.counters().discardedBytes).toBe(40);
    expect(reader.state()).toBe('ready');
  });

  it.each([0, 100, 400, 5000])('closing after %i ms leaves no timer and no open port', async (ms) => {
    const { time, port, reader } = withPort();
    await time.pass(ms);
    await reader.close();
    expect(time.waiting).toBe(0);
    expect(port.openTransports).toBe(0);
  });

  it('closing while waiting for a missing port ends at once', async () => {
    const { time, reader } = withPort(false);
    await time.pass(60_000);
    await reader.close();
    expect(time.waiting).toBe(0);
  });
});
