// Tag records in Mercury replies: in a stream (22) and from the tag buffer (29). Which fields a record has is told by
// the reply's metadata flags, in the order of their bits. PC, EPC and the tag's own CRC-16 end each record.
// That CRC (EPC Gen2, 6.3.2.1.5) is checked here: damage that the frame's weaker CRC misses does not get through.

import { crc16, crc16Genibus } from '../bytes/crc16.js';
import { asInt8, hexOf, readUint16, uint16Bytes } from '../bytes/words.js';
import { epcBytesTold, withPcWord } from '../epc/pc-word.js';
import { gen2Protocol, mercuryOpcodes } from './codes.js';

export interface MercuryTagRecord {
  /** Lower-case hex. */
  readonly epc: string;
  /** Protocol-control word, four lower-case hex digits. */
  readonly pc: string;
  readonly antenna: number;
  readonly rssiDbm: number | undefined;
  readonly readCount: number | undefined;
  readonly frequencyKHz: number | undefined;
  /** Since the last keep-alive. */
  readonly offsetMs: number | undefined;
  /** Tag memory that was read along with the EPC, lower-case hex; undefined where none was read. */
  readonly memory: string | undefined;
  /** The tag's own CRC-16 fits, and so does the length in its PC. */
  readonly isIntact: boolean;
}

interface TagReply {
  readonly opcode: number;
  readonly status: number;
  readonly data: Uint8Array;
}

/** Bits of the metadata flags, in the order of the fields: their widths in bytes follow. */
const metadataFlags = {
  readCount: 0x0001,
  rssi: 0x0002,
  antenna: 0x0004,
  frequency: 0x0008,
  timestamp: 0x0010,
  phase: 0x0020,
  protocol: 0x0040,
  data: 0x0080,
  gpio: 0x0100,
} as const;
type MetadataField = keyof typeof metadataFlags;
const fieldBytes: Readonly<Record<MetadataField, number>> = {
  readCount: 1,
  rssi: 1,
  antenna: 1,
  frequency: 3,
  timestamp: 4,
  phase: 2,
  protocol: 1,
  data: 2,
  gpio: 1,
};
export const allMetadata = 0x01ff;

/** Option byte of a reply with metadata. */
const metadataOption = 0x10;
/** Before the first record: option, search flags (2), metadata flags (2), number of records. */
const streamHeaderBytes = 6;
/** Before the first record from the buffer: metadata flags (2), options, number of records. */
const bufferHeaderBytes = 4;
/** In place of the length of tag memory: the command behind the EPC failed. Some firmware says why in two bytes behind it. */
const memoryFailed = 0x8000;
const failureBytes = [0, 2] as const;
/** Bit of the PC: extended protocol control words follow it. */
const extendedPc = 0x0200;
const wordBytes = 2;

/** The Gen2 records of a reply, in its order; undefined where the reply holds none in a layout that is known. */
export function decodeTagReply({ opcode, status, data }: TagReply): MercuryTagRecord[] | undefined {
  if (status !== 0) return undefined;
  if (opcode === mercuryOpcodes.readTagMultiple) {
    if (data.length < streamHeaderBytes || data[0] !== metadataOption) return undefined;
    return decodeRecords(data, streamHeaderBytes, readUint16(data, 3), data[5] ?? 0);
  }
  if (opcode === mercuryOpcodes.getTagBuffer && data.length > bufferHeaderBytes) {
    return decodeRecords(data, bufferHeaderBytes, readUint16(data, 0), data[3] ?? 0);
  }
  return undefined;
}

/** False for a reply with a tag record whose CRC-16 or PC does not fit; true for every other reply. */
export function isTagReplyIntact(reply: TagReply): boolean {
  return decodeTagReply(reply)?.every(({ isIntact }) => isIntact) ?? true;
}

/** Data of a stream reply with one record, as a reader sends it. For virtual readers. */
export function encodeStreamRecord(
  epc: Uint8Array,
  record: { rssiDbm: number; antenna: number; frequencyKHz: number; offsetMs: number },
  memory: Uint8Array | 'failed' = new Uint8Array(0),
): Uint8Array {
  const body = withPcWord(epc);
  const { rssiDbm, antenna, frequencyKHz, offsetMs } = record;
  const searchFlags = 0x001b;
  return Uint8Array.of(
    ...[metadataOption, ...uint16Bytes(searchFlags), ...uint16Bytes(allMetadata), 1],
    ...[1, rssiDbm & 0xff, ((antenna & 0x0f) << 4) | (antenna & 0x0f)],
    ...[(frequencyKHz >>> 16) & 0xff, ...uint16Bytes(frequencyKHz)],
    ...[...uint16Bytes(offsetMs >>> 16), ...uint16Bytes(offsetMs), 0, 0],
    ...[gen2Protocol, ...uint16Bytes(memory === 'failed' ? memoryFailed : memory.length * 8)],
    ...(memory === 'failed' ? [] : memory),
    ...[0x0f, ...uint16Bytes((body.length + wordBytes) * 8)],
    ...[...body, ...uint16Bytes(crc16(crc16Genibus, body))],
  );
}

function decodeRecords(
  data: Uint8Array,
  first: number,
  flags: number,
  count: number,
): MercuryTagRecord[] | undefined {
  // A flag beyond these has fields of unknown width: nothing behind it can be found.
  if ((flags & ~allMetadata) !== 0) return undefined;
  for (const failed of failureBytes) {
    const records = recordsWith(failed, data, first, flags, count);
    if (records) return records;
  }
  return undefined;
}

/** @param failed bytes behind the mark of a command that failed */
function recordsWith(
  failed: number,
  data: Uint8Array,
  first: number,
  flags: number,
  count: number,
): MercuryTagRecord[] | undefined {
  const records: MercuryTagRecord[] = [];
  let offset = first;
  for (let index = 0; index < count; index += 1) {
    const fields = locateFields(data, offset, flags, failed);
    const bits = readUint16(data, fields.end);
    const start = fields.end + wordBytes;
    const end = start + Math.ceil(bits / 8);
    if (end > data.length || end - start < 2 * wordBytes) return undefined;
    if (fields.protocol === undefined || data[fields.protocol] === gen2Protocol) {
      records.push(decodeRecord(data, start, end, fields));
    }
    offset = end;
  }
  return offset === data.length ? records : undefined;
}

type Located = { readonly [field in MetadataField]?: number } & { readonly end: number };

/** Where each field of the record begins. */
function locateFields(data: Uint8Array, offset: number, flags: number, failed: number): Located {
  const located: { [field in MetadataField]?: number } = {};
  let end = offset;
  for (const [field, flag] of Object.entries(metadataFlags) as [MetadataField, number][]) {
    if ((flags & flag) === 0) continue;
    located[field] = end;
    end += fieldBytes[field];
    // Tag memory read along with the EPC: its length in bits, then itself.
    if (field === 'data') end += memoryBytes(readUint16(data, end - wordBytes)) ?? failed;
  }
  return { ...located, end };
}

function decodeRecord(data: Uint8Array, start: number, end: number, fields: Located): MercuryTagRecord {
  const pc = readUint16(data, start);
  const crcAt = end - wordBytes;
  const hasExtendedPc = (pc & extendedPc) !== 0;
  const epcStart = start + wordBytes + (hasExtendedPc ? extendedPcBytes(data, start + wordBytes) : 0);
  // Extended words blur the count of a PC word.
  const isLengthRight = hasExtendedPc ? epcStart <= crcAt : epcStart + epcBytesTold(pc) === crcAt;
  return {
    epc: hexOf(data, epcStart, Math.max(epcStart, crcAt)),
    pc: hexOf(data, start, start + wordBytes),
    antenna: antennaOf(fields.antenna === undefined ? undefined : data[fields.antenna]),
    rssiDbm: fields.rssi === undefined ? undefined : asInt8(data[fields.rssi] ?? 0),
    readCount: fields.readCount === undefined ? undefined : data[fields.readCount],
    frequencyKHz: readWide(data, fields.frequency, 3),
    offsetMs: readWide(data, fields.timestamp, 4),
    memory: memoryOf(data, fields.data),
    isIntact: isLengthRight && crc16(crc16Genibus, data, start, crcAt) === readUint16(data, crcAt),
  };
}

/** Undefined where the read failed. */
function memoryBytes(bits: number): number | undefined {
  return (bits & memoryFailed) === 0 ? Math.ceil(bits / 8) : undefined;
}

/** Whole words that were read along; undefined where none were. */
function memoryOf(data: Uint8Array, at: number | undefined): string | undefined {
  const bytes = at === undefined ? 0 : memoryBytes(readUint16(data, at));
  if (at === undefined || !bytes || bytes % wordBytes !== 0) return undefined;
  return hexOf(data, at + wordBytes, at + wordBytes + bytes);
}

/** One word, or two where the first one's top bit says so. */
function extendedPcBytes(data: Uint8Array, offset: number): number {
  return (readUint16(data, offset) & 0x8000) === 0 ? wordBytes : 2 * wordBytes;
}

/** Transmit port in the upper four bits, receive port in the lower; 16 does not fit and reads 0. */
function antennaOf(byte: number | undefined): number {
  if (byte === undefined) return 1;
  return byte >>> 4 === 0 ? 16 : byte >>> 4;
}

function readWide(data: Uint8Array, offset: number | undefined, bytes: number): number | undefined {
  if (offset === undefined) return undefined;
  return data.subarray(offset, offset + bytes).reduce((value, byte) => value * 256 + byte, 0);
}
