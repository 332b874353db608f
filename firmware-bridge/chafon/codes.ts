// The codes of the UHFReader18 / UHFReader288 protocol: commands, statuses, reader types (vendor user manuals; the
// tables agree with those in the public drivers wabson/chafon-rfid and the CF-MU804 one).

export const chafonCommands = {
  inventory: 0x01,
  readTag: 0x02,
  readerInformation: 0x21,
  setTxPower: 0x2f,
  /** Four bytes; the 288 series has it, the 18 series has not. */
  serialNumber: 0x4c,
} as const;

/** A command that a reader does not know is answered with this one and status FE. */
export const unknownCommand = 0x00;
/** Every reader answers to this address, each with its own. */
export const broadcastAddress = 0xff;

export const chafonModels = ['uhfreader18', 'uhfreader288'] as const;
/**
 * How inventory is asked for and answered. `uhfreader288` is also the RRU9816 and the modules on E310, E510 and
 * E710 chips, which name an antenna and a raw signal strength.
 */
export type ChafonModel = (typeof chafonModels)[number];

export const chafonStatuses = {
  done: 0x00,
  inventoryDone: 0x01,
  inventoryTimedOut: 0x02,
  moreFramesFollow: 0x03,
  memoryFull: 0x04,
  statistics: 0x26,
  antennaError: 0xf8,
  noTag: 0xfb,
  /** The tag's own error code follows: EPC Gen2, annex I. */
  tagError: 0xfc,
  illegalCommand: 0xfe,
} as const;

/** A tag's own error: the read went beyond the end of its bank. */
export const tagMemoryOverrun = 0x03;

const statusNames: ReadonlyMap<number, string> = new Map([
  [0x00, 'done'],
  [0x01, 'inventory done'],
  [0x02, 'inventory time is over'],
  [0x03, 'more frames follow'],
  [0x04, 'reader memory is full'],
  [0x05, 'wrong access password'],
  [0x09, 'kill failed'],
  [0x0a, 'kill password is zero'],
  [0x0b, 'the tag does not know the command'],
  [0x0c, 'access password is zero'],
  [0x0d, 'read protection failed'],
  [0x0e, 'unlock failed'],
  [0x10, 'write failed'],
  [0x11, 'lock failed'],
  [0x12, 'the tag is locked'],
  [0x13, 'valid, but not stored'],
  [0x14, 'power not set'],
  [0x26, 'statistics'],
  [0x28, 'heartbeat'],
  [0xf8, 'antenna error'],
  [0xf9, 'command failed'],
  [0xfa, 'bad contact with the tag'],
  [0xfb, 'no tag'],
  [0xfc, 'the tag reports an error'],
  [0xfd, 'wrong command length'],
  [0xfe, 'unknown command or bad CRC'],
  [0xff, 'wrong parameter'],
]);

export function isKnownStatus(status: number): boolean {
  return statusNames.has(status);
}

/** Name and code of a status, for a person. */
export function statusName(status: number): string {
  return `${statusNames.get(status) ?? 'unknown status'} (${status.toString(16).padStart(2, '0')})`;
}

const readerTypes: ReadonlyMap<number, { readonly name: string; readonly model: ChafonModel }> = new Map([
  [0x09, { name: 'UHFReader18', model: 'uhfreader18' }],
  [0x0c, { name: 'UHFReader288M', model: 'uhfreader288' }],
  [0x20, { name: 'UHFReader288MP', model: 'uhfreader288' }],
]);

/** The model that a reader type speaks, where it is known. */
export function modelOfType(type: number): ChafonModel | undefined {
  return readerTypes.get(type)?.model;
}

export function typeName(type: number): string {
  return readerTypes.get(type)?.name ?? 'UHF reader';
}
