// From the channels of a reading to observations: which sensor, which unit, which quality, and which channel is
// missing or not configured. Kept over reconnects, so that nothing is told twice.

import type { Arrival, DeviceCondition, ObservationSink, Quality } from '../observation.js';
import { type BoardReading, boardFlags, type ChannelValue } from './frame-value.js';
import type { BoardChannel } from './settings.js';

/** Nothing that we ship measures beyond: PT100 from -200, up to +850 degC. */
const temperatureRangeMilliC = [-200_000, 850_000] as const;
const maxMilliPercent = 100_000;
/** A contact is closed at 0 and open at 1, or at 1000 where a firmware counts all channels in thousandths. */
const openDoorValues = [1, 1000];
/** A channel that is absent from the frames for so many cadences is not there. */
const missingCadences = 3;
/** Boards are not punctual: a contact is told again after nine tenths of a cadence. */
const repeatTenths = 9;

interface ChannelState extends BoardChannel {
  lastSeenUptimeMs: number;
  isMissing: boolean;
  door: { readonly isOpen: boolean; readonly quality: Quality; readonly toldUptimeMs: number } | undefined;
}

export class ChannelDesk {
  readonly #boardId: string;
  readonly #cadenceMs: number;
  readonly #channels: ReadonlyMap<number, ChannelState>;
  readonly #strangers = new Set<number>();
  /** Values of channels that nobody configured. */
  unconfiguredValues = 0;

  constructor(boardId: string, cadenceMs: number, channels: readonly BoardChannel[]) {
    this.#boardId = boardId;
    this.#cadenceMs = cadenceMs;
    this.#channels = new Map(
      channels.map((channel) => [
        channel.channel,
        { ...channel, lastSeenUptimeMs: 0, isMissing: false, door: undefined },
      ]),
    );
  }

  /** A new connection: while there was none, no channel was missing. */
  begin(nowUptimeMs: number): void {
    for (const state of this.#channels.values()) state.lastSeenUptimeMs = nowUptimeMs;
  }

  tell(reading: BoardReading, at: Arrival, emit: ObservationSink): void {
    const isStale = (reading.flags & boardFlags.stale) !== 0;
    for (const value of reading.values) {
      const state = this.#channels.get(value.channel);
      if (state === undefined) {
        this.#tellStranger(value.channel, at, emit);
        continue;
      }
      state.lastSeenUptimeMs = at.uptimeMs;
      if (state.isMissing) {
        state.isMissing = false;
        tellCondition(state.sensorId, 'probe-reachable', `channel ${state.channel} is told again`, at, emit);
      }
      if (state.quantity === 'door') this.#tellDoor(state, value, at, emit);
      else tellMeasured(state, value, isStale, at, emit);
    }
    this.#tellMissing(at, emit);
  }

  #tellDoor(state: ChannelState, { milli }: ChannelValue, at: Arrival, emit: ObservationSink): void {
    const isOpen = milli !== null && openDoorValues.includes(milli);
    const quality: Quality = milli === null ? 'probe-fault' : isOpen || milli === 0 ? 'good' : 'out-of-range';
    const { sensorId, door } = state;
    const isSame = door !== undefined && door.isOpen === isOpen && door.quality === quality;
    const repeatMs = (this.#cadenceMs * repeatTenths) / 10;
    if (isSame && at.uptimeMs - door.toldUptimeMs < repeatMs) return;
    state.door = { isOpen, quality, toldUptimeMs: at.uptimeMs };
    emit({ kind: 'door', sensorId, at, isOpen, quality });
  }

  #tellStranger(channel: number, at: Arrival, emit: ObservationSink): void {
    this.unconfiguredValues += 1;
    if (this.#strangers.has(channel)) return;
    this.#strangers.add(channel);
    const reason = `channel ${channel} is not configured; its values are not recorded`;
    tellCondition(this.#boardId, 'channel-unconfigured', reason, at, emit);
  }

  #tellMissing(at: Arrival, emit: ObservationSink): void {
    const limitMs = missingCadences * this.#cadenceMs;
    for (const state of this.#channels.values()) {
      if (state.isMissing || at.uptimeMs - state.lastSeenUptimeMs < limitMs) continue;
      state.isMissing = true;
      const reason = `the board has told no channel ${state.channel} for ${limitMs} ms`;
      tellCondition(state.sensorId, 'probe-unreachable', reason, at, emit);
    }
  }
}

function tellMeasured(
  { sensorId, quantity }: BoardChannel,
  { milli }: ChannelValue,
  isStale: boolean,
  at: Arrival,
  emit: ObservationSink,
): void {
  const [low, high] = quantity === 'humidity' ? ([0, maxMilliPercent] as const) : temperatureRangeMilliC;
  const isOutside = milli !== null && (milli < low || milli > high);
  const unflagged: Quality = milli === null ? 'probe-fault' : isOutside ? 'out-of-range' : 'good';
  const quality = isStale && unflagged === 'good' ? 'stale' : unflagged;
  if (quantity === 'humidity') {
    const humidityMilliPercent = Math.min(high, Math.max(low, milli ?? 0));
    emit({ kind: 'humidity', sensorId, at, humidityMilliPercent, quality });
  } else {
    emit({ kind: 'temperature', sensorId, at, temperatureMilliC: milli ?? 0, quality });
  }
}

function tellCondition(
  deviceId: string,
  condition: DeviceCondition['condition'],
  reason: string,
  at: Arrival,
  emit: ObservationSink,
): void {
  emit({ kind: 'device-condition', deviceId, at, condition, reason });
}
