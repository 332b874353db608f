// `coldgate relay`: anchors for a fleet until Ctrl-C.

import pino from 'pino';
import { loadRelayConfig } from '../../config/load.js';
import { startRelay } from '../relay/relay-role.js';
import { type ExitCode, exitCodes } from './cli-io.js';

export interface RelayOptions {
  readonly config: string;
}

/** @throws ConfigError, KeyError, and what the relay fails with */
export async function runRelay({ config: path }: RelayOptions): Promise<ExitCode> {
  const config = loadRelayConfig(path);
  process.umask(0o027);
  const stop = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
  const relay = await startRelay(config, pino({ level: config.log.level, base: { role: 'relay' } }));
  try {
    await Promise.race([stop, relay.failed]);
    return exitCodes.ok;
  } finally {
    await relay.close();
  }
}
