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
  inventory: 0x22,
  multiInventory: 0x27,
  stopInventory: 0x28,
  setTxPower: 0xb6,
  getTxPower: 0xb7,
  error: 0xff,
} as const;

/** First parameter of an information request and of its answer. */
export const informationKinds = { hardware: 0x00, software: 0x01, manufacturer: 0x02 } as const;
export type InformationKind = (typeof informationKinds)[keyof typeof informationKinds];

/** Bands by region code. Transmitting in the wrong one is an offence, so it is never guessed. */
export const m100Regions = { cn900: 0x01, us: 0x02, eu: 0x03, cn800: 0x04, kr: 0x06 } as const;
export type M100Region = keyof typeof m100Regions;

export const m100Errors = {
  /** No tag answered in this round, or its CRC was wrong: the normal answer of an empty field. */
  noTag: 0x15,
  badCommand: 0x17,
  /** No free channel in this round; the reader goes on by itself. */
  channelBusy: 0x20,
} as const;
