// Tag reads as JSON from network readers: Zebra IoT Connector and RFD40/90 (dataEVT), Impinj IoT device interface.
// One sighting per EPC and antenna per message: the message is acknowledged after its commit, so no window waits.
// Sources: techdocs.zebra.com (rfd40-90-mqtt, IoT Connector); platform.impinj.com (IoT device interface).

import type { Arrival, TagSighting } from '../observation.js';
import { valueAt } from './json-path.js';
import type { JsonValue } from './json-text.js';
import type { MappedMessage, TagReaderMapping } from './mapping.js';
import { documentOf, integerOf, maxReaderPayloadBytes } from './payload.js';

interface ReadFields {
  readonly epc: JsonValue | undefined;
  readonly pc: JsonValue | undefined;
  readonly antenna: JsonValue | undefined;
  readonly rssiDbm: number | undefined;
  readonly count: JsonValue | undefined;
}

const fieldsOf: Readonly<Record<TagReaderMapping['mapping'], (event: JsonValue) => ReadFields[]>> = {
  // {"type":"SIMPLE","timestamp":..,"data":{"idHex":..,"antenna":..,"peakRssi":..}}, or data.tagData[] in batches.
  zebra: (event) => {
    const data = valueAt(event, ['data']);
    const batch = data === undefined ? undefined : valueAt(data, ['tagData']);
    const records: readonly JsonValue[] = Array.isArray(batch) ? batch : data === undefined ? [] : [data];
    return records.flatMap((record) => {
      const epc = valueAt(record, ['idHex']) ?? valueAt(record, ['epc']) ?? valueAt(record, ['EPC']);
      const rssi = valueAt(record, ['peakRssi']) ?? valueAt(record, ['rssi']);
      return epc === undefined
        ? []
        : [
            {
              epc,
              pc: valueAt(record, ['PC']) ?? valueAt(record, ['pc']),
              antenna: valueAt(record, ['antenna']),
              rssiDbm: integerOf(rssi, -150, 50),
              count: valueAt(record, ['reads']),
            },
          ];
    });
  },
  // {"eventType":"tagInventory","tagInventoryEvent":{"epc":..,"epcHex":..,"antennaPort":..,"peakRssiCdbm":..}}; the reader
  // can be told to leave out either form of the EPC, and `epc` is base64url.
  impinj: (event) => {
    const read = valueAt(event, ['tagInventoryEvent']);
    if (read === undefined) return [];
    const epc = valueAt(read, ['epcHex']) ?? hexOfBase64url(valueAt(read, ['epc']));
    if (epc === undefined) return [];
    const rssiCentiDbm = integerOf(valueAt(read, ['peakRssiCdbm']), -15_000, 5000);
    return [
      {
        epc,
        pc: valueAt(read, ['pc']),
        antenna: valueAt(read, ['antennaPort']),
        rssiDbm: rssiCentiDbm === undefined ? undefined : Math.round(rssiCentiDbm / 100),
        count: undefined,
      },
    ];
  },
};

export function mapTagEvents(mapping: TagReaderMapping, payload: Uint8Array, at: Arrival): MappedMessage {
  const document = documentOf(payload, maxReaderPayloadBytes);
  const events: readonly JsonValue[] = Array.isArray(document) ? document : [document];
  const reads = events.flatMap(fieldsOf[mapping.mapping]);
  const merged = new Map<string, TagSighting>();
  for (const read of reads) {
    const sighting = sightingOf(mapping.readerId, read, at);
    if (sighting === undefined) return { kind: 'refused', reason: 'a tag read has no EPC in hex' };
    const key = `${sighting.antenna} ${sighting.epc}`;
    merged.set(key, together(merged.get(key), sighting));
  }
  // Heartbeats and starts of an inventory are no reads.
  return merged.size > 0 ? { kind: 'observations', observations: [...merged.values()] } : { kind: 'ignored' };
}

function sightingOf(readerId: string, read: ReadFields, at: Arrival): TagSighting | undefined {
  if (typeof read.epc !== 'string' || !/^(?:[0-9a-fA-F]{4}){1,31}$/.test(read.epc)) return undefined;
  const epc = read.epc.toLowerCase();
  const isPc = typeof read.pc === 'string' && /^[0-9a-fA-F]{4}$/.test(read.pc);
  return {
    kind: 'tag-sighting',
    readerId,
    at,
    epc,
    pc: isPc ? String(read.pc).toLowerCase() : undefined,
    antenna: integerOf(read.antenna, 1, 0xffff) ?? 1,
    lastSeenUptimeMs: at.uptimeMs,
    count: integerOf(read.count, 1, 1_000_000) ?? 1,
    bestRssiDbm: read.rssiDbm,
  };
}

/** Only what encodes to the same text again: a cut or doubled character would give another tag. */
function hexOfBase64url(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  const bytes = Buffer.from(value, 'base64url');
  const isExact = bytes.toString('base64url') === value.replace(/=+$/, '');
  return isExact ? bytes.toString('hex') : value;
}

function together(known: TagSighting | undefined, next: TagSighting): TagSighting {
  if (known === undefined) return next;
  const rssi = [known.bestRssiDbm, next.bestRssiDbm].filter((dbm) => dbm !== undefined);
  return {
    ...known,
    count: known.count + next.count,
    bestRssiDbm: rssi.length > 0 ? Math.max(...rssi) : undefined,
  };
}
