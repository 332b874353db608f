// The questions for what shifts a unit's readings: its calibration offsets and its scale. Pure. A reply tells unit, function and byte count, but not which
// registers it holds: so every question to one unit has a function or a quantity of its own, and a late reply fits none
// but the question that it answers.

import type { BusUnit } from './bus-plan.js';
import type { ReadRequest } from './frame.js';

export interface OffsetRegister {
  readonly sensorId: string;
  readonly quantity: 'temperature' | 'humidity';
  readonly register: number;
  readonly milliPerCount: number;
}

export interface OffsetQuestion {
  readonly request: ReadRequest;
  readonly registers: readonly OffsetRegister[];
  /** The only register of the block must hold this word, else the readings have another scale. */
  readonly scaleWord?: number;
}

/** The scale, then one block over the offsets of all configured sensors, two blocks where one would look like a reading. */
export function offsetQuestions(unit: BusUnit): OffsetQuestion[] {
  return [...scaleQuestions(unit), ...blocksOfOffsets(unit)];
}

function scaleQuestions({ profile, request }: BusUnit): OffsetQuestion[] {
  const { scaleSetting } = profile;
  if (scaleSetting === undefined) return [];
  const { functionCode, register: start, word: scaleWord } = scaleSetting;
  return [{ request: { unit: request.unit, functionCode, start, quantity: 1 }, registers: [], scaleWord }];
}

function blocksOfOffsets(unit: BusUnit): OffsetQuestion[] {
  const { offsets } = unit.profile;
  const registers = offsetRegisters(unit);
  if (offsets === undefined || registers.length === 0) return [];
  const addresses = registers.map(({ register }) => register);
  const first = Math.min(...addresses);
  const count = Math.max(...addresses) - first + 1;
  const { functionCode } = offsets;
  const looksLikeReading = functionCode === unit.request.functionCode && count === unit.request.quantity;
  const quantities = looksLikeReading ? [count - 1, 1] : [count];
  let start = first;
  return quantities.map((quantity) => {
    const end = start + quantity;
    const request = { unit: unit.request.unit, functionCode, start, quantity };
    const inside = registers.filter(({ register }) => register >= request.start && register < end);
    start = end;
    return { request, registers: inside };
  });
}

function offsetRegisters({ profile, taps }: BusUnit): OffsetRegister[] {
  const { offsets } = profile;
  if (offsets === undefined) return [];
  const { temperature, humidity } = offsets;
  return taps.flatMap(({ sensorId, channel, humiditySensorId }): OffsetRegister[] => {
    const ofTemperature: OffsetRegister = {
      sensorId,
      quantity: 'temperature',
      register: temperature.register + channel - 1,
      milliPerCount: temperature.milliCPerCount,
    };
    if (humiditySensorId === undefined || humidity === undefined) return [ofTemperature];
    const ofHumidity: OffsetRegister = {
      sensorId: humiditySensorId,
      quantity: 'humidity',
      register: humidity.register,
      milliPerCount: humidity.milliPercentPerCount,
    };
    return [ofTemperature, ofHumidity];
  });
}
