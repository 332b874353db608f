// What a shipment takes from the GS1 label of its logistic unit: the SSCC, and the transport temperatures of AI 4331
// and 4333, if it tells any.

import { decodeLabel } from '../../firmware-bridge/epc/gs1-label.js';
import { type Decoded, decodedBy, refuse } from '../../firmware-bridge/epc/refusal.js';
import { isPossible, rangeText, type TransportRange } from './transport-range.js';

export interface ShipmentLabel {
  readonly sscc: string;
  /** Empty where the label tells none. */
  readonly range: TransportRange;
}

/**
 * Reads the label of a logistic unit. Never throws.
 * @param text as a scanner sends it
 * @param thisYear decides the century of dates
 */
export function readShipmentLabel(text: string, thisYear: number): Decoded<ShipmentLabel> {
  const label = decodeLabel(text, thisYear);
  if (!label.ok) return label;
  const { sscc, transportMinMilliC, transportMaxMilliC } = label.value;
  return decodedBy(() => {
    const range: TransportRange = {
      ...(transportMinMilliC === undefined ? {} : { lowMilliC: transportMinMilliC }),
      ...(transportMaxMilliC === undefined ? {} : { highMilliC: transportMaxMilliC }),
    };
    if (!isPossible(range)) refuse(`no temperature is allowed in transport: ${rangeText(range)}`);
    return { sscc: sscc ?? refuse('a logistic unit has an SSCC, (00)'), range };
  });
}
