// What is plugged in, as sysfs and /dev tell it: serial ports with their stable names, and 1-Wire probes.
// Opens no port and changes nothing.

import { constants } from 'node:fs';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { adapterChip } from './adapter-chips.js';
import { defaultLockFolders, lockHolder } from './port-lock.js';
import { twinsOf, type UsbIdentity, usbIdentities } from './usb-identity.js';

export interface ListedPort {
  /** The path to configure: by-id, by-path where that is ambiguous, else /dev/NAME. */
  readonly path: string;
  readonly name: string;
  readonly byId: string | undefined;
  readonly byPath: string | undefined;
  readonly usb: UsbIdentity | undefined;
  /** The USB serial chip, where its ids are known. */
  readonly chip: string | undefined;
  /** Protocols that often hang on such a chip: candidates only. */
  readonly candidates: readonly string[];
  /** Names of ports whose adapter has the same identity. */
  readonly twins: readonly string[];
  /** The process that holds the lock file. */
  readonly heldByPid: number | undefined;
  /** May this user read and write it? */
  readonly mayOpen: boolean;
}

export interface ListedHardware {
  readonly ports: readonly ListedPort[];
  /** Names of DS18B20 probes, 28-*. */
  readonly oneWireProbes: readonly string[];
}

export interface PortListRoots {
  readonly sys?: string | undefined;
  readonly dev?: string | undefined;
  readonly lockFolders?: readonly string[] | undefined;
}

export async function listHardware(roots: PortListRoots = {}): Promise<ListedHardware> {
  const { sys = '/sys', dev = '/dev', lockFolders = defaultLockFolders } = roots;
  const ttyClass = join(sys, 'class/tty');
  const [names, usb, byId, byPath] = await Promise.all([
    hardwareTtys(ttyClass),
    usbIdentities(ttyClass),
    linksByName(join(dev, 'serial/by-id')),
    linksByName(join(dev, 'serial/by-path')),
  ]);
  const ports = await Promise.all(
    names.map(async (name): Promise<ListedPort> => {
      const own = usb.find((one) => one.name === name);
      const twins = own === undefined ? [] : twinsOf(own, usb).map((twin) => twin.name);
      const chip = own && adapterChip(own.vendorId, own.productId);
      const devicePath = join(dev, name);
      const stable = twins.length === 0 ? (byId.get(name) ?? byPath.get(name)) : byPath.get(name);
      return {
        path: stable ?? devicePath,
        name,
        byId: byId.get(name),
        byPath: byPath.get(name),
        usb: own,
        chip: chip?.chip,
        candidates: chip?.candidates ?? [],
        twins,
        // The lock file is named after the tty, wherever /dev is looked at.
        heldByPid: await lockHolder(`/dev/${name}`, lockFolders),
        mayOpen: await mayOpen(devicePath),
      };
    }),
  );
  return { ports, oneWireProbes: await oneWireProbes(sys) };
}

/** Consoles and ptys have no `device`; a serial8250 place without a chip has type 0. */
async function hardwareTtys(ttyClass: string): Promise<string[]> {
  const names = await readdir(ttyClass).catch(() => []);
  const isHardware = await Promise.all(
    names.map(async (name) => {
      const hasDevice = await access(join(ttyClass, name, 'device')).then(
        () => true,
        () => false,
      );
      const type = await readFile(join(ttyClass, name, 'type'), 'utf8').catch(() => '');
      return hasDevice && type.trim() !== '0';
    }),
  );
  return names.filter((_, index) => isHardware[index]).sort(inNumericOrder);
}

/** tty name to link. udev takes the folder away with its last adapter. */
async function linksByName(folder: string): Promise<Map<string, string>> {
  const links = await readdir(folder).catch(() => []);
  const found = new Map<string, string>();
  for (const link of links.sort()) {
    const path = join(folder, link);
    const target = await realpath(path).catch(() => undefined);
    if (target !== undefined && !found.has(basename(target))) found.set(basename(target), path);
  }
  return found;
}

function mayOpen(path: string): Promise<boolean> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

async function oneWireProbes(sys: string): Promise<string[]> {
  const names = await readdir(join(sys, 'bus/w1/devices')).catch(() => []);
  return names.filter((name) => /^28-[0-9a-f]{12}$/.test(name)).sort();
}

function inNumericOrder(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
