// The gateway role as the program that operators run, in a process of its own, on a fresh folder. Its log goes to a
// file there, whose end is shown when the role fails.

import { spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allocatorEnvironment, nodeFlagsOf } from '../../dist/gateway/role-memory.js';
import { makeBenchFolder } from './bench-folder.mjs';

const program = fileURLToPath(new URL('../../dist/gateway/cli/coldgate.js', import.meta.url));
const START_TIMEOUT_MS = 60_000;

const immediate = 'commit: { windowMs: 0 }\n';

/** An M100 reader, each notice a record of its own. */
const readerDevice = (index, port) =>
  `  - { id: reader-${index}, type: m100, port: '${port}', mergeWindowMs: 0 }`;

function configOf({ ports, brokerUrl, more, deviceOf }) {
  const devices = ports.map((port, index) => deviceOf(index, port));
  return `gateway: { name: bench }
${more}shipment: { id: BENCH-0001 }
${ports.length === 0 ? '' : `devices:\n${devices.join('\n')}\n`}publish:
  brokers: [ { name: bench, url: '${brokerUrl}' } ]
`;
}

/**
 * Starts the role; `ports` are those of its devices, M100 readers without `deviceOf`, `more` the lines of its
 * configuration that are not theirs.
 * @param wrapper a program, with its words, that runs the role; @param nodeFlags for the role's Node beside its own
 * @param prepare called with the configuration's path before the role starts
 */
export async function startGatewayProcess({
  ports,
  brokerUrl,
  more = immediate,
  deviceOf = readerDevice,
  prepare = async () => {},
  wrapper = [],
  nodeFlags = [],
}) {
  const folder = makeBenchFolder();
  const init = spawnSync(process.execPath, [program, 'init', folder.path, '--name', 'bench'], {
    encoding: 'utf8',
  });
  if (init.status !== 0) throw new Error(`coldgate init: ${init.stderr}`);
  const config = join(folder.path, 'coldgate.yaml');
  writeFileSync(config, configOf({ ports, brokerUrl, more, deviceOf }));
  await prepare(config);
  const logFile = join(folder.path, 'bench.log');
  const log = openSync(logFile, 'a');
  // As `coldgate run` starts it.
  const flags = [...nodeFlagsOf('gateway'), ...nodeFlags];
  const [first, ...words] = [
    ...wrapper,
    ...[process.execPath, ...flags, program, 'run', '--role', 'gateway', '-c', config],
  ];
  const child = spawn(first, words, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...allocatorEnvironment },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const failure = () =>
    new Error(`the gateway did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
  for (let waitedMs = 0; !readFileSync(logFile, 'utf8').includes('gateway role started'); waitedMs += 50) {
    if (child.exitCode !== null || waitedMs > START_TIMEOUT_MS) throw failure();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const [, brokerPort] = /"brokerPort":(\d+)/.exec(readFileSync(logFile, 'utf8')) ?? [];
  return {
    pid: child.pid,
    logFile,
    signal: (name) => child.kill(name),
    brokerPort: brokerPort && Number(brokerPort),
    close: async () => {
      child.kill('SIGTERM');
      await ended;
      folder.remove();
    },
  };
}
