// Refuses a path that could mean either of two like USB adapters (many CH340, PL2303 and CP2102 have no serial number).
// Reads sysfs only: /sys/class/tty/NAME/device leads to the USB interface and, above it, to the USB device.

import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BridgeError } from '../bridge-error.js';

interface UsbIdentity {
  readonly name: string;
  /** Where the adapter is plugged in: differs between two adapters, equal for two ports of one. */
  readonly devicePath: string;
  /** Vendor, product and serial number: what /dev/serial/by-id is made of. */
  readonly identity: string;
}

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
  const own = await usbIdentity(ttyClassPath, basename(devicePath));
  if (own === undefined) return;
  const names = await readdir(ttyClassPath).catch(() => []);
  for (const name of names) {
    const other = await usbIdentity(ttyClassPath, name);
    if (other === undefined || other.devicePath === own.devicePath) continue;
    if (other.identity !== own.identity) continue;
    throw new BridgeError(
      'PORT_AMBIGUOUS',
      `${path}: ${own.name} and ${other.name} are adapters with the same identity (${own.identity})`,
      'Name the USB socket instead: use the path that `ls -l /dev/serial/by-path` shows.',
    );
  }
}

async function usbIdentity(ttyClassPath: string, name: string): Promise<UsbIdentity | undefined> {
  const start = await realpath(join(ttyClassPath, name, 'device')).catch(() => undefined);
  if (start === undefined) return undefined;
  // The tty hangs at most three levels below its USB device.
  let path = start;
  for (let level = 0; level < 4; level += 1, path = dirname(path)) {
    const vendor = await attribute(path, 'idVendor');
    if (vendor === '') continue;
    const product = await attribute(path, 'idProduct');
    const serial = await attribute(path, 'serial');
    return { name, devicePath: path, identity: `${vendor}:${product} serial ${serial || 'none'}` };
  }
  return undefined;
}

function attribute(path: string, name: string): Promise<string> {
  return readFile(join(path, name), 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
}
