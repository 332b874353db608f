// Notices when the wall clock steps: it is compared with the monotonic one, and a step becomes a record.
// Earlier records stay as they are; the order never depends on the clock.

import type { Arrival, Clock } from '../../firmware-bridge/observation.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DraftRecord } from '../sealing/draft-record.js';
import { draftOf, type RecordContext } from './record-mapper.js';

/** NTP slews at most 0.5 ms a second, so anything above this is a step. */
const STEP_MS = 1000;

export class ClockWatch {
  readonly #clock: Clock;
  readonly #context: RecordContext;
  #last: Arrival;

  constructor(clock: Clock, context: RecordContext) {
    this.#clock = clock;
    this.#context = context;
    this.#last = clock.now();
  }

  /** Compares the clocks; a draft of a clock event if the wall clock stepped since the last call. */
  check(): DraftRecord | undefined {
    const at = this.#clock.now();
    const before = this.#last;
    this.#last = at;
    const stepMs = Math.round(at.unixMs - before.unixMs - (at.uptimeMs - before.uptimeMs));
    if (Math.abs(stepMs) < STEP_MS) return undefined;
    return draftOf(this.#context, {
      at,
      kind: recordKinds.clockEvent,
      subjectName: 'clock',
      value: stepMs,
      detail: { type: 'clock-step', stepMs, beforeMs: Math.max(0, Math.round(before.unixMs)) },
    });
  }
}
