// Which roles turn, by their pulses. Time is counted in the watcher's own ticks: a machine that was suspended, or a watcher that
// was stopped itself, must not take that for the silence of others.

import { hangOf, type PulseLimits, pulseLimits } from './pulse-judgement.js';
import { PULSE_EVERY_MS, type RolePulse } from './role-pulse.js';

export const TICK_MS = 1_000;

export interface WatchLimits extends PulseLimits {
  /** A card that stalls holds a role up for seconds; long work is done in slices or processes of its own. */
  readonly silenceTicks: number;
  /** Until a role runs: it loads its program, on a slow card too, and not all of it before its first pulse. */
  readonly startTicks: number;
}

const watchLimits: WatchLimits = { ...pulseLimits, silenceTicks: 30, startTicks: 120 };

/** Restarts for hanging, in a row without a good minute: then a restart of everything is left. */
const HOPELESS_HANGS = 3;
const GOOD_TICKS = 60;

export interface Hang {
  readonly role: string;
  readonly reason: string;
}

interface WatchedRole {
  pulse: RolePulse | undefined;
  isReady: boolean;
  /** Ticks since the last pulse, or since the start. */
  quietTicks: number;
  turningTicks: number;
  hangsInARow: number;
  /** It was told to be hanging; nothing is said again until it starts anew. */
  isGivenUp: boolean;
}

export class RoleWatch {
  readonly #roles = new Map<string, WatchedRole>();
  readonly #limits: WatchLimits;

  constructor(limits: Partial<WatchLimits> = {}) {
    this.#limits = { ...watchLimits, ...limits };
  }

  /** A role was started, for the first time or again. */
  started(role: string): void {
    const before = this.#roles.get(role);
    this.#roles.set(role, {
      pulse: undefined,
      isReady: false,
      quietTicks: 0,
      turningTicks: 0,
      hangsInARow: before?.hangsInARow ?? 0,
      isGivenUp: false,
    });
  }

  /** A role has said that it runs, which is a sign too. */
  ready(role: string): void {
    const watched = this.#roles.get(role);
    if (!watched) return;
    watched.isReady = true;
    watched.quietTicks = 0;
  }

  /** A role is not wanted any more, or has ended. */
  ended(role: string): void {
    const watched = this.#roles.get(role);
    if (watched) watched.isGivenUp = true;
  }

  /** No role is left. */
  clear(): void {
    this.#roles.clear();
  }

  pulse(role: string, pulse: RolePulse): void {
    const watched = this.#roles.get(role);
    if (!watched) return;
    watched.pulse = pulse;
    watched.quietTicks = 0;
  }

  pulseOf(role: string): RolePulse | undefined {
    return this.#roles.get(role)?.pulse;
  }

  /** Call it once per TICK_MS. @returns roles that hang, each once until it is started again */
  tick(): Hang[] {
    return [...this.#roles].flatMap(([role, watched]) => {
      if (watched.isGivenUp) return [];
      watched.quietTicks += 1;
      const reason = reasonOf(watched, this.#limits);
      if (reason === undefined) {
        watched.turningTicks += 1;
        if (watched.turningTicks >= GOOD_TICKS) watched.hangsInARow = 0;
        return [];
      }
      watched.isGivenUp = true;
      watched.hangsInARow += 1;
      return [{ role, reason }];
    });
  }

  /**
   * A role that was started anew and hung again, three times: whoever watches this process should start all of it. A role that
   * ends by itself is another matter: it is started again for ever, and no restart of its parent makes that better.
   */
  get hopeless(): string | undefined {
    return [...this.#roles].find(([, { hangsInARow }]) => hangsInARow >= HOPELESS_HANGS)?.[0];
  }
}

function reasonOf({ pulse, isReady, quietTicks }: WatchedRole, limits: WatchLimits): string | undefined {
  if (quietTicks < (isReady ? limits.silenceTicks : limits.startTicks)) return pulse && hangOf(pulse, limits);
  const seconds = (quietTicks * TICK_MS) / 1000;
  return pulse
    ? `it has given no sign for ${seconds} s; one is due every ${PULSE_EVERY_MS / 1000} s`
    : `it gave no sign for ${seconds} s after its start`;
}
