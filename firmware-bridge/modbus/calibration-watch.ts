// Watches the calibration offsets and the scale of one unit: one write on the bus shifts every later reading, and the
// reading itself does not show it. Lives as long as the gateway, so that an unplugged and changed probe is noticed.

import { asInt16 } from '../bytes/words.js';
import type { Arrival, ObservationSink } from '../observation.js';
import { type BusUnit, sensorIdsOf } from './bus-plan.js';
import { asksForPatience, exceptionText } from './exceptions.js';
import type { ReadOutcome } from './master.js';
import { type OffsetQuestion, type OffsetRegister, offsetQuestions } from './offset-question.js';

export interface CalibrationSettings {
  readonly intervalMs: number;
  /** Offsets as known, in milli-units by `${sensorId} ${register}`; shared by all units and kept up to date here. */
  readonly knownOffsets: Map<string, number>;
}

/** One damaged reply is noise; a unit that leaves the question unanswered this often does not know it. */
const maxMisses = 3;

export class CalibrationWatch {
  /** To be asked one after the other; none where the model has no such registers. */
  readonly questions: readonly OffsetQuestion[];
  readonly #unit: BusUnit;
  readonly #settings: CalibrationSettings;
  #isWanted = true;
  #nextTellUptimeMs = Number.NEGATIVE_INFINITY;
  #nextTryUptimeMs = Number.NEGATIVE_INFINITY;
  #misses = 0;
  #toldTrouble: string | undefined;
  #isScaleWrong = false;

  constructor(unit: BusUnit, settings: CalibrationSettings) {
    this.#unit = unit;
    this.#settings = settings;
    this.questions = offsetQuestions(unit);
  }

  /** The unit counts in other steps than its profile: its numbers are wrong by a factor. */
  get isScaleWrong(): boolean {
    return this.#isScaleWrong;
  }

  isDue(nowUptimeMs: number): boolean {
    return this.questions.length > 0 && (this.#isWanted || nowUptimeMs >= this.#nextTryUptimeMs);
  }

  /** The unit was out of sight: its offsets are read as soon as it answers. */
  readAgain(): void {
    this.#isWanted = true;
  }

  /** What came back to one question. False: the other questions wait for the next try. */
  heard(question: OffsetQuestion, outcome: ReadOutcome, at: Arrival, emit: ObservationSink): boolean {
    if (outcome.kind === 'stopped') return false;
    if (outcome.kind === 'registers') {
      this.#checkScale(question, outcome.registers[0], at, emit);
      this.#tellOffsets(question, outcome.registers, at, emit);
      return true;
    }
    if (outcome.kind === 'exception' && !asksForPatience(outcome.exceptionCode)) {
      this.#giveUp(exceptionText(outcome.exceptionCode), at, emit);
      return false;
    }
    this.#misses += 1;
    if (this.#misses >= maxMisses) this.#giveUp('no answer', at, emit);
    return false;
  }

  /** Every question has its answer. */
  finished(nowUptimeMs: number): void {
    this.#toldTrouble = undefined;
    if (nowUptimeMs >= this.#nextTellUptimeMs) {
      // On the beat of the first time where that is ahead: rounds come a little later each time.
      const { intervalMs } = this.#settings;
      const onBeatMs = this.#nextTellUptimeMs + intervalMs;
      this.#nextTellUptimeMs = onBeatMs > nowUptimeMs ? onBeatMs : nowUptimeMs + intervalMs;
    }
    this.#rest(this.#nextTellUptimeMs);
  }

  #checkScale(
    { request, scaleWord }: OffsetQuestion,
    word: number | undefined,
    at: Arrival,
    emit: ObservationSink,
  ): void {
    if (scaleWord === undefined) return;
    const wasWrong = this.#isScaleWrong;
    this.#isScaleWrong = word !== scaleWord;
    if (!this.#isScaleWrong || wasWrong) return;
    const { profileName } = this.#unit;
    const reason = `register ${request.start} is ${word}, the profile ${profileName} needs ${scaleWord}: no reading is right`;
    for (const deviceId of sensorIdsOf(this.#unit)) {
      emit({ kind: 'device-condition', deviceId, at, condition: 'faulted', reason });
    }
  }

  #tellOffsets(
    { request, registers }: OffsetQuestion,
    words: readonly number[],
    at: Arrival,
    emit: ObservationSink,
  ): void {
    for (const known of registers) {
      const offsetMilli = asInt16(words[known.register - request.start] ?? 0) * known.milliPerCount;
      const isChanged = this.#compare(known, offsetMilli, at, emit);
      // A record at the start, in each interval and at each change; a reconnect alone adds none.
      if (!isChanged && at.uptimeMs < this.#nextTellUptimeMs) continue;
      const { sensorId, quantity, register } = known;
      emit({ kind: 'calibration-offset', sensorId, at, quantity, register, offsetMilli });
    }
  }

  #compare(
    { sensorId, quantity, register }: OffsetRegister,
    offsetMilli: number,
    at: Arrival,
    emit: ObservationSink,
  ): boolean {
    const { knownOffsets } = this.#settings;
    const key = `${sensorId} ${register}`;
    const wasMilli = knownOffsets.get(key);
    knownOffsets.set(key, offsetMilli);
    if (wasMilli === undefined || wasMilli === offsetMilli) return false;
    const unitName = quantity === 'temperature' ? 'milli-degC' : 'thousandths of a percent';
    const reason = `${quantity} offset in register ${register} was ${wasMilli}, is now ${offsetMilli} ${unitName}`;
    emit({ kind: 'device-condition', deviceId: sensorId, at, condition: 'calibration-changed', reason });
    return true;
  }

  /** 'faulted' as for any unit that refuses what it was told to give; the readings are not touched by it. */
  #giveUp(trouble: string, at: Arrival, emit: ObservationSink): void {
    this.#rest(at.uptimeMs + this.#settings.intervalMs);
    if (this.#toldTrouble === trouble) return;
    this.#toldTrouble = trouble;
    const { request } = this.#unit;
    const what = this.#unit.profile.offsets === undefined ? 'scale' : 'calibration offsets';
    const reason = `unit ${request.unit} does not tell its ${what}: ${trouble}; its readings go on`;
    for (const deviceId of sensorIdsOf(this.#unit)) {
      emit({ kind: 'device-condition', deviceId, at, condition: 'faulted', reason });
    }
  }

  #rest(untilUptimeMs: number): void {
    this.#isWanted = false;
    this.#misses = 0;
    this.#nextTryUptimeMs = untilUptimeMs;
  }
}
