// Refuses a path that could mean either of two like USB adapters (many CH340, PL2303 and CP2102 have no serial number).

import { basename } from 'node:path';
import { BridgeError } from '../bridge-error.js';
import { twinsOf, usbIdentities } from './usb-identity.js';

/** Names whose meaning depends on which adapter came first. by-path names say the socket, so they are safe. */
const unstablePath = /^\/dev\/(serial\/by-id\/|ttyUSB|ttyACM)/;

/**
 * Throws BridgeError PORT_AMBIGUOUS when `path` names an adapter that has an indistinguishable twin plugged in.
 * `devicePath` is the real path of the tty.
 */
export async function refuseAmbiguousPort(
  path: string,
  devicePath: string,
  ttyClassPath = '/sys/class/tty',
): Promise<void> {
  if (!unstablePath.test(path)) return;
  const all = await usbIdentities(ttyClassPath);
  const own = all.find(({ name }) => name === basename(devicePath));
  const [twin] = own === undefined ? [] : twinsOf(own, all);
  if (own === undefined || twin === undefined) return;
  throw new BridgeError(
    'PORT_AMBIGUOUS',
    `${path}: ${own.name} and ${twin.name} are adapters with the same identity (${own.identity})`,
    'Name the USB socket instead: use the path that `ls -l /dev/serial/by-path` shows.',
  );
}
