// The codes of the M100 protocol: frame types, commands, regions, errors (vendor protocol V2.1).
// The manual's own tables disagree in places (a kill error is 13 in one, 12 in another): only agreed codes are here.

export const frameTypes = { command: 0x00, response: 0x01, notice: 0x02 } as const;
export type M100FrameType = (typeof frameTypes)[keyof typeof frameTypes];

export interface M100Frame {
  readonly type: M100FrameType;
  readonly command: number;
  readonly parameters: Uint8Array;
}

export const m100Commands = {
  information: 0x03,
  setRegion: 0x07,
  getRegion: 0x08,
  getSelect: 0x0b,
  /** Also the command in the answer to 12. */
  setSelect: 0x0c,
  getQuery: 0x0d,
  setQuery: 0x0e,
  setBaudRate: 0x11,
  setSelectMode: 0x12,
  sleep: 0x17,
  controlPins: 0x1a,
  setIdleTime: 0x1d,
  inventory: 0x22,
  multiInventory: 0x27,
  stopInventory: 0x28,
  readTagMemory: 0x39,
  writeTagMemory: 0x49,
  killTag: 0x65,
  lockTag: 0x82,
  getChannel: 0xaa,
  setChannel: 0xab,
  setHopping: 0xad,
  setCarrier: 0xb0,
  setTxPower: 0xb6,
  getTxPower: 0xb7,
  nxpChangeConfig: 0xe0,
  nxpReadProtect: 0xe1,
  nxpResetReadProtect: 0xe2,
  nxpChangeEas: 0xe3,
  nxpEasAlarm: 0xe4,
  monzaQtRead: 0xe5,
  monzaQtWrite: 0xe6,
  setModem: 0xf0,
  getModem: 0xf1,
  scanJammer: 0xf2,
  scanChannels: 0xf3,
  error: 0xff,
} as const;

/** Name of a command, or undefined. */
export function m100CommandName(command: number): string | undefined {
  const known = Object.entries(m100Commands).find(([, code]) => code === command);
  return known?.[0].replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** First parameter of an information request and of its answer. */
export const informationKinds = { hardware: 0x00, software: 0x01, manufacturer: 0x02 } as const;
export type InformationKind = (typeof informationKinds)[keyof typeof informationKinds];

/** Bands by region code. Transmitting in the wrong one is an offence, so it is never guessed. */
export const m100Regions = { cn900: 0x01, us: 0x02, eu: 0x03, cn800: 0x04, kr: 0x06 } as const;
export type M100Region = keyof typeof m100Regions;

/** Name of a region code, or its hex. */
export function regionName(code: number): string {
  const known = Object.entries(m100Regions).find(([, value]) => value === code);
  return known?.[0] ?? `0x${code.toString(16).padStart(2, '0')}`;
}

export const m100Errors = {
  /** No tag answered a read. */
  readFailed: 0x09,
  /** No tag answered in this round, or its CRC was wrong: the normal answer of an empty field. */
  noTag: 0x15,
  badCommand: 0x17,
  /** No free channel in this round; the reader goes on by itself. */
  channelBusy: 0x20,
  /** The tag refused a read beyond the end of its bank. */
  readOverrun: 0xa3,
} as const;

const errorTexts: ReadonlyMap<number, string> = new Map([
  [0x09, 'read failed: no tag, or its CRC was wrong'],
  [0x10, 'write failed: no tag, or its CRC was wrong'],
  [0x12, 'kill failed: no tag, or its CRC was wrong'],
  [0x13, 'lock failed (some firmware: kill failed): no tag, or its CRC was wrong'],
  [0x15, 'no tag, or its CRC was wrong'],
  [0x16, 'wrong access password'],
  [0x17, 'bad command'],
  [0x1a, 'change config failed'],
  [0x1b, 'change EAS failed'],
  [0x1d, 'EAS alarm failed'],
  [0x20, 'no free channel'],
  [0x2a, 'read protect failed'],
  [0x2b, 'reset read protect failed'],
  [0x2e, 'QT failed'],
]);
/** Upper half of an error byte whose lower half is the tag's own error code. */
const tagErrorKinds: ReadonlyMap<number, string> = new Map([
  [0xa, 'read'],
  [0xb, 'write'],
  [0xc, 'lock'],
  [0xd, 'kill'],
  [0xe, 'special command'],
]);
/** EPC Gen2, annex I. */
const tagErrors: ReadonlyMap<number, string> = new Map([
  [0x0, 'other error'],
  [0x3, 'memory overrun'],
  [0x4, 'memory locked'],
  [0xb, 'insufficient power'],
  [0xf, 'non-specific error'],
]);

/** "15, no tag, or its CRC was wrong". */
export function errorText(code: number): string {
  const hex = code.toString(16).padStart(2, '0');
  const known = errorTexts.get(code);
  if (known !== undefined) return `${hex}, ${known}`;
  const kind = tagErrorKinds.get(code >>> 4);
  if (kind === undefined) return `${hex}, unknown error`;
  return `${hex}, ${kind} refused by the tag: ${tagErrors.get(code & 0x0f) ?? 'unknown reason'}`;
}
