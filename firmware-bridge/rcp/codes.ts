// The codes of the Phychips reader control protocol (RCP): message types, commands, failures.
// The M100 took over its lower codes but not its frames: 08 reads the region there and RESETS the reader here.

export const rcpTypes = { command: 0x00, response: 0x01, notice: 0x02 } as const;

export const rcpCommands = {
  readerPower: 0x01,
  readerInformation: 0x03,
  getRegion: 0x06,
  setRegion: 0x07,
  resetReader: 0x08,
  getSelect: 0x0b,
  setSelect: 0x0c,
  getQuery: 0x0d,
  setQuery: 0x0e,
  getChannel: 0x11,
  setChannel: 0x12,
  getHopping: 0x13,
  setHopping: 0x14,
  getTxPower: 0x15,
  setTxPower: 0x16,
  setCarrier: 0x17,
  setAntenna: 0x1b,
  readEpc: 0x22,
  readEpcWithRssi: 0x23,
  startReading: 0x27,
  stopReading: 0x28,
  readTagMemory: 0x29,
  getSession: 0x2e,
  setSession: 0x2f,
  getHoppingTable: 0x30,
  setHoppingTable: 0x31,
  getModulation: 0x32,
  setModulation: 0x33,
  startReadingExtended: 0x36,
  stopReadingExtended: 0x37,
  startReadingWithRssi: 0x38,
  stopReadingWithRssi: 0x39,
  writeTagMemory: 0x46,
  killTag: 0x65,
  lockTag: 0x82,
  getTemperature: 0xb7,
  getRssi: 0xc5,
  scanRssi: 0xc6,
  failure: 0xff,
} as const;

/** First parameter of an information request. */
export const rcpInformationKinds = { model: 0x00, firmware: 0x01, manufacturer: 0x02 } as const;

const failures: ReadonlyMap<number, string> = new Map([
  [0x01, 'cannot control the power'],
  [0x02, 'cannot control the connection'],
  [0x03, 'cannot tell its information'],
  [0x07, 'cannot tell its region'],
  [0x08, 'cannot set the region'],
  [0x09, 'cannot read the tag memory'],
  [0x0a, 'cannot start reading'],
  [0x0b, 'is reading already'],
  [0x0c, 'cannot stop reading'],
  [0x0d, 'is not reading'],
  [0x0e, 'invalid parameter'],
  [0x10, 'cannot write the tag'],
  [0x11, 'cannot erase the tag'],
  [0x12, 'cannot kill the tag'],
  [0x13, 'cannot lock the tag'],
  [0x15, 'no tag'],
  [0x16, 'wrong password'],
  [0x17, 'command not supported'],
  [0x18, 'unknown command'],
  [0x19, 'cannot reset'],
  [0xff, 'CRC error'],
]);

/** "15, no tag". */
export function failureText(code: number): string {
  return `${code.toString(16).padStart(2, '0')}, ${failures.get(code) ?? 'unknown failure'}`;
}

/** Name of a command, or undefined. */
export function rcpCommandName(command: number): string | undefined {
  const known = Object.entries(rcpCommands).find(([, code]) => code === command);
  return known?.[0].replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
