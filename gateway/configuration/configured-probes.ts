// Which temperature probes a configuration names, and by which certificate each is known: what changes of it is told when a
// configuration comes into force, so that whoever reads the log knows which probe hung where, since when.

import type { Config } from '../../config/schema.js';
import { temperatureProbes } from '../../config/sensor-names.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { NamedProbe } from './configuration-state.js';

/** In the order of the configuration. */
export function probesOf(config: Config): NamedProbe[] {
  return temperatureProbes(config).map((sensorId) => {
    const serial = config.calibrations.find((one) => one.sensorId === sensorId)?.serial;
    return serial === undefined ? { sensorId } : { sensorId, serial };
  });
}

/** Probes that are new, gone, or of another serial number; a field is absent where nothing of its kind happened. */
export function probeChanges(before: readonly NamedProbe[], after: readonly NamedProbe[]): DetailDocument {
  const was = new Map(before.map((probe) => [probe.sensorId, probe]));
  const is = new Set(after.map(({ sensorId }) => sensorId));
  const added = after.flatMap(({ sensorId }) => (was.has(sensorId) ? [] : [sensorId]));
  const removed = before.flatMap(({ sensorId }) => (is.has(sensorId) ? [] : [sensorId]));
  const replaced = after.flatMap(({ sensorId, serial }) => {
    const old = was.get(sensorId)?.serial;
    // A certificate that is entered for the first time is of the probe that hangs there.
    return old === undefined || serial === undefined || old === serial
      ? []
      : [{ sensorId, from: old, to: serial }];
  });
  return {
    ...(added.length > 0 ? { probesAdded: added } : {}),
    ...(removed.length > 0 ? { probesRemoved: removed } : {}),
    ...(replaced.length > 0 ? { probesReplaced: replaced } : {}),
  };
}
