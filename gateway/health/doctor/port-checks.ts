// Serial ports: there, permitted, and held by nobody else. Network ports: free for the role that listens there, or held by it.

import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Config } from '../../../config/schema.js';
import { lockHolder } from '../../../firmware-bridge/transport/port-lock.js';
import { parseTcpAddress } from '../../../firmware-bridge/transport/tcp-transport.js';
import { answersAt } from '../../reports/qualification/tcp-answer.js';
import type { HealthFacts } from '../health-facts.js';
import { type DoctorCheck, type DoctorWord, fine, found, skipped } from './doctor-check.js';

type Device = Config['devices'][number];

/** @param facts of the running gateway; undefined: it does not run */
export function portChecks(config: Config, facts: HealthFacts | undefined): DoctorCheck[] {
  const devices = config.devices.filter((device): device is Device & { port: string } => 'port' in device);
  return [
    ...devices.map((device): DoctorCheck => {
      const address = parseTcpAddress(device.port);
      return {
        id: 'device-port',
        ...(address ? { needsNetwork: true } : {}),
        mend: 'plug it in; coldgate ports lists what is there and the path to configure',
        look: () => (address ? tcpWord(device, address, facts) : serialWord(device, facts)),
      };
    }),
    ...listeners(config).map(
      (listener): DoctorCheck => ({
        id: 'listen-port',
        mend: `end the program that holds it (ss -ltnp), or choose another ${listener.key}`,
        look: () => listenWord(listener, facts?.isGatewayRunning === true),
      }),
    ),
  ];
}

async function serialWord(
  { id, port }: Device & { port: string },
  facts: HealthFacts | undefined,
): Promise<DoctorWord> {
  if (!existsSync(port)) return found(`${id}: ${port} is not there`);
  try {
    accessSync(port, constants.R_OK | constants.W_OK);
  } catch {
    const mend =
      'add the user that coldgate runs as to the group of the port: usermod -aG dialout coldgate; then restart';
    return found(`${id}: this user may not open ${port}`, mend);
  }
  const holder = await lockHolder(port);
  if (holder === undefined) return fine(`${id}: ${port} is there, permitted and free`);
  if (facts?.devices.some((device) => device.id === id && device.state === 'ready'))
    return fine(`${id}: ${port} is read by the gateway`);
  return found(
    `${id}: ${port} is locked by process ${holder}`,
    `end process ${holder}, if it is not the gateway`,
  );
}

/** A serial server often takes one connection only: none is made beside one that works. */
async function tcpWord(
  { id, port }: Device & { port: string },
  { host, port: number }: { host: string; port: number },
  facts: HealthFacts | undefined,
): Promise<DoctorWord> {
  if (facts?.devices.some((device) => device.id === id && device.failure === null))
    return fine(`${id}: ${port} is read by the gateway`);
  if (await answersAt(host, number)) return fine(`${id}: ${port} takes a connection`);
  return found(`${id}: ${port} takes no connection`, 'check its power, its cable and its address');
}

interface Listener {
  readonly key: string;
  readonly host: string;
  readonly port: number;
}

function listeners({ mqttIntake, console }: Config): Listener[] {
  return [
    ...(mqttIntake ? [{ key: 'mqttIntake.listen.port', ...mqttIntake.listen }] : []),
    ...(console ? [{ key: 'console.listen.port', ...console.listen }] : []),
  ].map(({ key, host, port }) => ({ key, host, port }));
}

function listenWord({ key, host, port }: Listener, isRunning: boolean): Promise<DoctorWord> {
  if (port === 0) return Promise.resolve(skipped(`${key}: any free port is taken`));
  const place = `${key}: ${host} port ${port}`;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRINUSE' && isRunning) resolve(fine(`${place} is held, and the gateway runs`));
      else if (code === 'EADDRINUSE') resolve(found(`${place} is held by another program`));
      else resolve(found(`${place} cannot be listened at (${code})`, `check ${key.replace('port', 'host')}`));
    });
    server.listen({ host, port }, () => server.close(() => resolve(fine(`${place} is free`))));
  });
}
