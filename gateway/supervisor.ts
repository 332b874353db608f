// `coldgate run`: starts each role as a process of its own and starts it again when it ends, or when it hangs. The roles meet
// only in the journal, so a crash of one never stops the others.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Logger } from 'pino';
import { isRoleReady } from './configuration/role-message.js';
import type { SupervisedRole } from './health/health-facts.js';
import { type RolePulse, readPulse } from './health/role-pulse.js';
import { type Hang, type RoleWatch, TICK_MS } from './health/role-watch.js';

const RESTART_FIRST_MS = 500;
const RESTART_LAST_MS = 30_000;
/** Having lived this long, a role's next crash is a new one. */
const STABLE_MS = 60_000;
const STOP_TIMEOUT_MS = 8000;
/** Exit codes that a restart cannot mend: wrong use or configuration. */
const EXIT_MISUSE = 2;
/** Ends of a role that are told. */
const KEPT_ENDS = 20;

interface RoleProcess {
  readonly name: string;
  child: ChildProcess | undefined;
  restartMs: number;
  timer: NodeJS.Timeout | undefined;
  /** Ends that nobody asked for, Unix ms. */
  endsAtMs: number[];
  lastEnd: string | null;
  /** Why it is being ended. */
  hang: string | undefined;
}

export interface SupervisorOptions {
  /** Asked at each start of all roles: a new configuration may want others. */
  readonly roles: () => readonly string[];
  /** Command line of a role, without the node binary. */
  readonly argumentsOf: (role: string) => readonly string[];
  /** Added to this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly log: Logger;
  /** Which roles turn. */
  readonly watch: RoleWatch;
  /** A role that does not end in this time after a request is ended by force. */
  readonly stopTimeoutMs?: number;
  /** A role tells something over its channel. */
  readonly onMessage?: (role: string, message: unknown) => void;
  /** A role ended by itself. @returns true if whoever listens sees to it that all roles start anew */
  readonly onEnd?: (role: string, code: number | null, how: string) => boolean;
  /** A role tells how it is. */
  readonly onPulse?: (role: string, pulse: RolePulse) => void;
}

/** The variable by which a role knows that the process above it is this one. */
const SUPERVISOR_VARIABLE = 'COLDGATE_SUPERVISOR';

/** Whether this process is a role below a supervisor: what it sends is heard, and it is started again. */
export const isSupervised = (): boolean =>
  process.connected === true && process.env[SUPERVISOR_VARIABLE] === String(process.ppid);

/** The service manager hears of the whole, from this process alone. */
function environmentOfRoles(): NodeJS.ProcessEnv {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, ...rest } = process.env;
  return { ...rest, [SUPERVISOR_VARIABLE]: String(process.pid) };
}

const isAlive = (child: ChildProcess | undefined): child is ChildProcess =>
  child !== undefined && child.exitCode === null && child.signalCode === null;

/** Asks it to end, and forces it after a while. Resolves when it has ended. */
async function end(child: ChildProcess, limitMs = STOP_TIMEOUT_MS): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), limitMs);
  await ended;
  clearTimeout(force);
}

export class RoleSupervisor {
  readonly #options: SupervisorOptions;
  #roles: RoleProcess[] = [];
  #isStopping = false;
  #restarting: Promise<void> | undefined;
  #ticks: NodeJS.Timeout | undefined;
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
      hang: undefined,
      ...{ endsAtMs: [], lastEnd: null },
    }));
    this.#options.watch.clear();
    for (const role of this.#roles) this.#spawn(role);
    this.#ticks ??= setInterval(() => this.#tick(), TICK_MS);
  }

  /** How the roles are, for whoever asks. */
  roles(): SupervisedRole[] {
    return this.#roles.map(({ name, child, endsAtMs, lastEnd }) => ({
      ...{ role: name, endsAtMs: [...endsAtMs], lastEnd },
      isRunning: isAlive(child),
      pid: isAlive(child) ? (child.pid ?? null) : null,
      process: isAlive(child) ? (this.#options.watch.pulseOf(name)?.process ?? null) : null,
    }));
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
    clearInterval(this.#ticks);
    await this.#endAll();
  }

  async #endAll(): Promise<void> {
    await Promise.all(
      this.#roles.map(async ({ child, timer }) => {
        clearTimeout(timer);
        if (isAlive(child)) await end(child, this.#options.stopTimeoutMs);
      }),
    );
  }

  #take(role: string, pulse: RolePulse): void {
    this.#options.watch.pulse(role, pulse);
    this.#options.onPulse?.(role, pulse);
  }

  #tick(): void {
    if (this.#restarting) return;
    for (const hang of this.#options.watch.tick()) this.#endHanging(hang);
  }

  /** It may still be able to write down what it holds; if not, it is ended by force. */
  #endHanging({ role: name, reason }: Hang): void {
    const role = this.#roles.find((one) => one.name === name);
    if (!role?.child || !isAlive(role.child)) return;
    role.hang = reason;
    const hint = 'it is started anew; if that happens again, coldgate doctor looks for the usual causes';
    this.#options.log.error({ code: 'ROLE_HANGS', role: name, hint }, `the ${name} role hangs: ${reason}`);
    void end(role.child, this.#options.stopTimeoutMs);
  }

  #spawn(role: RoleProcess): void {
    const startedMs = performance.now();
    // By the channel a role says that it runs, and notices that this process is gone, however it ended.
    const child = spawn(process.execPath, this.#options.argumentsOf(role.name), {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...environmentOfRoles(), ...this.#options.environment },
    });
    role.child = child;
    this.#options.watch.started(role.name);
    child.on('message', (message) => {
      if (isRoleReady(message)) this.#options.watch.ready(role.name);
      const pulse = readPulse(message);
      if (pulse) this.#take(role.name, pulse);
      else this.#options.onMessage?.(role.name, message);
    });
    child.once('exit', (code, signal) => {
      this.#options.watch.ended(role.name);
      if (this.#isStopping || this.#restarting) return;
      role.lastEnd = role.hang ?? (signal ? `signal ${signal}` : `exit code ${code}`);
      role.endsAtMs = [...role.endsAtMs, Date.now()].slice(-KEPT_ENDS);
      role.hang = undefined;
      if (this.#options.onEnd?.(role.name, code, role.lastEnd)) return;
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
