// The commands that a gateway sends to an M100 reader: vendor protocol V2.1.
// Only what a reader of shipments needs: no writing, locking or killing of tags.

import { uint16Bytes } from '../bytes/words.js';
import { frameTypes, type InformationKind, type M100Region, m100Commands, m100Regions } from './codes.js';
import { encodeM100Frame } from './frame.js';
import { readTidParameters, selectParameters } from './tag-memory.js';

/** Rounds of one multi-poll command, u16. It has no end marker, so it is re-armed when the line falls quiet. */
export const maxPollRounds = 65_535;
/** The manual's reserved first parameter of a multi-poll. */
const multiPollReserved = 0x22;

export function encodeInformation(kind: InformationKind): Uint8Array {
  return encodeCommand(m100Commands.information, kind);
}

export function encodeSetRegion(region: M100Region): Uint8Array {
  return encodeCommand(m100Commands.setRegion, m100Regions[region]);
}

export function encodeGetRegion(): Uint8Array {
  return encodeCommand(m100Commands.getRegion);
}

export function encodeGetTxPower(): Uint8Array {
  return encodeCommand(m100Commands.getTxPower);
}

/** Power in hundredths of a dBm, 0..3300. */
export function encodeSetTxPower(txPowerCentiDbm: number): Uint8Array {
  return encodeCommand(m100Commands.setTxPower, ...uint16Bytes(txPowerCentiDbm));
}

/** `rounds` inventory rounds, 1..65535. */
export function encodeMultiPoll(rounds: number): Uint8Array {
  return encodeCommand(m100Commands.multiInventory, multiPollReserved, ...uint16Bytes(rounds));
}

export function encodeStopPoll(): Uint8Array {
  return encodeCommand(m100Commands.stopInventory);
}

/** Only the tag with this EPC answers reads from now on; inventory goes on with all (select mode 02, which this sets). */
export function encodeSelectEpc(epc: Uint8Array): Uint8Array {
  return encodeCommand(m100Commands.setSelect, ...selectParameters(epc));
}

/** Reads the first `words` of the selected tag's TID bank, without a password. */
export function encodeReadTid(words: number): Uint8Array {
  return encodeCommand(m100Commands.readTagMemory, ...readTidParameters(words));
}

function encodeCommand(command: number, ...parameters: number[]): Uint8Array {
  return encodeM100Frame({ type: frameTypes.command, command, parameters: Uint8Array.from(parameters) });
}
