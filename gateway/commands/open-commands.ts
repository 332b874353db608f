// What can be asked of a gateway from afar, put together: the keys of the configuration, and what each command does.

import type { Config } from '../../config/schema.js';
import type { Clock } from '../../firmware-bridge/observation.js';
import type { ConfigurationDesk } from '../configuration/configuration-desk.js';
import type { RecordContext } from '../intake/record-mapper.js';
import { packageVersion } from '../package-version.js';
import { RemoteCommands } from '../publish/remote-commands.js';
import { topicsOf } from '../publish/topics.js';
import type { RequestDesk } from '../requests/request-desk.js';
import type { StateStore } from '../requests/state-store.js';
import type { LogPipeline } from '../sealing/log-pipeline.js';
import { readStatus } from '../status-report.js';
import { KeyDecisions } from './command-decisions.js';
import { CommandDesk } from './command-desk.js';

const BYTES_PER_MIB = 1024 * 1024;

export interface CommandParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly gateway: Uint8Array;
  readonly state: StateStore;
  readonly context: RecordContext;
  readonly pipeline: Pick<LogPipeline, 'add' | 'waitingRecords'>;
  /** Known only once the role is put together. */
  readonly requests: () => Pick<RequestDesk, 'decide' | 'decided' | 'put'>;
  /** Where the configuration may be changed. */
  readonly configuration: Pick<ConfigurationDesk, 'propose' | 'preview'> | undefined;
  /** Known only once publishing runs. */
  readonly publishing: () => { rebirth(): void; links(): Readonly<Record<string, boolean>> };
}

/** Undefined where no key may command: then nothing is subscribed to. */
export function openCommands(parts: CommandParts) {
  const { config, clock, gateway, state, context, pipeline, publishing, requests, configuration } = parts;
  if (config.commands.length === 0) return undefined;
  const desk = new CommandDesk({
    ...{ gateway, state, context, keys: config.commands, now: () => clock.now() },
    add: (entry) => pipeline.add(entry),
    handlers: {
      status: () => readStatus(config),
      diagnostics: () => ({
        version: packageVersion(),
        node: process.version,
        bootCount: context.bootCount,
        clockTrust: context.clockTrust(),
        uptimeSeconds: Math.round(process.uptime()),
        residentMiB: Math.round(process.memoryUsage.rss() / BYTES_PER_MIB),
        waitingRecords: pipeline.waitingRecords,
        brokers: publishing().links(),
        unheardCommands: desk.unheard,
      }),
      rebirth: () => publishing().rebirth(),
      ...(configuration
        ? {
            'configuration-preview': ({ text }) =>
              configuration.preview(typeof text === 'string' ? text : ''),
          }
        : {}),
    },
    decisions: new KeyDecisions(requests, configuration),
  });
  return new RemoteCommands(desk, topicsOf(config.gateway.name));
}
