// How the gateway names what it speaks of: by the GS1 identifier where one is configured or on the label, else by a
// urn:coldgate: form of its own, which nobody mistakes for a GS1 key.

import type { EpcisConfig } from '../../config/epcis-schema.js';
import { decodeEpc } from '../../firmware-bridge/epc/epc.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';

const digitalLinkDomain = 'https://id.gs1.org';
const unreserved = /[A-Za-z0-9._-]/;

/** One part of a URN. Every other byte of the UTF-8 is escaped: a name must not make parts of its own. */
function urnPart(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (unreserved.test(character)) return character;
      return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** Kind of fault of a probe. */
export const faultUri = (fault: string): string => `urn:coldgate:fault:${urnPart(fault)}`;

/** Rules under which an alarm was raised: the version is in the name, so an event says by which it was. */
export const profileUri = (name: string, version: string, hash: string): string =>
  `urn:coldgate:profile:${urnPart(name)}:${urnPart(version)}:${urnPart(hash)}`;

/** How a window is made from readings; another way gets another name. */
export const windowMethodUri = (windowMinutes: number): string =>
  `urn:coldgate:method:window-v1:PT${windowMinutes}M`;

export class GatewayNames {
  readonly #prefix: string;
  readonly #vehicle: string;
  readonly #probes: ReadonlyMap<string, EpcisConfig['identifiers']['probes'][number]>;
  readonly #parties: ReadonlyMap<string, string>;

  /** @param gateway address of the device key, 20 bytes */
  constructor(gateway: Uint8Array, { vehicle, probes, parties }: EpcisConfig['identifiers']) {
    this.#prefix = `urn:coldgate:0x${toHex(gateway)}`;
    this.#vehicle = vehicle ?? `${this.#prefix}:vehicle`;
    this.#probes = new Map(probes.map((probe) => [probe.sensorId, probe]));
    this.#parties = new Map(parties.map(({ name, id }) => [name, id]));
  }

  get vehicle(): string {
    return this.#vehicle;
  }

  probe(sensorId: string): string {
    return this.#probes.get(sensorId)?.id ?? `${this.#prefix}:probe:${urnPart(sensorId)}`;
  }

  /** Certificate of a probe. */
  calibration(sensorId: string): string | undefined {
    return this.#probes.get(sensorId)?.calibration;
  }

  party(name: string): string {
    return this.#parties.get(name) ?? `${this.#prefix}:party:${urnPart(name)}`;
  }

  /** The signed records that an event was made from, both ends included. */
  records(firstSequence: number, lastSequence: number): string {
    return `${this.#prefix}:${firstSequence}-${lastSequence}`;
  }

  /** The units of a shipment, each once and in one order; the shipment itself where none is known. */
  goods(shipment: string, identities: readonly string[]): readonly string[] {
    const units = new Set(identities.map((identity) => this.tag(identity)));
    return units.size === 0 ? [`${this.#prefix}:shipment:${urnPart(shipment)}`] : [...units].sort();
  }

  /** @param identity an SSCC of 18 digits, or an EPC in hexadecimal digits */
  tag(identity: string): string {
    if (/^\d{18}$/.test(identity)) return `${digitalLinkDomain}/00/${identity}`;
    const epc = decodeEpc(identity);
    const path = epc.ok ? epc.value.digitalLinkPath : undefined;
    return path === undefined ? `${this.#prefix}:tag:${urnPart(identity)}` : `${digitalLinkDomain}${path}`;
  }
}
