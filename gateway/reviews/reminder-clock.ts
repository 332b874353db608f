// When an alert that nobody has acknowledged is told again, and how far up. The wall clock may step: back, and the
// waiting starts from where the clock is now; forward, and one reminder comes early. None is ever lost for good.

import type { Alert } from './alert.js';

export interface ReminderSettings {
  readonly everyMs: number;
  /** Per alert and opening: whoever has not looked after so many will not look for one more. */
  readonly most: number;
  /** Level 1 is the beginning; level n + 1 is reached after the n-th of these, in rising order. */
  readonly escalateAfterMs: readonly number[];
}

const MINUTE_MS = 60_000;

/** Every half hour for a day; one level up after one, two and four hours. */
export const defaultReminders: ReminderSettings = {
  everyMs: 30 * MINUTE_MS,
  most: 48,
  escalateAfterMs: [60 * MINUTE_MS, 120 * MINUTE_MS, 240 * MINUTE_MS],
};

interface Waiting {
  readonly sinceMs: number;
  readonly lastMs: number;
  readonly count: number;
  readonly level: number;
}

export interface DueReminder {
  readonly alertId: string;
  readonly waitedMs: number;
  readonly level: number;
}

export class ReminderClock {
  readonly #settings: ReminderSettings;
  readonly #waiting = new Map<string, Waiting>();

  constructor(settings: ReminderSettings) {
    this.#settings = settings;
  }

  /** Watches an alert as it stands now; one that is not open is forgotten. */
  watch(alert: Alert): void {
    if (alert.state !== 'open') {
      this.#waiting.delete(alert.id);
      return;
    }
    const { sinceMs, count, level, lastAtMs = sinceMs } = alert.reminders;
    this.#waiting.set(alert.id, { sinceMs, lastMs: lastAtMs, count, level });
  }

  forget(alertId: string): void {
    this.#waiting.delete(alertId);
  }

  /** Alerts that wait since a time that is not yet, because the clock stepped back: they wait from now on. */
  rewound(nowMs: number): string[] {
    return [...this.#waiting]
      .filter(([, { sinceMs, lastMs }]) => sinceMs > nowMs || lastMs > nowMs)
      .map(([alertId]) => alertId);
  }

  /** What must be said now, by id: each stays due until it is watched anew or forgotten. */
  due(nowMs: number): DueReminder[] {
    const due: DueReminder[] = [];
    for (const [alertId, waiting] of this.#waiting) {
      const waitedMs = nowMs - waiting.sinceMs;
      const reached = this.#settings.escalateAfterMs.filter((afterMs) => waitedMs >= afterMs).length + 1;
      const level = Math.max(waiting.level, reached);
      const isReminded =
        waiting.count < this.#settings.most && nowMs - waiting.lastMs >= this.#settings.everyMs;
      if (isReminded || level > waiting.level) due.push({ alertId, waitedMs, level });
    }
    return due.sort((a, b) => (a.alertId < b.alertId ? -1 : 1));
  }
}
