// What a running shipment holds for itself: its probes, whose readings can be judged by one set of rules only, and its
// tags, whose sightings can carry one name only.

import { decodeEpc } from '../../firmware-bridge/epc/epc.js';
import type { Shipment } from './shipment.js';
import { type Refusal, refusal } from './shipment-request.js';

/** Whether the gateway has a temperature probe of that name. */
export type KnowsProbe = (sensorId: string) => boolean;

/** A shipment whose probe is misspelt would never be judged. */
export function unknownProbe(probes: readonly string[], knowsProbe: KnowsProbe): Refusal | undefined {
  const unknown = probes.find((sensorId) => !knowsProbe(sensorId));
  if (unknown === undefined) return undefined;
  return refusal(
    'PROBE_UNKNOWN',
    `the gateway has no temperature probe ${unknown}`,
    'look at sensorId in the configuration',
  );
}

/** SSCC of a tag, whether it was told as the number or as the EPC that holds it; else the EPC itself. */
export function tagIdentity(tag: string): string {
  // Each record asks: a probe's name is no EPC, and saying so by the decoder costs as much as judging the reading.
  const epc = /^\d{18}$|[^0-9a-f]/i.test(tag) ? undefined : decodeEpc(tag);
  if (!epc?.ok) return tag;
  return epc.value.elements.find(([ai]) => ai === '00')?.[1] ?? tag;
}

/** The tags of a shipment, its load units and the SSCC of its label. */
export function tagIdentities({
  tags,
  sscc,
  loadUnits = [],
}: Pick<Shipment, 'tags' | 'sscc' | 'loadUnits'>): readonly string[] {
  return [...new Set([...tags.map(tagIdentity), ...loadUnits, ...(sscc === undefined ? [] : [sscc])])];
}

/** Why a shipment must not run beside those that do; undefined where nothing speaks against it. */
export function claimRefusal(shipment: Shipment, running: readonly Shipment[]): Refusal | undefined {
  const tags = tagIdentities(shipment);
  for (const other of running) {
    const probe = shipment.probes.find((sensorId) => other.probes.includes(sensorId));
    if (probe !== undefined) {
      const reason = `probe ${probe} belongs to shipment ${other.id}, which is ${other.state}`;
      return refusal('PROBE_TAKEN', reason, `deliver ${other.id} first, or use another probe`);
    }
    const others = tagIdentities(other);
    const tag = tags.find((identity) => others.includes(identity));
    if (tag !== undefined) {
      const reason = `tag ${tag} belongs to shipment ${other.id}, which is ${other.state}`;
      return refusal('TAG_TAKEN', reason, `deliver ${other.id} first, or correct the list of tags`);
    }
  }
  return undefined;
}
