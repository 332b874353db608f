// The USB adapter above a tty, from sysfs: /sys/class/tty/NAME/device leads to the USB interface and, above it, to the
// USB device. No udev and no native module.

import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface UsbIdentity {
  /** The tty's name. */
  readonly name: string;
  /** Where the adapter is plugged in: differs between two adapters, equal for two ports of one. */
  readonly devicePath: string;
  /** Vendor, product and serial number: what /dev/serial/by-id is made of. */
  readonly identity: string;
  /** Four hex digits. */
  readonly vendorId: string;
  readonly productId: string;
  /** Empty where the adapter has none. */
  readonly serial: string;
  readonly manufacturer: string;
  readonly product: string;
}

/** undefined for a tty that is no USB adapter. */
async function usbIdentity(ttyClassPath: string, name: string): Promise<UsbIdentity | undefined> {
  const start = await realpath(join(ttyClassPath, name, 'device')).catch(() => undefined);
  if (start === undefined) return undefined;
  // The tty hangs at most three levels below its USB device.
  let path = start;
  for (let level = 0; level < 4; level += 1, path = dirname(path)) {
    const vendorId = await attribute(path, 'idVendor');
    if (vendorId === '') continue;
    const [productId, serial, manufacturer, product] = await Promise.all([
      attribute(path, 'idProduct'),
      attribute(path, 'serial'),
      attribute(path, 'manufacturer'),
      attribute(path, 'product'),
    ]);
    const identity = `${vendorId}:${productId} serial ${serial || 'none'}`;
    return { name, devicePath: path, identity, vendorId, productId, serial, manufacturer, product };
  }
  return undefined;
}

/** All USB adapters with a tty. */
export async function usbIdentities(ttyClassPath: string): Promise<UsbIdentity[]> {
  const names = await readdir(ttyClassPath).catch(() => []);
  const found = await Promise.all(names.map((name) => usbIdentity(ttyClassPath, name)));
  return found.filter((one) => one !== undefined);
}

/** Adapters that cannot be told from `own` by their identity. Two ports of one adapter are no twins. */
export function twinsOf(own: UsbIdentity, all: readonly UsbIdentity[]): UsbIdentity[] {
  return all.filter(({ devicePath, identity }) => devicePath !== own.devicePath && identity === own.identity);
}

function attribute(path: string, name: string): Promise<string> {
  return readFile(join(path, name), 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
}
