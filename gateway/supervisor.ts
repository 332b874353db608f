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
  /** Asked at each start of all roles: a new configuration may want others. */
  readonly roles: () => readonly string[];
  /** Command line of a role, without the node binary. */
  readonly argumentsOf: (role: string) => readonly string[];
  readonly log: Logger;
  /** A role tells something over its channel. */
  readonly onMessage?: (role: string, message: unknown) => void;
  /** A role ended by itself. @returns true if whoever listens sees to it that all roles start anew */
  readonly onEnd?: (role: string, code: number | null) => boolean;
}

/** The variable by which a role knows that the process above it is this one. */
const SUPERVISOR_VARIABLE = 'COLDGATE_SUPERVISOR';

/** Whether this process is a role below a supervisor: what it sends is heard, and it is started again. */
export const isSupervised = (): boolean =>
  process.connected === true && process.env[SUPERVISOR_VARIABLE] === String(process.ppid);

/**
 * V8's space for new objects, in MiB. At its usual 16, which it takes three times, a drain holds half as much memory again;
 * at 1 it is as fast (measured).
 */
const SMALL_NURSERY = '--max-semi-space-size=1';

export class RoleSupervisor {
  readonly #options: SupervisorOptions;
  #roles: RoleProcess[] = [];
  #isStopping = false;
  #restarting: Promise<void> | undefined;
  #giveUp: () => void = () => {};
  /** Resolves if a role cannot be helped by a restart. */
  readonly givenUp: Promise<void>;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.givenUp = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
  }

  /** @throws what `roles` throws */
  start(): void {
    this.#roles = this.#options.roles().map((name) => ({
      name,
      child: undefined,
      restartMs: RESTART_FIRST_MS,
      timer: undefined,
    }));
    for (const role of this.#roles) this.#spawn(role);
  }

  /** Ends all roles in order and starts those that are wanted now. */
  restart(): void {
    if (this.#isStopping) return;
    this.#restarting ??= this.#endAll().then(() => {
      this.#restarting = undefined;
      if (!this.#isStopping) this.#startAgain();
    });
  }

  #startAgain(): void {
    try {
      this.start();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#options.log.error(
        { code: 'ROLES_UNSTARTABLE', hint: 'coldgate check-config tells more' },
        message,
      );
      this.#giveUp();
    }
  }

  /** Asks all roles to end in order, and waits for them. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#endAll();
  }

  async #endAll(): Promise<void> {
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
    // By the channel a role says that it runs, and notices that this process is gone, however it ended.
    const child = spawn(process.execPath, [SMALL_NURSERY, ...this.#options.argumentsOf(role.name)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [SUPERVISOR_VARIABLE]: String(process.pid) },
    });
    role.child = child;
    child.on('message', (message) => this.#options.onMessage?.(role.name, message));
    child.once('exit', (code, signal) => {
      if (this.#isStopping || this.#restarting) return;
      if (this.#options.onEnd?.(role.name, code)) return;
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
