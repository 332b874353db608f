// An excursion opens, and closes. The gateway tells an alarm and never judges the goods: `non_conformant` is the word
// of quality after an inspection.

import type { EpcisEvent, SensorElement } from './epcis-event.js';
import { celsius, type EventMoment, momentFields, named } from './event-shape.js';
import {
  intervalReport,
  type MilliCSummary,
  type SensedGoods,
  type SensorSource,
  sensedFields,
  sensorMetadata,
} from './telemetry-event.js';

export interface OpenedExcursion extends SensedGoods {
  /** The reading farthest out when it was told; undefined where no reading stands for it, as with a mean. */
  readonly valueMilliC?: number | undefined;
  readonly source: SensorSource;
}

function alarmEvent(moment: EventMoment, goods: SensedGoods, element: SensorElement): EpcisEvent {
  return named({
    type: 'ObjectEvent',
    ...momentFields(moment),
    ...sensedFields(goods),
    sensorElementList: [element],
  });
}

/** Which excursion and which rule stand in the moment's extensions. */
export function excursionOpenedEvent(moment: EventMoment, opened: OpenedExcursion): EpcisEvent {
  const { valueMilliC, source } = opened;
  return alarmEvent(moment, opened, {
    sensorMetadata: sensorMetadata({ atMs: moment.atMs }, source),
    sensorReport: [
      {
        type: 'Temperature',
        exception: 'ALARM_CONDITION',
        ...(valueMilliC === undefined ? {} : { value: celsius(valueMilliC), uom: 'CEL' }),
      },
    ],
  });
}

export interface ClosedExcursion extends SensedGoods {
  readonly startMs: number;
  readonly endMs: number;
  readonly summary: MilliCSummary;
  readonly source: SensorSource;
}

/** How long it was outside in all stands in the moment's extensions. */
export function excursionClosedEvent(moment: EventMoment, closed: ClosedExcursion): EpcisEvent {
  const { startMs, endMs, summary, source } = closed;
  return alarmEvent(moment, closed, {
    sensorMetadata: sensorMetadata({ startMs, endMs }, source),
    sensorReport: [intervalReport(summary, 'ALARM_CONDITION')],
  });
}
