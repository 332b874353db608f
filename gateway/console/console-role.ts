// The console role: web pages and API. Reads the journal, writes requests only, holds no key. Everything it consists of is
// put together here; what it serves is in console-server.ts.

import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import type { ConsoleConfig } from '../../config/console-schema.js';
import { isLoopback } from '../../config/fields.js';
import type { Config } from '../../config/schema.js';
import { hasAccounts, readAccounts } from '../accounts/account.js';
import { machineTime } from '../clock/machine-time.js';
import type { RunningRole } from '../gateway-role.js';
import { serverCertificates, watchCertificates } from '../intake/broker-certificates.js';
import { JournalError } from '../journal/journal-error.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { whenReplaced } from '../journal/replaced-journal.js';
import { RequestRows } from '../journal/request-rows.js';
import { ConsoleError } from './console-error.js';
import { createConsoleServer } from './console-server.js';
import { indexPathOf, openIndex } from './index/index-database.js';
import { JournalState } from './journal-state.js';
import { siteOf } from './server/site.js';
import { firstStartText, SetupCode } from './setup/setup-code.js';

const WAIT_MS = 500;
const SWEEP_MS = 10_000;
/** Looking without news costs microseconds. */
const LOOK_MS = 500;
/** Of a process that may wait when the gateway role has work to do. */
const NICENESS = 5;

const hasAdministrator = (journal: JournalReader) =>
  readAccounts(new JournalState(journal)).some(
    ({ role, isDisabled }) => role === 'administrator' && !isDisabled,
  );

/** Waits for what must be there: the two roles start side by side, and a person makes the first account. */
async function waitFor<Found>(look: () => Found | undefined, say: () => void, signal: AbortSignal) {
  for (let hasSaid = false; !signal.aborted; hasSaid = true) {
    const found = look();
    if (found !== undefined) return found;
    if (!hasSaid) say();
    await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

function openIfThere(path: string): JournalReader | undefined {
  try {
    return new JournalReader(path);
  } catch (error) {
    if (error instanceof JournalError && error.code === 'JOURNAL_ABSENT') return undefined;
    throw error;
  }
}

function cannotListen(cause: unknown, { listen }: ConsoleConfig): ConsoleError {
  const { code = 'unknown' } = cause as NodeJS.ErrnoException;
  const place = `${listen.host} port ${listen.port}`;
  if (code === 'EADDRINUSE')
    return new ConsoleError(
      503,
      'CONSOLE_PORT_TAKEN',
      `${place} is in use by another program`,
      'choose another console.listen.port',
    );
  return new ConsoleError(
    503,
    'CONSOLE_CANNOT_LISTEN',
    `cannot listen at ${place} (${code})`,
    'check console.listen',
  );
}

async function serve(
  config: Config,
  console: ConsoleConfig,
  log: Logger,
  configFile: string | undefined,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const path = journalPathOf(config.gateway.dataDir);
  const { listen, trustedProxies } = console;
  const journal = await waitFor(
    () => openIfThere(path),
    () => log.info('waiting for the gateway role to make the journal'),
    signal,
  );
  if (!journal) return async () => {};
  const closers: (() => unknown)[] = [() => journal.close()];
  const close = async () => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const site = siteOf(console);
    if (!isLoopback(listen.host) || trustedProxies.length > 0) {
      const hint = 'coldgate users create NAME --role administrator, on this machine; the console opens then';
      await waitFor(
        () => hasAdministrator(journal) || undefined,
        () =>
          log.warn(
            { code: 'CONSOLE_NEEDS_ADMINISTRATOR', hint },
            'nobody has an administrator account: the console stays closed beyond this machine',
          ),
        signal,
      );
      if (signal.aborted) return close;
    }
    const rows = new RequestRows(path, 'peer');
    const now = () => machineTime(config, (key) => journal.judgeState(key)).nowMs;
    closers.push(() => rows.close());
    const tls = listen.tls && { ...listen.tls, requireClientCertificate: false };
    const database = openIndex(indexPathOf(config.gateway.dataDir), journal);
    closers.push(() => database.close());
    const isFirstStart = !hasAccounts(new JournalState(journal));
    const setupCode = isFirstStart ? new SetupCode(now()) : undefined;
    const server = await createConsoleServer({
      ...{ config, console, site, journal, rows, log, database, configFile, setupCode, now },
      webFolder: fileURLToPath(new URL('./web', import.meta.url)),
      tls: tls && serverCertificates(tls, 'console.listen.tls'),
    });
    const { app, sessions, visitors } = server;
    closers.push(() => server.close());
    const onFailure = sayOnce(log);
    const look = setInterval(() => void server.look().catch(onFailure), LOOK_MS);
    closers.push(() => clearInterval(look));
    const sweep = setInterval(() => sessions.sweep((session) => !visitors.holds(session)), SWEEP_MS);
    closers.push(() => clearInterval(sweep));
    await app.listen({ host: listen.host, port: listen.port }).catch((error: unknown) => {
      throw cannotListen(error, console);
    });
    if (tls) closers.push(watchTls(tls, app.server as unknown as HttpsServer, log));
    const { port } = app.server.address() as AddressInfo;
    log.info({ url: site.urlAt(port) }, 'console role started');
    // For a person at the terminal, and in no log line that a program may keep.
    if (setupCode) process.stderr.write(firstStartText(setupCode, site.urlAt(port)));
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

function watchTls(
  tls: Parameters<typeof watchCertificates>[0],
  server: HttpsServer,
  log: Logger,
): () => void {
  return watchCertificates(tls, server, {
    onRenewed: () => log.info('the console uses its new certificate'),
    onUnusable: ({ code, hint, message }) => log.error({ code, hint }, message),
  });
}

/** What fails at each look is told once, and again when it is something else. */
function sayOnce(log: Logger): (error: unknown) => void {
  let last: string | undefined;
  return (error) => {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== last) log.error({ err: error }, 'what is new cannot be shown');
    last = text;
  };
}

/** Reading devices comes before showing what they said. */
function lowerPriority(): void {
  try {
    setPriority(NICENESS);
  } catch {
    // Not everywhere allowed; it works without.
  }
}

/**
 * Starts the role; it goes on until it is closed or its journal fails.
 * @param configFile as the role was started with: files are made by commands
 */
export async function startConsoleRole(
  config: Config,
  console: ConsoleConfig,
  log: Logger,
  configFile?: string,
): Promise<RunningRole> {
  lowerPriority();
  const stop = new AbortController();
  const replaced = whenReplaced(journalPathOf(config.gateway.dataDir), stop.signal);
  const started = serve(config, console, log, configFile, stop.signal);
  const failed = new Promise<never>((_resolve, reject) => {
    started.catch(reject);
    replaced.catch(reject);
  });
  failed.catch(() => {});
  return {
    failed,
    close: async () => {
      stop.abort();
      const close = await started.catch(() => undefined);
      await close?.();
      log.info('console role ended');
    },
  };
}
