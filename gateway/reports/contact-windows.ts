// Doors and defrosting: which contacts of the configuration are about a shipment's probes, and when they were open. Pure.

import type { Config } from '../../config/schema.js';
import type { Report } from './report-schema.js';
import type { PlacedMark } from './rule-recount.js';
import type { ShipmentFold } from './shipment-fold.js';
import { instantOf } from './utc.js';

/** On the axis, ms. */
export interface OpenWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

const MAX_WINDOWS = 200;

/** When a contact was open, the oldest first; one that is open at the end is open until then. */
export function openWindows(fold: ShipmentFold, sensor: string, endMs: number): OpenWindow[] {
  const windows: OpenWindow[] = [];
  let sinceMs: number | undefined;
  for (const moment of placed(fold, sensor)) {
    if (moment.isOpen) sinceMs ??= moment.axisMs;
    else if (sinceMs !== undefined) {
      windows.push({ fromMs: sinceMs, toMs: moment.axisMs });
      sinceMs = undefined;
    }
  }
  if (sinceMs !== undefined) windows.push({ fromMs: sinceMs, toMs: Math.max(endMs, sinceMs) });
  return windows;
}

function placed({ surroundings, axis }: ShipmentFold, sensor: string) {
  return surroundings.contacts
    .filter((moment) => moment.sensor === sensor)
    .map((moment) => ({ axisMs: axis.at(moment), isOpen: moment.isOpen }))
    .sort((a, b) => a.axisMs - b.axisMs);
}

/** What contacts say to the judge of one probe, by time. */
export function marksOf(fold: ShipmentFold, { contacts }: Config, probe: string): PlacedMark[] {
  return contacts
    .filter(({ probes }) => probes.includes(probe))
    .flatMap(({ sensorId, means }) =>
      placed(fold, sensorId).map(({ axisMs, isOpen }): PlacedMark => ({ axisMs, mark: means, isOn: isOpen })),
    )
    .sort((a, b) => a.axisMs - b.axisMs);
}

/** Those that concern one of the probes, in the order of the configuration. */
export function contactWindows(
  fold: ShipmentFold,
  { contacts }: Config,
  probes: readonly string[],
  endMs: number,
): Report['contacts'] {
  return contacts
    .filter((contact) => contact.probes.some((probe) => probes.includes(probe)))
    .map(({ sensorId, means, probes: all }) => {
      const windows = openWindows(fold, sensorId, endMs);
      const lengthsMs = windows.map(({ fromMs, toMs }) => Math.round(toMs - fromMs));
      return {
        ...{ sensor: sensorId, means, probes: all.filter((probe) => probes.includes(probe)) },
        openings: windows.length,
        openMs: lengthsMs.reduce((sum, ms) => sum + ms, 0),
        windows: windows.slice(0, MAX_WINDOWS).map(({ fromMs, toMs }) => ({
          fromAt: instantOf(fold.axis.wallOf(fromMs)),
          toAt: instantOf(fold.axis.wallOf(toMs)),
          durationMs: Math.round(toMs - fromMs),
        })),
      };
    });
}
