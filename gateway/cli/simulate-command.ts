// `coldgate simulate`: a virtual device behind a tty or a TCP port until Ctrl-C, with faults as a script says.

import { readFile } from 'node:fs/promises';
import { messageOf } from '../../firmware-bridge/bridge-error.js';
import { playFaults } from '../../firmware-bridge/simulators/fault-player.js';
import {
  type FaultStep,
  faultText,
  parseFaultScript,
} from '../../firmware-bridge/simulators/fault-script.js';
import { simulatedKinds } from '../../firmware-bridge/simulators/registry.js';
import { serveOverTcp, serveOverTty } from '../../firmware-bridge/simulators/stream-server.js';
import { FaultyWire } from '../../firmware-bridge/simulators/wire-faults.js';

import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { FileError } from './file-error.js';
import { type PortTools, systemPortTools, whenAborted } from './port-tools.js';

export interface SimulateOptions {
  readonly device: string;
  readonly tty?: string | undefined;
  readonly tcp?: string | undefined;
  readonly script?: string | undefined;
  readonly seed?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Exit code 0 at Ctrl-C. Throws UsageError, and BridgeError SIMULATOR_FAILED without socat or with a taken port. */
export async function runSimulate(
  options: SimulateOptions,
  io: CliIo,
  tools: PortTools = systemPortTools(),
): Promise<ExitCode> {
  const { tty, json = false } = options;
  const kind = simulatedKinds.find(({ name }) => name === options.device);
  if (kind === undefined) {
    const known = simulatedKinds.map(({ name }) => name).join(', ');
    throw new UsageError('WRONG_USE', `there is no virtual ${options.device}`, `devices are ${known}`);
  }
  if (tty !== undefined && options.tcp !== undefined) {
    throw new UsageError('WRONG_USE', 'a device has one port', 'give --tty or --tcp');
  }
  const seed = numberOf('seed', options.seed ?? '1', 2 ** 32 - 1);
  const tcpPort = numberOf('tcp', options.tcp ?? '0', 65_535);
  const steps = options.script === undefined ? [] : await readScript(options.script);
  const wire = new FaultyWire(kind.make({ seed, timers: tools.timers }), tools.timers);
  const port = await (tty === undefined ? serveOverTcp(wire, tcpPort) : serveOverTty(wire, tty));
  if (json) io.out(JSON.stringify({ device: kind.name, port: port.port, seed }));
  else io.out(port.port);
  io.err(`${kind.title} at ${port.port}; Ctrl-C ends it`);
  const startMs = tools.clock.now().uptimeMs;
  const player = playFaults(
    steps,
    { wire, unplug: () => port.unplug(), plugIn: (as) => port.plugIn(as) },
    {
      timers: tools.timers,
      seed,
      onStep: (step) => io.err(stepText(step, tools.clock.now().uptimeMs - startMs)),
    },
  );
  try {
    // A script that fails ends the command; one that is over leaves the device as it is.
    await Promise.race([whenAborted(tools.stop), player.done.then(() => whenAborted(tools.stop))]);
  } finally {
    player.stop();
    await port.close();
  }
  return exitCodes.ok;
}

function stepText(step: FaultStep, ms: number): string {
  return `${(ms / 1000).toFixed(1)}s ${faultText(step)}`;
}

async function readScript(file: string): Promise<readonly FaultStep[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new FileError(
      'FILE_UNREADABLE',
      `${file} cannot be read: ${messageOf(error)}`,
      'check the name',
      error,
    );
  });
  const script = parseFaultScript(text);
  if (script.kind === 'script') return script.steps;
  const problems = script.problems.map(({ line, reason }) => `line ${line}: ${reason}`).join('; ');
  throw new UsageError('WRONG_USE', `${file}: ${problems}`, 'one step a line, as in: 4s unplug');
}

function numberOf(option: string, text: string, max: number): number {
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value <= max) return value;
  throw new UsageError('WRONG_USE', `--${option} ${text} is no number`, `use 0 to ${max}`);
}
