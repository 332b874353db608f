// What an excursion record becomes: an event, or the correction of events that were told before.

import type { DetailDocument } from '../sealing/draft-record.js';
import { correctionEvent } from './correction-event.js';
import type { EpcisEvent, Extensions } from './epcis-event.js';
import { isoDuration } from './epcis-time.js';
import type { EventMoment } from './event-shape.js';
import { excursionClosedEvent, excursionOpenedEvent } from './excursion-event.js';
import { faultUri } from './gateway-names.js';
import { probeFaultEvent } from './probe-event.js';
import { numberOf, textOf } from './source-record.js';
import type { SensedGoods, SensorSource } from './telemetry-event.js';

/** The events that stand for an excursion now. Plain JSON. */
export interface ToldEvents {
  readonly opened?: EpcisEvent;
  readonly closed?: EpcisEvent;
}

export interface Telling {
  readonly document: DetailDocument;
  /** Of the record. */
  readonly moment: EventMoment;
  readonly goods: SensedGoods;
  readonly source: SensorSource;
}

export interface Told {
  readonly events: readonly EpcisEvent[];
  readonly stands: ToldEvents;
}

const durationOf = (ms: number | undefined) => (ms === undefined ? undefined : isoDuration(Math.max(0, ms)));

/** Each begins with a letter: a bare number may be rewritten by whoever hashes the event. */
function extensionsOf(document: DetailDocument): Extensions {
  const { excursionId, rule, severity, mktMicroC, level, isBeyondUncertainty } = document;
  const mkt = numberOf(mktMicroC);
  const told: Record<string, string | undefined> = {
    excursionID: textOf(excursionId),
    rule: textOf(rule) && `rule ${textOf(rule)}`,
    severity: textOf(severity),
    meanKineticTemperature: mkt === undefined ? undefined : `CEL ${mkt / 1_000_000}`,
    stabilityLevel: textOf(level),
    stabilityUsed: durationOf(numberOf(document.usedMs)),
    doorOpen: durationOf(numberOf(document.doorOpenMs)),
    guardBand:
      isBeyondUncertainty === undefined
        ? undefined
        : isBeyondUncertainty === true
          ? 'beyond-uncertainty'
          : 'within-uncertainty',
  };
  return Object.fromEntries(
    Object.entries(told).flatMap(([name, value]) =>
      value === undefined ? [] : [[`coldgate:${name}`, value]],
    ),
  );
}

function openedEvent({ document, moment, goods, source }: Telling): EpcisEvent {
  const { firedAtMs, startedAtMs, extremeMilliC } = document;
  const atMs = numberOf(firedAtMs) ?? numberOf(startedAtMs) ?? moment.atMs;
  const extensions = { ...moment.extensions, ...extensionsOf(document) };
  const valueMilliC = numberOf(extremeMilliC);
  return excursionOpenedEvent({ ...moment, atMs, extensions }, { ...goods, valueMilliC, source });
}

function closedEvent({ document, moment, goods, source }: Telling): EpcisEvent {
  const { startedAtMs, endedAtMs, extremeMilliC, side, outsideMs } = document;
  const endMs = numberOf(endedAtMs) ?? moment.atMs;
  const startMs = Math.min(numberOf(startedAtMs) ?? endMs, endMs);
  const outside = durationOf(numberOf(outsideMs));
  const extensions = {
    ...moment.extensions,
    ...extensionsOf(document),
    ...(outside === undefined ? {} : { 'coldgate:cumulativeOutOfRange': outside }),
  };
  const extreme = numberOf(extremeMilliC);
  const summary = side === 'low' ? { minMilliC: extreme } : { maxMilliC: extreme };
  return excursionClosedEvent(
    { ...moment, atMs: endMs, extensions },
    { ...goods, startMs, endMs, summary, source },
  );
}

/** Nobody could say how the probe was: the probe's matter, not an alarm of the goods. */
function silenceEvent({ document, moment, source }: Telling): EpcisEvent {
  const { cause, startedAtMs, endedAtMs, event } = document;
  const atMs = (event === 'closed' ? numberOf(endedAtMs) : numberOf(startedAtMs)) ?? moment.atMs;
  const sinceMs = event === 'closed' ? Math.min(numberOf(startedAtMs) ?? atMs, atMs) : undefined;
  const { probe, rawData } = source;
  const fault = faultUri(`unknown-${textOf(cause) ?? 'gap'}`);
  const extensions = { ...moment.extensions, ...extensionsOf(document) };
  return probeFaultEvent(
    { ...moment, atMs, extensions },
    { probe, fault, isBroken: false, sinceMs, rawData },
  );
}

/**
 * The events of one telling. What was told before and no longer holds is declared wrong, in so many events.
 * @param before what stands for this excursion until now
 */
export function tellExcursion(telling: Telling, before: ToldEvents): Told {
  const { document, moment } = telling;
  if (document.rule === 'unknown') return { events: [silenceEvent(telling)], stands: {} };
  const takeBack = (wrong: EpcisEvent | undefined, corrected: readonly EpcisEvent[] = []) =>
    wrong ? [correctionEvent(wrong, moment.atMs, corrected)] : [];
  switch (document.event) {
    case 'opened': {
      const opened = openedEvent(telling);
      // Told to be over, and it was not: the end is taken back.
      return { events: [...takeBack(before.closed), opened], stands: { opened } };
    }
    case 'closed': {
      const closed = closedEvent(telling);
      return { events: [closed], stands: { ...before, closed } };
    }
    case 'corrected': {
      const opened = before.opened && openedEvent(telling);
      const closed = before.closed && closedEvent(telling);
      const replaced = ([old, now]: readonly [EpcisEvent | undefined, EpcisEvent | undefined]) =>
        now && old?.eventID !== now.eventID ? [...takeBack(old, [now]), now] : [];
      return {
        events: [...replaced([before.opened, opened]), ...replaced([before.closed, closed])],
        stands: { ...(opened ? { opened } : {}), ...(closed ? { closed } : {}) },
      };
    }
    case 'withdrawn':
      return { events: [...takeBack(before.opened), ...takeBack(before.closed)], stands: {} };
    default:
      return { events: [], stands: before };
  }
}
