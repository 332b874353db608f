// `coldgate ports`: what is plugged in and under which path to configure it. Opens no port.

import { readFile } from 'node:fs/promises';
import {
  type ListedPort,
  listHardware,
  type PortListRoots,
} from '../../firmware-bridge/transport/port-list.js';
import { type CliIo, type ExitCode, exitCodes } from './cli-io.js';
import { shownText } from './port-tools.js';

export interface PortsOptions {
  readonly json?: boolean | undefined;
}

/** Exit code 0 also when nothing is plugged in. */
export async function runPorts(
  options: PortsOptions,
  io: CliIo,
  roots: PortListRoots = {},
): Promise<ExitCode> {
  const { ports, oneWireProbes } = await listHardware(roots);
  if (options.json === true) {
    io.out(JSON.stringify({ ports: ports.map(portJson), oneWireProbes }, undefined, 2));
    return exitCodes.ok;
  }
  for (const port of ports) {
    io.out(port.path);
    for (const line of await portLines(port)) io.out(`  ${shownText(line)}`);
  }
  for (const probe of oneWireProbes) io.out(`1-Wire probe ${shownText(probe)}`);
  if (ports.length === 0 && oneWireProbes.length === 0) io.out('no serial port and no 1-Wire probe is there');
  return exitCodes.ok;
}

async function portLines(port: ListedPort): Promise<string[]> {
  const { usb, name, path, chip, candidates, twins, heldByPid, mayOpen } = port;
  const lines = [`tty         ${name}`];
  if (usb !== undefined) {
    const words = [usb.manufacturer, usb.product].filter((word) => word !== '').join(' ');
    lines.push(
      `usb         ${usb.vendorId}:${usb.productId} serial ${usb.serial || 'none'} ${words}`.trimEnd(),
    );
  }
  if (twins.length > 0) {
    lines.push(`AMBIGUOUS   ${twins.join(', ')} has the same identity: only a by-path name tells them apart`);
  }
  for (const [label, link] of [
    ['by-id', port.byId],
    ['by-path', port.byPath],
  ] as const) {
    if (link !== undefined && link !== path) lines.push(`${label.padEnd(12)}${link}`);
  }
  if (chip !== undefined) {
    lines.push(`chip        ${chip}; may be ${candidates.join(', ')}: ask with coldgate probe ${path}`);
  }
  if (heldByPid !== undefined) lines.push(`in use      ${await holderText(heldByPid)}`);
  if (!mayOpen) lines.push('no access   add the user to the group dialout');
  return lines;
}

async function holderText(pid: number): Promise<string> {
  if (pid === 0) return 'by a process that is just starting';
  const program = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  return `by process ${pid} ${program.trim()}`.trimEnd();
}

function portJson({ usb, ...port }: ListedPort): object {
  const { vendorId, productId, serial, manufacturer, product } = usb ?? {};
  return {
    ...port,
    isAmbiguous: port.twins.length > 0,
    usb: usb && { vendorId, productId, serial, manufacturer, product },
  };
}
