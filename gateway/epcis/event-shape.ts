// What every builder shares: when and where, the name by hash, and degrees for people from milli-degrees.

import { epcisContext } from './epcis-context.js';
import type { EpcisEvent, EventBody, EventContent, Extensions } from './epcis-event.js';
import { epcisTime } from './epcis-time.js';
import { eventHashId } from './event-hash.js';

/** When and where. */
export interface EventMoment {
  readonly atMs: number;
  /** As `+01:00`: of the place, not of the time, which is always UTC. */
  readonly timeZoneOffset: string;
  readonly readPoint?: string | undefined;
  readonly bizLocation?: string | undefined;
  readonly extensions?: Extensions | undefined;
}

/** The fields of a moment. */
export function momentFields(moment: EventMoment): Omit<EventBody, 'action' | 'bizStep'> {
  const { atMs, timeZoneOffset, readPoint, bizLocation, extensions } = moment;
  return {
    eventTime: epcisTime(atMs),
    eventTimeZoneOffset: timeZoneOffset,
    ...(readPoint === undefined ? {} : { readPoint: { id: readPoint } }),
    ...(bizLocation === undefined ? {} : { bizLocation: { id: bizLocation } }),
    ...extensions,
  };
}

/** Gives the event its name: the CBV 2.0 hash of its content. */
export function named(content: EventContent): EpcisEvent {
  return { ...content, eventID: eventHashId(content, epcisContext) };
}

/** Degrees Celsius. The shortest decimal of the quotient has at most three places; a negative zero becomes zero. */
export const celsius = (milliC: number): number => milliC / 1000 + 0;
