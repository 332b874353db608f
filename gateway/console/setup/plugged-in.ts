// What is plugged in, for whoever sets the gateway up. Opens no port.

import { type ListedPort, listHardware } from '../../../firmware-bridge/transport/port-list.js';
import { printable } from '../../../ledger-sync/evidence/printable.js';
import type { SetupHardware } from '../api/setup.js';

export async function pluggedIn(): Promise<SetupHardware> {
  const { ports, oneWireProbes } = await listHardware();
  return { ports: ports.map(portOf), oneWireProbes: [...oneWireProbes] };
}

function portOf({ path, name, usb, chip, candidates, twins, heldByPid, mayOpen }: ListedPort) {
  const words = [usb?.manufacturer, usb?.product, usb?.serial, chip].filter((word) => word);
  return {
    ...{ path, name, mayOpen },
    // An adapter may say anything of itself.
    adapter: printable(words.join(' ')),
    candidates: [...candidates],
    isAmbiguous: twins.length > 0,
    isHeld: heldByPid !== undefined,
  };
}
