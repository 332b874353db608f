// The goods of the medical demo: packs of one lot, one that nobody made, and pallets. EPCs are SGTIN-96 and SSCC-96 (GS1 Tag Data
// Standard 1.13, sections 14.6.1 and 14.6.2); the company prefix is one that GS1 keeps for examples.

const COMPANY = 9_521_234n;
const ITEM = 54_321n;
/** The header, filter 1, partition 5: a company prefix of 24 bits and an item of 20. */
const SGTIN_HEAD = (0x30n << 6n) | (1n << 3n) | 5n;

export const GTIN = '09521234543213';
export const LOT = 'LOT7';
/** By the shipment that they are in. */
export const good = ['1001', '1002'] as const;
export const warm = ['1003', '1004'] as const;
export const SERIALS = [...good, ...warm];
/** Of the same product, and in no lot of the maker. */
export const FALSE_SERIAL = '6666';

/** EPC of a pack in hex, as a reader tells it. @param serial digits */
export function packEpc(serial: string): string {
  const bits = (((SGTIN_HEAD << 24n) | COMPANY) << 58n) | (ITEM << 38n) | BigInt(serial);
  return bits.toString(16).padStart(24, '0');
}

export const EXPIRY = '2029-12-31';
/** All that is in the Data Matrix. */
export const wholeLabel = (serial: string) => `${packLabel(serial)}(17)291231(10)${LOT}`;
export const packLabel = (serial: string) => `(01)${GTIN}(21)${serial}`;

/** Logistic units: their number, and the tag that they carry. */
export const pallets = {
  first: { sscc: '106141412345678908', epc: '3114257bf4499602d2000000' },
  second: { sscc: '106141412345678915', epc: '3114257bf4499602d3000000' },
  /** Ordered, and left behind. */
  absent: { sscc: '106141412345678922', epc: '3114257bf4499602d4000000' },
} as const;
