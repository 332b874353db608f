// How long a group may grow before it is made durable: until the window of its first entry that somebody waits for ends, or the
// longer one of entries that may wait.

import type { CancelTimer, Timers } from '../../firmware-bridge/clock.js';

export interface WindowTerms {
  readonly windowMs: number;
  /** For entries that may wait; `windowMs` where it is shorter or left out. Without a window nothing waits. */
  readonly patientWindowMs?: number;
}

export class GroupWindow {
  readonly #windowMs: number;
  readonly #patientWindowMs: number;
  readonly #timers: Timers;
  #open: { readonly cancel: CancelTimer; readonly isPatient: boolean } | undefined;

  constructor({ windowMs, patientWindowMs = 0 }: WindowTerms, timers: Timers) {
    this.#windowMs = windowMs;
    this.#patientWindowMs = Math.max(windowMs, patientWindowMs);
    this.#timers = timers;
  }

  /** Whether groups grow at all. */
  get isWide(): boolean {
    return this.#windowMs > 0;
  }

  /** @param isPatient whether all that waits may wait; if not, a longer window that is open becomes a short one */
  open(isPatient: boolean, onEnd: () => void): void {
    if (this.#open && (isPatient || !this.#open.isPatient)) return;
    this.close();
    const waitMs = isPatient ? this.#patientWindowMs : this.#windowMs;
    const cancel = this.#timers.after(waitMs, () => {
      this.#open = undefined;
      onEnd();
    });
    this.#open = { cancel, isPatient };
  }

  close(): void {
    this.#open?.cancel();
    this.#open = undefined;
  }
}
