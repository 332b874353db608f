// The tag notice of the M100 reader: RSSI, PC, EPC and the CRC-16 that the tag itself sent (EPC Gen2, 6.3.2.1.5).
// The CRC is checked here; a vendor guide says "you can leave it alone", and then damaged EPCs get through.

import { crc16, crc16Genibus } from '../bytes/crc16.js';
import { asInt8, hexOf, readUint16, uint16Bytes } from '../bytes/words.js';
import { epcBytesTold, withPcWord } from '../epc/pc-word.js';
import { frameTypes, type M100Frame, m100Commands } from './codes.js';

export interface TagNotice {
  /** Lower-case hex. */
  readonly epc: string;
  /** Protocol-control word, four lower-case hex digits. */
  readonly pc: string;
  /** Two's complement on the wire: C9 is -55. */
  readonly rssiDbm: number;
}

const pcOffset = 1;
const epcOffset = 3;
const crcBytes = 2;

function isTagNotice(frame: Pick<M100Frame, 'type' | 'command'>): boolean {
  return frame.type === frameTypes.notice && frame.command === m100Commands.inventory;
}

/** False for a tag notice whose EPC length or CRC-16 does not fit; true for every other frame. */
export function isTagNoticeIntact(frame: M100Frame): boolean {
  if (!isTagNotice(frame)) return true;
  const { parameters } = frame;
  const crcAt = parameters.length - crcBytes;
  if (crcAt < epcOffset) return false;
  const epcBytes = epcBytesTold(readUint16(parameters, pcOffset));
  if (epcOffset + epcBytes !== crcAt) return false;
  return crc16(crc16Genibus, parameters, pcOffset, crcAt) === readUint16(parameters, crcAt);
}

/** The sighting in a frame, or undefined where the frame is no intact tag notice. */
export function decodeTagNotice(frame: M100Frame): TagNotice | undefined {
  if (!isTagNotice(frame) || !isTagNoticeIntact(frame)) return undefined;
  const { parameters } = frame;
  return {
    epc: hexOf(parameters, epcOffset, parameters.length - crcBytes),
    pc: hexOf(parameters, pcOffset, epcOffset),
    rssiDbm: asInt8(parameters[0] ?? 0),
  };
}

/** Parameters of a notice as a reader sends them; `epc` in whole 16-bit words. For virtual readers. */
export function encodeTagNotice(epc: Uint8Array, rssiDbm: number): Uint8Array {
  const body = withPcWord(epc);
  return Uint8Array.of(rssiDbm & 0xff, ...body, ...uint16Bytes(crc16(crc16Genibus, body)));
}
