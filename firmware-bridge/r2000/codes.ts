// The codes of the "A0" protocol of R2000 reader modules (UHF RFID Serial Interface Protocol V2.38 of the YR9010; the
// tables agree with those in the public drivers russss/rust-invelion and hex-in/pyImpinj).

export const r2000Commands = {
  identifier: 0x68,
  firmware: 0x72,
  setWorkAntenna: 0x74,
  setOutputPower: 0x76,
  getOutputPower: 0x77,
  readTag: 0x81,
  realTimeInventory: 0x89,
} as const;

/** Every reader answers to this address, each with its own. */
export const broadcastAddress = 0xff;
export const firstAntenna = 1;
export const lastAntenna = 4;
export const maxTxPowerDbm = 33;

export const r2000Codes = {
  success: 0x10,
  antennaMissing: 0x22,
  readFailed: 0x32,
  noTag: 0x36,
  invalidAntenna: 0x47,
} as const;

const codeNames: ReadonlyMap<number, string> = new Map([
  [0x10, 'success'],
  [0x11, 'failed'],
  [0x20, 'controller reset'],
  [0x21, 'carrier error'],
  [0x22, 'antenna missing'],
  [0x23, 'flash write error'],
  [0x24, 'flash read error'],
  [0x25, 'power not set'],
  [0x31, 'inventory error'],
  [0x32, 'tag read error'],
  [0x36, 'no tag'],
  [0x37, 'tag seen, access failed'],
  [0x38, 'buffer is empty'],
  [0x40, 'access or password error'],
  [0x41, 'invalid parameter'],
  [0x46, 'invalid address'],
  [0x47, 'invalid antenna'],
  [0x48, 'power out of range'],
  [0x49, 'region out of range'],
  [0x4a, 'speed out of range'],
  [0x52, 'carrier does not lock'],
  [0x53, 'radio chip does not answer'],
  [0x54, 'power not reached'],
  [0x55, 'copyright check failed'],
  [0x56, 'spectrum rules violated'],
  [0x57, 'power too low'],
  [0xee, 'return loss not measured'],
]);

export function isKnownCode(code: number): boolean {
  return codeNames.has(code);
}

/** Name and code of a result, for a person. */
export function codeName(code: number): string {
  return `${codeNames.get(code) ?? 'unknown code'} (${code.toString(16).padStart(2, '0')})`;
}
