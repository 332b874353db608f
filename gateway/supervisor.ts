// `coldgate run`: starts each role as a process of its own and starts it again when it ends. The roles meet only
// in the journal, so a crash of one never stops the others.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from 'pino';

const RESTART_FIRST_MS = 500;
const RESTART_LAST_MS = 30_000;
/** Having lived this long, a role's next crash is a new one. */
const STABLE_MS = 60_000;
/** A role that does not end in this time after a request is ended by force. */
const STOP_TIMEOUT_MS = 8000;
/** Exit codes that a restart cannot mend: wrong use or configuration. */
const EXIT_MISUSE = 2;

interface RoleProcess {
  readonly name: string;
  child: ChildProcess | undefined;
  restartMs: number;
  timer: NodeJS.Timeout | undefined;
}

export interface SupervisorOptions {
  readonly roles: readonly string[];
  /** Command line of a role, without the node binary. */
  readonly argumentsOf: (role: string) => readonly string[];
  readonly log: Logger;
}

/**
 * V8's space for new objects, in MiB. At its usual 16, which it takes three times, a drain holds half as much memory again;
 * at 1 it is as fast (measured).
 */
const SMALL_NURSERY = '--max-semi-space-size=1';

export class RoleSupervisor {
  readonly #options: SupervisorOptions;
  readonly #roles: RoleProcess[];
  #isStopping = false;
  #giveUp: () => void = () => {};
  /** Resolves if a role cannot be helped by a restart. */
  readonly givenUp: Promise<void>;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#roles = options.roles.map((name) => ({
      name,
      child: undefined,
      restartMs: RESTART_FIRST_MS,
      timer: undefined,
    }));
    this.givenUp = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
  }

  start(): void {
    for (const role of this.#roles) this.#spawn(role);
  }

  /** Asks all roles to end in order, and waits for them. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(
      this.#roles.map(async ({ child, timer }) => {
        clearTimeout(timer);
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
        await ended;
        clearTimeout(force);
      }),
    );
  }

  #spawn(role: RoleProcess): void {
    const startedMs = performance.now();
    // The IPC channel only lets a role notice that this process is gone, however it ended.
    const child = spawn(process.execPath, [SMALL_NURSERY, ...this.#options.argumentsOf(role.name)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    role.child = child;
    child.once('exit', (code, signal) => {
      if (this.#isStopping) return;
      if (code === EXIT_MISUSE) {
        this.#giveUp();
        return;
      }
      if (performance.now() - startedMs > STABLE_MS) role.restartMs = RESTART_FIRST_MS;
      this.#options.log.warn(
        { role: role.name, code, signal, restartMs: role.restartMs },
        'a role ended; it is started again',
      );
      role.timer = setTimeout(() => this.#spawn(role), role.restartMs);
      role.restartMs = Math.min(role.restartMs * 2, RESTART_LAST_MS);
    });
  }
}
