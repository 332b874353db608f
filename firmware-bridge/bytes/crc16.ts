// CRC-16 with named parameter sets, after the catalogue of parametrised CRC algorithms (reveng.sourceforge.io).
// Pure. Detects damage on a wire; it is no protection against a person.

export interface Crc16Parameters {
  /** The generator, in the bit order that the set works in. */
  readonly polynomial: number;
  readonly initial: number;
  readonly finalXor: number;
  /** Least significant bit first, as a UART sends. */
  readonly reflected: boolean;
}

/** CRC-16/MODBUS: Modbus over Serial Line V1.02, 6.2.2. Sent low byte first. 0x8005 reversed is 0xA001. */
export const crc16Modbus: Crc16Parameters = {
  polynomial: 0xa001,
  initial: 0xffff,
  finalXor: 0x0000,
  reflected: true,
};

/** CRC-16/GENIBUS: EPC Gen2 (ISO/IEC 18000-63) CRC-16 over PC and EPC. Sent high byte first. */
export const crc16Genibus: Crc16Parameters = {
  polynomial: 0x1021,
  initial: 0xffff,
  finalXor: 0xffff,
  reflected: false,
};

/** The CRC of bytes[start, end). */
export function crc16(
  parameters: Crc16Parameters,
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): number {
  const table = tableOf(parameters);
  let crc = parameters.initial;
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0;
    crc = parameters.reflected
      ? (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)
      : ((crc << 8) & 0xffff) ^ (table[(crc >>> 8) ^ byte] ?? 0);
  }
  return crc ^ parameters.finalXor;
}

const tables = new Map<Crc16Parameters, Uint16Array>();

function tableOf(parameters: Crc16Parameters): Uint16Array {
  const known = tables.get(parameters);
  if (known !== undefined) return known;
  const table = Uint16Array.from({ length: 256 }, (_, byte) => tableEntry(parameters, byte));
  tables.set(parameters, table);
  return table;
}

function tableEntry({ polynomial, reflected }: Crc16Parameters, byte: number): number {
  let value = reflected ? byte : byte << 8;
  for (let bit = 0; bit < 8; bit += 1) {
    value = reflected
      ? (value & 1) === 1
        ? (value >>> 1) ^ polynomial
        : value >>> 1
      : (value & 0x8000) === 0x8000
        ? ((value << 1) ^ polynomial) & 0xffff
        : (value << 1) & 0xffff;
  }
  return value;
}
