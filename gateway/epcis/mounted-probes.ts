// Which probes an event has named as part of the vehicle, under which id, and when they leave it: a configuration comes into
// force without them, or with another serial number in their place (records of kind 11, `event: in-force`).

import type { DetailDocument } from '../sealing/draft-record.js';
import type { EpcisEvent } from './epcis-event.js';
import type { EventMoment } from './event-shape.js';
import type { GatewayNames } from './gateway-names.js';
import { probeMountEvent } from './probe-event.js';
import { sectionOf, textOf, textsOf } from './source-record.js';
import type { SourceState } from './source-state.js';

/** Takes those as mounted. @returns the ones that were not */
export function mountedNew(
  state: SourceState,
  probes: readonly string[],
  names: GatewayNames,
): readonly string[] {
  const unmounted = probes.filter((probe) => !state.mounted.includes(probe));
  state.mounted.push(...unmounted);
  for (const probe of unmounted) state.mountedAs[probe] = names.probe(probe);
  return unmounted;
}

interface Leaving {
  readonly sensorId: string;
  /** Of the probe that hung there. */
  readonly serial: string | undefined;
}

function leavingIn({ type, event, probesRemoved, probesReplaced }: DetailDocument): readonly Leaving[] {
  if (type !== 'configuration' || event !== 'in-force') return [];
  const removed = textsOf(probesRemoved).map((sensorId) => ({ sensorId, serial: undefined }));
  const replaced = (Array.isArray(probesReplaced) ? probesReplaced : []).flatMap((entry) => {
    const { sensorId, from } = sectionOf(entry);
    const name = textOf(sensorId);
    return name === undefined ? [] : [{ sensorId: name, serial: textOf(from) }];
  });
  return [...removed, ...replaced];
}

/** The events of probes that a configuration takes out of the vehicle; the next shipment mounts what hangs there then. */
export function unmountEvents(
  document: DetailDocument,
  state: SourceState,
  names: GatewayNames,
  moment: EventMoment,
): readonly EpcisEvent[] {
  return leavingIn(document).flatMap(({ sensorId, serial }) => {
    const index = state.mounted.indexOf(sensorId);
    if (index < 0) return [];
    state.mounted.splice(index, 1);
    // The configuration may call it otherwise by now.
    const probe = state.mountedAs[sensorId] ?? names.probe(sensorId);
    delete state.mountedAs[sensorId];
    const told = serial === undefined ? {} : { 'coldgate:serial': `serial ${serial}` };
    const left = { ...moment, extensions: { ...moment.extensions, ...told } };
    return [probeMountEvent(left, { vehicle: names.vehicle, probe, isMounted: false })];
  });
}
