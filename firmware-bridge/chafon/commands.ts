// The requests that a gateway sends: vendor user manuals of UHFReader18 and UHFReader288.
// Only what a reader of shipments needs: no writing, locking or killing of tags.

import { broadcastAddress, type ChafonModel, chafonCommands } from './codes.js';
import { encodeChafonFrame } from './frame.js';

const nothing = new Uint8Array(0);
/** Start value of Q: 16 slots. The reader adapts it to what it hears. */
const slotsQ = 4;
/** Session S0: a tag answers again in every round, so that presence is seen and not only arrival. */
const sessionS0 = 0;
const targetA = 0;
const firstAntennaCode = 0x80;
/** One round of the 288 series ends after 5 x 100 ms at the latest. The 18 series has its own stored time. */
export const inventoryTime100Ms = 5;

export function encodeReaderInformation(address: number = broadcastAddress): Uint8Array {
  return encodeChafonFrame({ address, command: chafonCommands.readerInformation, body: nothing });
}

export function encodeSerialNumber(address: number): Uint8Array {
  return encodeChafonFrame({ address, command: chafonCommands.serialNumber, body: nothing });
}

/** Power in dBm, 0..30. The reader keeps it over power-off. */
export function encodeSetTxPower(address: number, txPowerDbm: number): Uint8Array {
  return encodeChafonFrame({ address, command: chafonCommands.setTxPower, body: Uint8Array.of(txPowerDbm) });
}

/** Memory banks of a tag (EPC Gen2): CRC-16, PC and EPC; TID. */
export const tagBanks = { epc: 0x01, tid: 0x02 } as const;
const noPassword = [0, 0, 0, 0] as const;
/** The length of an EPC is told in words, 15 at most. */
export const maxReadableEpcBytes = 30;

/** A part of a tag's memory, in words. */
export interface TagMemoryPart {
  readonly bank: (typeof tagBanks)[keyof typeof tagBanks];
  readonly from: number;
  readonly words: number;
}

/** Reads memory of the one tag whose whole EPC this is. */
export function encodeReadTag(
  address: number,
  epc: Uint8Array,
  { bank, from, words }: TagMemoryPart,
): Uint8Array {
  const body = Uint8Array.of(epc.length / 2, ...epc, bank, from, words, ...noPassword);
  return encodeChafonFrame({ address, command: chafonCommands.readTag, body });
}

/** One inventory round. `antenna` 1..8 is for the 288 series; the 18 series has one antenna. */
export function encodeInventory(model: ChafonModel, address: number, antenna: number): Uint8Array {
  const body =
    model === 'uhfreader18'
      ? nothing
      : Uint8Array.of(slotsQ, sessionS0, targetA, firstAntennaCode + antenna - 1, inventoryTime100Ms);
  return encodeChafonFrame({ address, command: chafonCommands.inventory, body });
}
