// The requests that a gateway sends to an R2000 reader: UHF RFID Serial Interface Protocol V2.38.
// Only what a reader of shipments needs: no writing, locking or killing of tags.

import { broadcastAddress, r2000Commands } from './codes.js';
import { encodeR2000Frame } from './frame.js';
import { readTidData } from './tag-memory.js';

const nothing = new Uint8Array(0);
/** One pass over the tags per request: the next antenna comes soon, and a silent reader is noticed soon. */
const repeatOnce = 1;

export function encodeFirmware(address: number = broadcastAddress): Uint8Array {
  return encodeR2000Frame({ address, command: r2000Commands.firmware, data: nothing });
}

export function encodeIdentifier(address: number): Uint8Array {
  return encodeR2000Frame({ address, command: r2000Commands.identifier, data: nothing });
}

/** Antennas are counted from 1 here, and from 0 on the wire. */
export function encodeSetWorkAntenna(address: number, antenna: number): Uint8Array {
  return encodeR2000Frame({
    address,
    command: r2000Commands.setWorkAntenna,
    data: Uint8Array.of(antenna - 1),
  });
}

/** Power of every antenna in dBm, 0..33. The reader keeps it in flash. */
export function encodeSetOutputPower(address: number, txPowerDbm: number): Uint8Array {
  return encodeR2000Frame({
    address,
    command: r2000Commands.setOutputPower,
    data: Uint8Array.of(txPowerDbm),
  });
}

export function encodeGetOutputPower(address: number): Uint8Array {
  return encodeR2000Frame({ address, command: r2000Commands.getOutputPower, data: nothing });
}

/** One inventory round at the working antenna. */
export function encodeRealTimeInventory(address: number): Uint8Array {
  return encodeR2000Frame({
    address,
    command: r2000Commands.realTimeInventory,
    data: Uint8Array.of(repeatOnce),
  });
}

/** Reads the first `words` of the TID bank of every tag at the working antenna, without a password. */
export function encodeReadTid(address: number, words: number): Uint8Array {
  return encodeR2000Frame({ address, command: r2000Commands.readTag, data: readTidData(words) });
}
