// Turns state changes into DeviceCondition observations without filling the journal:
// a device that stays dead is one record, not one per attempt. Attempts are counted elsewhere.

import type { Clock, DeviceCondition, ObservationSink } from '../observation.js';
import { type DeviceState, type FailedState, isFailed, nextStates } from './states.js';

export class ConditionReport {
  readonly #deviceId: string;
  readonly #clock: Clock;
  readonly #emit: ObservationSink;
  #state: DeviceState = 'absent';
  /** The failure told last, while the device has not been ready since. */
  #failure: { readonly state: FailedState; readonly reason: string } | undefined;
  /** Changes of the attempt under way, told only when it ends in something new. */
  #held: DeviceCondition[] = [];

  constructor(deviceId: string, clock: Clock, emit: ObservationSink) {
    this.#deviceId = deviceId;
    this.#clock = clock;
    this.#emit = emit;
  }

  get state(): DeviceState {
    return this.#state;
  }

  /** Moves to a state that the table allows; throws RangeError for another one. */
  enter(state: DeviceState, reason: string): void {
    if (!nextStates[this.#state].includes(state)) {
      throw new RangeError(`${this.#deviceId}: ${this.#state} cannot become ${state}`);
    }
    this.#state = state;
    const condition = this.#condition(state, reason);
    if (isFailed(state)) {
      this.#fail(state, reason, condition);
      return;
    }
    if (state === 'ready') {
      this.#failure = undefined;
      this.#tell(condition);
      return;
    }
    if (this.#failure !== undefined) this.#held.push(condition);
    else this.#emit(condition);
  }

  /** The device that answers is not the one that answered before. */
  deviceChanged(reason: string): void {
    this.#tell(this.#condition('device-changed', reason));
  }

  #fail(state: FailedState, reason: string, condition: DeviceCondition): void {
    if (this.#failure?.state === state && this.#failure.reason === reason) {
      this.#held = [];
      return;
    }
    this.#failure = { state, reason };
    this.#tell(condition);
  }

  #tell(condition: DeviceCondition): void {
    const held = this.#held;
    this.#held = [];
    for (const earlier of held) this.#emit(earlier);
    this.#emit(condition);
  }

  #condition(condition: DeviceCondition['condition'], reason: string): DeviceCondition {
    return {
      kind: 'device-condition',
      deviceId: this.#deviceId,
      at: this.#clock.now(),
      condition,
      reason,
    };
  }
}
