// The commands that a gateway sends to a Mercury reader. Nothing here writes, locks or kills a tag, or touches flash.

import { uint16Bytes } from '../bytes/words.js';
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

/** Reads Gen2 tags until it is stopped, with a keep-alive each second. */
export function encodeStartStream(): Uint8Array {
  const ignoredTimeout = [0x00, 0x00];
  const noSearchFlags = [0x00, 0x00];
  const [metadataOption, searchCycleMs] = [0x10, 1000];
  const readMultiple = [
    ...[mercuryOpcodes.readTagMultiple, metadataOption, 0x00, 0x1b],
    ...[...uint16Bytes(searchCycleMs), ...uint16Bytes(allMetadata)],
  ];
  return encodeMercuryCommand(mercuryOpcodes.multiProtocolTagOp, [
    ...[...ignoredTimeout, streamOptions.start, mercuryOpcodes.readTagMultiple, ...noSearchFlags],
    // The command inside is counted without its opcode.
    ...[gen2Protocol, readMultiple.length - 1, ...readMultiple],
  ]);
}

export function encodeStopStream(): Uint8Array {
  return encodeMercuryCommand(mercuryOpcodes.multiProtocolTagOp, [0x00, 0x00, streamOptions.stop]);
}
