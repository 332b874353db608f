// What the service manager hears of this process: ready, fed while what a restart can heal is healthy, and one line on how all
// is. The feed is not a timer's: it hangs on pulses, which carry whether the journal turns and the devices speak.

import type { Logger } from 'pino';
import { hangOf } from './pulse-judgement.js';
import type { RolePulse } from './role-pulse.js';
import type { RoleWatch } from './role-watch.js';
import { ServiceNotices } from './service-notices.js';

/** A gateway role that does not come up is started again by this process; the manager would only start more of it. */
const READY_ANYWAY_MS = 60_000;

const noticesOf = (log: Pick<Logger, 'warn'>) =>
  new ServiceNotices({ environment: process.env, pid: process.pid, log });

/** For `coldgate run`: roles are started anew by the process above them, and the manager is there for that one. */
export class SupervisorService {
  readonly #notices: ServiceNotices;
  readonly #watch: RoleWatch;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(watch: RoleWatch, log: Pick<Logger, 'warn'>) {
    this.#watch = watch;
    this.#notices = noticesOf(log);
    this.#timers.push(setTimeout(() => this.#notices.ready(), READY_ANYWAY_MS));
    const { feedEveryMs } = this.#notices;
    if (feedEveryMs !== undefined) this.#timers.push(setInterval(() => this.#feed(), feedEveryMs));
  }

  /** A role says that it runs. */
  roleReady(role: string): void {
    if (role === 'gateway') this.#notices.ready();
  }

  restarting(): void {
    this.#notices.reloading();
  }

  /** A role hangs or has ended: one line for people. */
  status(text: string): void {
    this.#notices.status(text);
  }

  pulse(role: string, { headline }: RolePulse): void {
    if (role === 'gateway') this.#notices.status(headline);
  }

  async stopping(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#notices.stopping();
  }

  /** Roles that hang again and again, however often they are started, may hang on something of this process. */
  #feed(): void {
    const { hopeless } = this.#watch;
    if (hopeless === undefined) this.#notices.feed();
    else this.#notices.status(`the ${hopeless} role hangs after every start: all is started anew`);
  }
}

/** For a role that is a service of its own: it feeds while it turns, and the manager starts it anew when it does not. */
export class RoleService {
  readonly #notices: ServiceNotices;
  #fedMs = Number.NEGATIVE_INFINITY;

  constructor(log: Pick<Logger, 'warn'>) {
    this.#notices = noticesOf(log);
  }

  ready(): void {
    this.#notices.ready();
  }

  pulse(pulse: RolePulse): void {
    const hang = hangOf(pulse);
    this.#notices.status(hang ?? pulse.headline);
    const { feedEveryMs } = this.#notices;
    if (hang !== undefined || feedEveryMs === undefined) return;
    const nowMs = performance.now();
    if (nowMs - this.#fedMs < feedEveryMs) return;
    this.#fedMs = nowMs;
    this.#notices.feed();
  }

  async stopping(): Promise<void> {
    await this.#notices.stopping();
  }
}
