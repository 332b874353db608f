// Folds the signed log into EPCIS events, record by record. Pure and deterministic: the same log gives the same events
// with the same names, however often the gateway started in between. Nothing is told that the log does not hold.

import type { EpcisConfig } from '../../config/epcis-schema.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import type { CheckedRecord } from '../reviews/checked-record.js';
import type { EpcisEvent } from './epcis-event.js';
import type { EventMoment } from './event-shape.js';
import { tellExcursion } from './excursion-telling.js';
import { isFolded } from './folded-kinds.js';
import { faultUri, GatewayNames, profileUri, windowMethodUri } from './gateway-names.js';
import { geoUriOf } from './geo-uri.js';
import { mountedNew, unmountEvents } from './mounted-probes.js';
import { probeFaultEvent } from './probe-event.js';
import { type CourseState, courseAfter, courseOf, stepEvents } from './shipment-course.js';
import { brokenQuality, documentOf, measurementOf, textOf } from './source-record.js';
import { readState, type SourceState, withTold } from './source-state.js';
import { tagEvents } from './tag-telling.js';
import { type SensorSource, telemetryEvent } from './telemetry-event.js';
import {
  isOfLane,
  isOfWindow,
  summaryOf,
  type WindowState,
  windowIndex,
  withReading,
} from './telemetry-window.js';

const MS_PER_MINUTE = 60_000;

const brokenConditions: ReadonlySet<unknown> = new Set(['faulted', 'stuck']);
/** Conditions of a probe that say more than that a cable was pulled. */
const toldConditions = new Set<unknown>([...brokenConditions, 'device-changed', 'calibration-changed']);

export interface SourcedEvent {
  readonly event: EpcisEvent;
  /** Id of the shipment that it is of, if it is of one. */
  readonly shipment: string | undefined;
}

export class EventSource {
  readonly #names: GatewayNames;
  readonly #windowMs: number;
  readonly #windowMethod: string;
  readonly #timeZoneOffset: string;
  readonly #state: SourceState;

  /**
   * @param gateway address of the device key, 20 bytes
   * @param saved what `save` gave; without it the log must be told from its beginning
   */
  constructor(gateway: Uint8Array, config: EpcisConfig, saved?: string) {
    this.#names = new GatewayNames(gateway, config.identifiers);
    this.#windowMs = config.windowMinutes * MS_PER_MINUTE;
    this.#windowMethod = windowMethodUri(config.windowMinutes);
    this.#timeZoneOffset = config.timeZoneOffset;
    this.#state = readState(saved);
  }

  /** Sequence of the record that must come next. */
  get sequence(): number {
    return this.#state.sequence;
  }

  /** All that it must know to go on, as JSON text. */
  save(): string {
    return JSON.stringify(this.#state);
  }

  /** The events that a record completes. Records come in the order of the log; one that was taken before gives none. */
  take(checked: CheckedRecord): readonly SourcedEvent[] {
    const { record, shipment } = checked;
    if (record.sequence < this.#state.sequence) return [];
    this.#state.sequence = record.sequence + 1;
    if (!isFolded(record.kind)) return [];
    const index = windowIndex(record.observedAtMs, this.#windowMs);
    const over = this.#closeWindows(({ arrivedIndex }) => arrivedIndex !== index);
    if (record.kind === recordKinds.temperature) over.push(...this.#takeReading(checked));
    // What was measured before a step belongs to the state before it.
    if (record.kind === recordKinds.shipmentEvent && documentOf(checked).type === 'shipment') {
      over.push(...this.#closeWindows((window) => window.shipment === shipment));
    }
    return [...over, ...this.#eventsOf(checked).map((event) => ({ event, shipment }))];
  }

  #eventsOf(checked: CheckedRecord): readonly EpcisEvent[] {
    switch (checked.record.kind) {
      case recordKinds.temperature:
        return this.#takeQuality(checked);
      case recordKinds.position:
        return this.#takePosition(checked);
      case recordKinds.shipmentEvent:
        return this.#takeStep(checked);
      case recordKinds.excursion:
        return this.#takeExcursion(checked);
      case recordKinds.deviceCondition:
        return this.#takeCondition(checked);
      case recordKinds.tagAuthenticity:
        return tagEvents(checked, this.#momentOf(checked), this.#names);
      case recordKinds.configurationChange:
        return unmountEvents(documentOf(checked), this.#state, this.#names, this.#momentOf(checked));
      default:
        return [];
    }
  }

  #takeReading(checked: CheckedRecord): readonly SourcedEvent[] {
    const { record, name: sensorId, shipment } = checked;
    if (sensorId === undefined) return [];
    if (!this.#state.probes.includes(sensorId)) this.#state.probes.push(sensorId);
    if (shipment === undefined) return [];
    const { sequence, clockTrust, observedAtMs: arrivedMs } = record;
    const about = { shipment, sensorId, sequence, arrivedMs, isClockDoubted: clockTrust === 0 };
    const reading = { ...about, ...measurementOf(checked) };
    const isItsOwn = (window: WindowState) => isOfWindow(window, reading, this.#windowMs);
    const over = this.#closeWindows((window) => isOfLane(window, reading) && !isItsOwn(window));
    const open = this.#state.windows.find(isItsOwn);
    const others = this.#state.windows.filter((window) => window !== open);
    this.#state.windows = [...others, withReading(open, reading, this.#windowMs)];
    return over;
  }

  /** A loose wire would else be an event a minute: the same fault is told again only after a window without it. */
  #takeQuality(checked: CheckedRecord): readonly EpcisEvent[] {
    const { record, name: sensorId } = checked;
    const { observedAtMs, quality } = record;
    const fault = brokenQuality(quality);
    if (fault === undefined || sensorId === undefined) return [];
    const before = this.#state.faults[sensorId];
    this.#state.faults[sensorId] = { fault, atMs: observedAtMs };
    const isKnown = before?.fault === fault && Math.abs(observedAtMs - before.atMs) <= this.#windowMs;
    return isKnown ? [] : [this.#faultEvent(checked, sensorId, fault, true)];
  }

  #takeCondition(checked: CheckedRecord): readonly EpcisEvent[] {
    const { name } = checked;
    const { condition } = documentOf(checked);
    if (name === undefined || !this.#state.probes.includes(name) || !toldConditions.has(condition)) return [];
    return [this.#faultEvent(checked, name, String(condition), brokenConditions.has(condition))];
  }

  #faultEvent(checked: CheckedRecord, sensorId: string, fault: string, isBroken: boolean): EpcisEvent {
    const { sequence } = checked.record;
    return probeFaultEvent(this.#momentOf(checked, this.#names.vehicle), {
      ...{ probe: this.#names.probe(sensorId), fault: faultUri(fault), isBroken },
      rawData: this.#names.records(sequence, sequence),
    });
  }

  #takePosition(checked: CheckedRecord): readonly EpcisEvent[] {
    const readPoint = geoUriOf(documentOf(checked));
    if (readPoint === undefined) return [];
    this.#state.position = { readPoint, atMs: checked.record.observedAtMs };
    return [];
  }

  #takeStep(checked: CheckedRecord): readonly EpcisEvent[] {
    const { shipment: id, record } = checked;
    const document = documentOf(checked);
    if (id === undefined || document.type !== 'shipment') return [];
    if (document.event === 'created') {
      this.#state.shipments[id] = courseOf(id, document, record.observedAtMs, this.#names);
      return [];
    }
    const before = this.#state.shipments[id];
    if (!before) return [];
    const course = courseAfter(before, document);
    if (document.event === 'closed') delete this.#state.shipments[id];
    else this.#state.shipments[id] = course;
    const isArmed = document.event === 'armed';
    const unmounted = isArmed ? mountedNew(this.#state, course.probes, this.#names) : [];
    return stepEvents(textOf(document.event), course, this.#momentOf(checked), this.#names, unmounted);
  }

  #takeExcursion(checked: CheckedRecord): readonly EpcisEvent[] {
    const { record, name, shipment } = checked;
    const document = documentOf(checked);
    const id = textOf(document.excursionId);
    const sensorId = textOf(document.sensor) ?? name;
    if (document.type !== 'excursion' || id === undefined || sensorId === undefined) return [];
    const { profile, profileVersion, profileHash } = document;
    const [profileName, version, hash] = [profile, profileVersion, profileHash].map(String) as [
      string,
      string,
      string,
    ];
    const source: SensorSource = {
      probe: this.#names.probe(sensorId),
      calibration: this.#names.calibration(sensorId),
      rawData: this.#names.records(record.sequence, record.sequence),
      profile: profileUri(profileName, version, hash),
    };
    const goods =
      shipment === undefined ? { goods: [source.probe], isUnderWay: false } : this.#sensed(shipment);
    const telling = { document, moment: this.#momentOf(checked), goods, source };
    const { events, stands } = tellExcursion(telling, this.#state.told[id] ?? {});
    this.#state.told = withTold(this.#state.told, id, stands);
    return events;
  }

  #closeWindows(isOver: (window: WindowState) => boolean): SourcedEvent[] {
    const over = this.#state.windows.filter(isOver);
    if (over.length === 0) return [];
    this.#state.windows = this.#state.windows.filter((window) => !over.includes(window));
    return over.flatMap((window) => this.#windowEvent(window));
  }

  /** Without one good reading there is no temperature to tell; that the probe was silent is told by others. */
  #windowEvent(window: WindowState): readonly SourcedEvent[] {
    const summary = summaryOf(window);
    if (!summary) return [];
    const { shipment, sensorId, startMs, endMs, firstSequence, lastSequence, good, readings } = window;
    const course = this.#state.shipments[shipment];
    const source = {
      probe: this.#names.probe(sensorId),
      calibration: this.#names.calibration(sensorId),
      rawData: this.#names.records(firstSequence, lastSequence),
      method: this.#windowMethod,
      profile: course && profileUri(course.profileName, course.profileVersion, course.profileHash),
    };
    const counted = { 'coldgate:readings': `good ${good} of ${readings}` };
    const moment = this.#moment(endMs, window.isClockDoubted, counted);
    const seen = { ...this.#sensed(shipment), startMs, endMs, summary, source };
    return [{ event: telemetryEvent(moment, seen), shipment }];
  }

  /** A shipment that only the configuration names is taken to be under way. */
  #sensed(shipment: string): { goods: readonly string[]; isUnderWay: boolean } {
    const course: CourseState | undefined = this.#state.shipments[shipment];
    if (!course) return { goods: this.#names.goods(shipment, []), isUnderWay: true };
    return { goods: course.goods, isUnderWay: course.state === 'in-transit' };
  }

  #momentOf({ record }: CheckedRecord, readPoint?: string): EventMoment {
    const moment = this.#moment(record.observedAtMs, record.clockTrust === 0);
    return readPoint === undefined ? moment : { ...moment, readPoint };
  }

  #moment(atMs: number, isClockDoubted: boolean, counted: EventMoment['extensions'] = {}): EventMoment {
    const { position } = this.#state;
    const isNear = position && Math.abs(atMs - position.atMs) <= this.#windowMs;
    return {
      atMs,
      timeZoneOffset: this.#timeZoneOffset,
      readPoint: isNear ? position.readPoint : undefined,
      extensions: { ...counted, ...(isClockDoubted ? { 'coldgate:clock': 'unsynchronised' } : {}) },
    };
  }
}
