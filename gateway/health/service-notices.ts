// Tells the service manager how the service is (sd_notify(3)), through the program systemd-notify: Node has no datagram socket
// in the file system. Without NOTIFY_SOCKET nothing is told.

import { spawn } from 'node:child_process';
import type { Logger } from 'pino';

const PROGRAM = 'systemd-notify';
/** A manager that does not take a message must not hold the next one up for ever. */
const LIMIT_MS = 10_000;
const MAX_STATUS_LENGTH = 400;
const US_PER_MS = 1000;
/** Fed three times within the time that the manager waits. */
const FEEDS_PER_LIMIT = 3;

export interface ServiceNoticesOptions {
  readonly environment: NodeJS.ProcessEnv;
  readonly pid: number;
  readonly log: Pick<Logger, 'warn'>;
}

export class ServiceNotices {
  readonly #options: ServiceNoticesOptions;
  readonly #isWanted: boolean;
  /** What is to be told next; a state that came later replaces an earlier one. */
  #waiting = new Map<string, string>();
  #running: Promise<void> | undefined;
  #status = '';
  #hasWarned = false;

  constructor(options: ServiceNoticesOptions) {
    this.#options = options;
    this.#isWanted = Boolean(options.environment.NOTIFY_SOCKET);
  }

  /** How often the manager wants to be fed, ms; undefined: it does not watch this process. */
  get feedEveryMs(): number | undefined {
    const { WATCHDOG_USEC, WATCHDOG_PID } = this.#options.environment;
    const limitUs = Number(WATCHDOG_USEC);
    if (!this.#isWanted || !(limitUs > 0)) return undefined;
    if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== this.#options.pid) return undefined;
    return Math.floor(limitUs / US_PER_MS / FEEDS_PER_LIMIT);
  }

  ready(): void {
    this.#tell('READY', '1');
  }

  /** All is started anew with another configuration; `ready` ends it. */
  reloading(): void {
    this.#waiting.delete('READY');
    this.#tell('RELOADING', `1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
  }

  feed(): void {
    this.#tell('WATCHDOG', '1');
  }

  /** One line for people. */
  status(text: string): void {
    // A line of its own would be a message of its own.
    const line = text.replaceAll(/\s+/g, ' ').slice(0, MAX_STATUS_LENGTH);
    if (line === this.#status) return;
    this.#status = line;
    this.#tell('STATUS', line);
  }

  /** The service ends. Resolves when that is told. */
  async stopping(): Promise<void> {
    this.#waiting.delete('WATCHDOG');
    this.#tell('STOPPING', '1');
    await this.#running;
  }

  #tell(name: string, value: string): void {
    if (!this.#isWanted) return;
    this.#waiting.set(name, value);
    this.#running ??= this.#tellAll().finally(() => {
      this.#running = undefined;
    });
  }

  async #tellAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const words = [...this.#waiting].flatMap(([name, value]) => `${name}=${value}`.split('\n'));
      this.#waiting = new Map();
      const trouble = await this.#run(words);
      if (trouble === undefined || this.#hasWarned) continue;
      this.#hasWarned = true;
      const hint = 'install systemd-notify (it comes with systemd), or set Type=simple and no WatchdogSec';
      this.#options.log.warn({ code: 'SERVICE_MANAGER_UNTOLD', hint }, trouble);
    }
  }

  /** @returns what went wrong */
  #run(words: readonly string[]): Promise<string | undefined> {
    return new Promise((resolve) => {
      const child = spawn(PROGRAM, words, {
        stdio: 'ignore',
        env: this.#options.environment,
        timeout: LIMIT_MS,
        killSignal: 'SIGKILL',
      });
      child.once('error', (error) => resolve(`${PROGRAM} cannot be run: ${error.message}`));
      child.once('exit', (code, signal) =>
        resolve(code === 0 ? undefined : `${PROGRAM} ended with ${signal ?? `code ${code}`}`),
      );
    });
  }
}
