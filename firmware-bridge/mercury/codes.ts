// The codes of the ThingMagic Mercury serial protocol (M5e, M6e, M6e Nano, M7e): opcodes, regions, status words.
// As in the vendor's published API headers (tmr_region.h, tmr_status.h, serial_reader_imp.h).

export const mercuryOpcodes = {
  version: 0x03,
  bootFirmware: 0x04,
  setBaudRate: 0x06,
  bootBootloader: 0x09,
  currentProgram: 0x0c,
  hardwareVersion: 0x10,
  readTagSingle: 0x21,
  readTagMultiple: 0x22,
  writeTagId: 0x23,
  writeTagData: 0x24,
  lockTag: 0x25,
  killTag: 0x26,
  readTagData: 0x28,
  getTagBuffer: 0x29,
  clearTagBuffer: 0x2a,
  tagSpecific: 0x2d,
  multiProtocolTagOp: 0x2f,
  getAntennaPort: 0x61,
  getReadPower: 0x62,
  getTagProtocol: 0x63,
  getWritePower: 0x64,
  getHopTable: 0x65,
  getGpioInputs: 0x66,
  getRegion: 0x67,
  getPowerMode: 0x68,
  getReaderOption: 0x6a,
  getProtocolOption: 0x6b,
  getReaderStatistics: 0x6c,
  getAvailableProtocols: 0x70,
  getAvailableRegions: 0x71,
  getTemperature: 0x72,
  setAntennaPort: 0x91,
  setReadPower: 0x92,
  setTagProtocol: 0x93,
  setWritePower: 0x94,
  setHopTable: 0x95,
  setGpioOutputs: 0x96,
  setRegion: 0x97,
  setPowerMode: 0x98,
  setReaderOption: 0x9a,
  setProtocolOption: 0x9b,
} as const;

/** EPC Gen2 (ISO/IEC 18000-63), in command 93 and in each tag record. */
export const gen2Protocol = 0x05;

/**
 * Bands by region code. us is NA and cn is PRC in the vendor's papers. A module knows some of them only: an M6e Nano
 * knows eu3 and us2 where an M5e knows eu and us. Transmitting in the wrong band is an offence: never guessed.
 */
export const mercuryRegions = {
  us: 0x01,
  eu: 0x02,
  kr: 0x03,
  in: 0x04,
  jp: 0x05,
  cn: 0x06,
  eu2: 0x07,
  eu3: 0x08,
  kr2: 0x09,
  cn2: 0x0a,
  au: 0x0b,
  nz: 0x0c,
  us2: 0x0d,
  us3: 0x0e,
  is: 0x0f,
  my: 0x10,
  id: 0x11,
  ph: 0x12,
  tw: 0x13,
  mo: 0x14,
  ru: 0x15,
  sg: 0x16,
  jp2: 0x17,
  jp3: 0x18,
  vn: 0x19,
  th: 0x1a,
  ar: 0x1b,
  hk: 0x1c,
  bd: 0x1d,
  eu4: 0x1e,
  is2: 0x20,
  us4: 0x21,
  open: 0xff,
} as const;
export type MercuryRegion = keyof typeof mercuryRegions;

/** What a module has before anybody set a region; it does not transmit then. */
export const noRegion = 0x00;

/** Name of a region code, or its hex. */
export function regionName(code: number): string {
  const known = Object.entries(mercuryRegions).find(([, value]) => value === code);
  return known?.[0] ?? (code === noRegion ? 'none' : `0x${code.toString(16).padStart(2, '0')}`);
}

/** Name of an opcode, or undefined. */
export function opcodeName(opcode: number): string | undefined {
  const known = Object.entries(mercuryOpcodes).find(([, value]) => value === opcode);
  return known?.[0].replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
