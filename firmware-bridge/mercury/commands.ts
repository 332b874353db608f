// The commands that a gateway sends to a Mercury reader. Nothing here writes, locks or kills a tag, or touches flash.

import { readUint16, uint16Bytes } from '../bytes/words.js';
import { gen2Protocol, type MercuryRegion, mercuryOpcodes, mercuryRegions } from './codes.js';
import { encodeMercuryCommand } from './frame.js';
import { allMetadata } from './tag-record.js';

/** Options of command 2F: begin and end reading without a host's asking. */
export const streamOptions = { start: 0x01, stop: 0x02 } as const;

export function encodeVersion(): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.version);
}

/** From the bootloader into the firmware. Running firmware answers 0101 and goes on. */
export function encodeBootFirmware(): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.bootFirmware);
}

/** Asks for the serial number; older modules have none. */
export function encodeSerialNumber(): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.hardwareVersion, [0x00, 0x40]);
}

export function encodeGetRegion(): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.getRegion);
}

export function encodeSetRegion(region: MercuryRegion): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.setRegion, [mercuryRegions[region]]);
}

export function encodeSetGen2(): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.setTagProtocol, uint16Bytes(gen2Protocol));
}

/** The ports, 1..16, that the reader takes in turn; each sends and receives by itself. */
export function encodeSetAntennas(antennas: readonly number[]): Uint8Array {
  const searchList = 0x02;
  const pairs = antennas.flatMap((antenna) => [antenna, antenna]);
  return encodeMercuryCommand(mercuryOpcodes.setAntennaPort, [searchList, ...pairs]);
}

/** Answered with the power and its limits: option, power, highest, lowest; 0.01 dBm, two's complement. */
export function encodeGetReadPower(): Uint8Array {
  const withLimits = 0x01;
  return encodeMercuryCommand(mercuryOpcodes.getReadPower, [withLimits]);
}

/** Hundredths of a dBm, 0..4000. */
export function encodeSetReadPower(readPowerCentiDbm: number): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.setReadPower, uint16Bytes(readPowerCentiDbm));
}

/** Off: a tag that stays is told each time it is read, and not only the first time. */
export function encodeReadFilterOff(): Uint8Array {
  const [keyAndValue, readFilter, off] = [0x01, 0x0c, 0x00];
  return encodeMercuryCommand(mercuryOpcodes.setReaderOption, [keyAndValue, readFilter, off]);
}

/** Words of the TID bank that a stream reads along: class, maker, model and 48 bits of serial. */
const tidWords = 6;
const tidBank = 0x02;
/** Configured antennas (03), stream (08), many tags (10). */
const streamSearchFlags = 0x001b;
const withEmbeddedCommand = 0x0004;

/**
 * Reads Gen2 tags until it is stopped, with a keep-alive each second.
 * @param readsTid whether each tag's TID is read in the same breath as its EPC; that takes longer per tag
 */
export function encodeStartStream(readsTid = false): Uint8Array {
  const ignoredTimeout = [0x00, 0x00];
  const noSearchFlags = [0x00, 0x00];
  const [metadataOption, searchCycleMs] = [0x10, 1000];
  const searchFlags = readsTid ? streamSearchFlags | withEmbeddedCommand : streamSearchFlags;
  const readMultiple = [
    ...[mercuryOpcodes.readTagMultiple, metadataOption, ...uint16Bytes(searchFlags)],
    ...[...uint16Bytes(searchCycleMs), ...uint16Bytes(allMetadata)],
    ...(readsTid ? embeddedTidRead() : []),
  ];
  return encodeMercuryCommand(mercuryOpcodes.multiProtocolTagOp, [
    ...[...ignoredTimeout, streamOptions.start, mercuryOpcodes.readTagMultiple, ...noSearchFlags],
    // The command inside is counted without its opcode.
    ...[gen2Protocol, readMultiple.length - 1, ...readMultiple],
  ]);
}

/** One command that follows each singulation: its count, its length without the opcode, and "read tag data" (28). */
function embeddedTidRead(): readonly number[] {
  const [ignoredTimeout, noOptions] = [[0x00, 0x00], 0x00];
  const firstWord = [0x00, 0x00, 0x00, 0x00];
  const read = [...ignoredTimeout, noOptions, tidBank, ...firstWord, tidWords];
  return [1, read.length, mercuryOpcodes.readTagData, ...read];
}

/** Words that the data of a start asks of each tag's TID bank; 0 where it asks for none. For virtual readers. */
export function embeddedTidWords(data: Uint8Array): number {
  const [searchFlagsAt, embeddedAt, opcodeBehind] = [10, 16, 2];
  const isAsked = data.length > embeddedAt && (readUint16(data, searchFlagsAt) & withEmbeddedCommand) !== 0;
  return isAsked && data[embeddedAt + opcodeBehind] === mercuryOpcodes.readTagData ? (data.at(-1) ?? 0) : 0;
}

export function encodeStopStream(): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.multiProtocolTagOp, [0x00, 0x00, streamOptions.stop]);
}
