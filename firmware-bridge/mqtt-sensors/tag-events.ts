// Tag reads as JSON from network readers: Zebra IoT Connector and RFD40/90 (dataEVT), Impinj IoT device interface.
// One sighting per EPC and antenna per message: the message is acknowledged after its commit, so no window waits.
// Sources: techdocs.zebra.com, rfd40-90-mqtt, dataEVT; zebradevs.github.io/rfid-ziotc-docs and public code that reads
// its events; for Impinj reelyactive/barnowl-impinj and public captures.

import type { Arrival, ChipProof, TagSighting } from '../observation.js';
import { valueAt } from './json-path.js';
import type { JsonValue } from './json-text.js';
import type { MappedMessage, TagReaderMapping } from './mapping.js';
import { documentOf, integerOf, maxReaderPayloadBytes } from './payload.js';
import { hexOfBase64 } from './reader-base64.js';

interface ReadFields {
  readonly epc: JsonValue | undefined;
  readonly pc: JsonValue | undefined;
  readonly tid: JsonValue | undefined;
  readonly antenna: JsonValue | undefined;
  readonly rssiDbm: number | undefined;
  readonly count: JsonValue | undefined;
  readonly proof?: ChipProof | undefined;
}

const fieldsOf: Readonly<Record<TagReaderMapping['mapping'], (event: JsonValue) => ReadFields[]>> = {
  // Fixed: {"type":"SIMPLE","timestamp":..,"data":{"idHex":..,"antenna":..,"peakRssi":..,"reads":..}}. Its `EPC` is
  // the whole memory bank, and not read. RFD40 and RFD90: data.tagData[] without an antenna; EPC and EPCid are the same.
  zebra: (event) => {
    const data = valueAt(event, ['data']);
    const batch = data === undefined ? undefined : valueAt(data, ['tagData']);
    const isBatch = Array.isArray(batch);
    const records: readonly JsonValue[] = isBatch ? batch : data === undefined ? [] : [data];
    return records.flatMap((record) => {
      const batchEpc = isBatch ? (valueAt(record, ['EPCid']) ?? valueAt(record, ['EPC'])) : undefined;
      const epc = valueAt(record, ['idHex']) ?? batchEpc;
      return epc === undefined
        ? []
        : [
            {
              epc,
              pc: valueAt(record, ['PC']),
              tid: valueAt(record, ['TID']),
              antenna: valueAt(record, ['antenna']),
              rssiDbm: integerOf(valueAt(record, ['peakRssi']), -150, 50),
              count: valueAt(record, ['reads']) ?? valueAt(record, ['seenCount']),
            },
          ];
    });
  },
  // {"eventType":"tagInventory","tagInventoryEvent":{"epcHex":..,"antennaPort":..,"peakRssiCdbm":..}}. The reader is
  // set to tell `epcHex`, or `epc` in base64, or both; `pc` is in base64. With FastID it tells the chip: `tidHex`, `tid`. With
  // tag authentication in its preset, what an M775 answered: the tutorial "Impinj M775 Tag Authentication" of the vendor.
  impinj: (event) => {
    const read = valueAt(event, ['tagInventoryEvent']);
    const epc = read === undefined ? undefined : (valueAt(read, ['epcHex']) ?? base64At(read, 'epc'));
    if (read === undefined || epc === undefined) return [];
    const rssiCentiDbm = integerOf(valueAt(read, ['peakRssiCdbm']), -15_000, 5000);
    return [
      {
        epc,
        pc: base64At(read, 'pc'),
        tid: valueAt(read, ['tidHex']) ?? base64At(read, 'tid'),
        antenna: valueAt(read, ['antennaPort']),
        rssiDbm: rssiCentiDbm === undefined ? undefined : Math.round(rssiCentiDbm / 100),
        count: undefined,
        proof: impinjProof(valueAt(read, ['tagAuthenticationResponse'])),
      },
    ];
  },
};

/** Message of 48 bits, answer of 64, and the short TID of 64 where the message asks for it; another form is none. */
function impinjProof(told: JsonValue | undefined): ChipProof | undefined {
  if (told === undefined) return undefined;
  const hexAt = (name: string, digits: number): string | undefined => {
    const value = valueAt(told, [name]);
    return typeof value === 'string' && value.length === digits && /^[0-9a-fA-F]+$/.test(value)
      ? value.toLowerCase()
      : undefined;
  };
  const challenge = hexAt('messageHex', 12);
  if (challenge === undefined) return undefined;
  // A chip that has no such secret is told with an empty answer.
  const response = valueAt(told, ['responseHex']) === '' ? '' : hexAt('responseHex', 16);
  if (response === undefined) return undefined;
  return { suite: 'impinj', challenge, response, challengedBy: 'reader', shortTid: hexAt('tidHex', 16) };
}

/** A base64 member in hex; null for one that is present and no base64: its letters could pass for hex. */
function base64At(read: JsonValue, name: string): JsonValue | undefined {
  const value = valueAt(read, [name]);
  return typeof value === 'string' ? (hexOfBase64(value) ?? null) : value;
}

export function mapTagEvents(mapping: TagReaderMapping, payload: Uint8Array, at: Arrival): MappedMessage {
  const document = documentOf(payload, maxReaderPayloadBytes);
  const events: readonly JsonValue[] = Array.isArray(document) ? document : [document];
  const reads = events.flatMap(fieldsOf[mapping.mapping]);
  const merged = new Map<string, TagSighting>();
  for (const read of reads) {
    const sighting = sightingOf(mapping.readerId, read, at);
    if (sighting === undefined) return { kind: 'refused', reason: 'a tag read has no EPC in hex' };
    // Two chips with one EPC are two sightings: that is what a copy looks like.
    const key = `${sighting.antenna} ${sighting.epc} ${sighting.tid}`;
    merged.set(key, together(merged.get(key), sighting));
  }
  // Heartbeats and starts of an inventory are no reads.
  return merged.size > 0 ? { kind: 'observations', observations: [...merged.values()] } : { kind: 'ignored' };
}

function sightingOf(readerId: string, read: ReadFields, at: Arrival): TagSighting | undefined {
  if (typeof read.epc !== 'string' || !/^(?:[0-9a-fA-F]{4}){1,31}$/.test(read.epc)) return undefined;
  const epc = read.epc.toLowerCase();
  // Two words say who made the chip; less than that says nothing.
  const isTid = typeof read.tid === 'string' && /^(?:[0-9a-fA-F]{4}){2,16}$/.test(read.tid);
  const isPc = typeof read.pc === 'string' && /^[0-9a-fA-F]{4}$/.test(read.pc);
  return {
    kind: 'tag-sighting',
    readerId,
    at,
    epc,
    pc: isPc ? String(read.pc).toLowerCase() : undefined,
    ...(isTid ? { tid: String(read.tid).toLowerCase() } : {}),
    ...(read.proof ? { proof: read.proof } : {}),
    antenna: integerOf(read.antenna, 1, 0xffff) ?? 1,
    lastSeenUptimeMs: at.uptimeMs,
    count: integerOf(read.count, 1, 1_000_000) ?? 1,
    bestRssiDbm: read.rssiDbm,
  };
}

function together(known: TagSighting | undefined, next: TagSighting): TagSighting {
  if (known === undefined) return next;
  const rssi = [known.bestRssiDbm, next.bestRssiDbm].filter((dbm) => dbm !== undefined);
  return {
    ...known,
    ...((known.proof ?? next.proof) ? { proof: known.proof ?? next.proof } : {}),
    count: known.count + next.count,
    bestRssiDbm: rssi.length > 0 ? Math.max(...rssi) : undefined,
  };
}
