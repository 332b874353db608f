// The temperatures of one probe over one window, as minimum, maximum, mean and deviation. GS1 advises against a list of
// single readings; `rawData` names the signed records for whoever wants them.

import type { EpcisEvent, SensorReport } from './epcis-event.js';
import { epcisTime } from './epcis-time.js';
import { celsius, type EventMoment, momentFields, named } from './event-shape.js';

/** Who measured, by which rules, and where the signed records are. */
export interface SensorSource {
  readonly probe: string;
  /** URI of the calibration certificate. */
  readonly calibration?: string | undefined;
  readonly rawData?: string | undefined;
  readonly method?: string | undefined;
  readonly profile?: string | undefined;
}

/** @param times the moment, or both ends of the interval */
export function sensorMetadata(
  times: { readonly atMs: number } | { readonly startMs: number; readonly endMs: number },
  { probe, calibration, rawData, method, profile }: SensorSource,
) {
  return {
    ...('atMs' in times
      ? { time: epcisTime(times.atMs) }
      : { startTime: epcisTime(times.startMs), endTime: epcisTime(times.endMs) }),
    deviceID: probe,
    ...(calibration === undefined ? {} : { deviceMetadata: calibration }),
    ...(rawData === undefined ? {} : { rawData }),
    ...(method === undefined ? {} : { dataProcessingMethod: method }),
    ...(profile === undefined ? {} : { bizRules: profile }),
  };
}

/** What the readings come to; what nobody knows is absent. */
export interface MilliCSummary {
  readonly minMilliC?: number | undefined;
  readonly maxMilliC?: number | undefined;
  readonly meanMilliC?: number | undefined;
  readonly deviationMilliC?: number | undefined;
}

/** The summary in degrees Celsius. */
export function intervalReport(summary: MilliCSummary, exception?: 'ALARM_CONDITION'): SensorReport {
  const { minMilliC, maxMilliC, meanMilliC, deviationMilliC } = summary;
  return {
    type: 'Temperature',
    ...(exception === undefined ? {} : { exception }),
    ...(minMilliC === undefined ? {} : { minValue: celsius(minMilliC) }),
    ...(maxMilliC === undefined ? {} : { maxValue: celsius(maxMilliC) }),
    ...(meanMilliC === undefined ? {} : { meanValue: celsius(meanMilliC) }),
    ...(deviationMilliC === undefined ? {} : { sDev: celsius(deviationMilliC) }),
    uom: 'CEL',
  };
}

/** Goods as a probe sees them. */
export interface SensedGoods {
  readonly goods: readonly string[];
  /** On the road; else loaded and waiting. */
  readonly isUnderWay: boolean;
}

/** `sensor_reporting` is the step only where no other one is in progress. */
export const sensedFields = ({ goods, isUnderWay }: SensedGoods) => ({
  epcList: goods,
  action: 'OBSERVE' as const,
  bizStep: isUnderWay ? 'transporting' : 'sensor_reporting',
  ...(isUnderWay ? { disposition: 'in_transit' } : {}),
});

export interface TelemetryWindow extends SensedGoods {
  readonly startMs: number;
  readonly endMs: number;
  readonly summary: MilliCSummary;
  readonly source: SensorSource;
}

/** What one probe saw in one window. */
export function telemetryEvent(moment: EventMoment, window: TelemetryWindow): EpcisEvent {
  const { startMs, endMs, summary, source } = window;
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    ...sensedFields(window),
    sensorElementList: [
      { sensorMetadata: sensorMetadata({ startMs, endMs }, source), sensorReport: [intervalReport(summary)] },
    ],
  });
}
