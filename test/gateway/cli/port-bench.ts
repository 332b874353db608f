// The tools of a port command with a virtual device behind the port and time under the test's hand.

import type { SimulatedDevice } from '../../../firmware-bridge/simulators/simulated-device.js';
import type { SerialSettings } from '../../../firmware-bridge/transport/serial-transport.js';
import type { PortTools } from '../../../gateway/cli/port-tools.js';
import { FakeTime } from '../../firmware-bridge/fake-time.js';
import { MemoryPort } from '../../firmware-bridge/memory-port.js';

export interface PortBench {
  readonly time: FakeTime;
  readonly port: MemoryPort;
  readonly tools: PortTools;
  /** Line settings of each opening. */
  readonly openedWith: SerialSettings[];
  ctrlC(): void;
}

/** `baudRate`: the device is heard at this speed only. */
export function portBench(make: (time: FakeTime) => SimulatedDevice, baudRate?: number): PortBench {
  const time = new FakeTime();
  const port = new MemoryPort(make(time));
  const nobody = new MemoryPort({ isStuck: false, isMute: true, attach() {}, receive() {}, stop() {} });
  const openedWith: SerialSettings[] = [];
  const stopping = new AbortController();
  return {
    time,
    port,
    openedWith,
    ctrlC: () => stopping.abort(),
    tools: {
      opener: (_path, settings) => {
        openedWith.push(settings);
        return baudRate === undefined || settings.baudRate === baudRate ? port.open : nobody.open;
      },
      clock: time,
      timers: time,
      stop: stopping.signal,
    },
  };
}
