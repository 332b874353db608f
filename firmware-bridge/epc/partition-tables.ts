// How company prefix and reference share their bits in the coding schemes of TDS 1.x: GS1 TDS 1.13, tables 14-5 to
// 14-21 (TDS 2.3 tables 14-16 to 14-44). The partition value counts the rows; 7 is reserved.

/** Bits and digits of the company prefix, the same in all schemes. */
export const companyPartition = [
  { bits: 40, digits: 12 },
  { bits: 37, digits: 11 },
  { bits: 34, digits: 10 },
  { bits: 30, digits: 9 },
  { bits: 27, digits: 8 },
  { bits: 24, digits: 7 },
  { bits: 20, digits: 6 },
] as const;

export interface ReferenceRow {
  readonly bits: number;
  /** Digits or characters: exactly these in a padded number, at most these otherwise. */
  readonly length: number;
}

const rows = (bits: readonly number[], lengths: readonly number[]): readonly ReferenceRow[] =>
  bits.map((count, row) => ({ bits: count, length: lengths[row] ?? 0 }));

/** Bits and length of the reference behind the company prefix, by partition value. */
export const referencePartitions = {
  /** Indicator and item reference; ITIP has the same. */
  sgtin: rows([4, 7, 10, 14, 17, 20, 24], [1, 2, 3, 4, 5, 6, 7]),
  /** Extension digit and serial reference; GSRN has the same. */
  sscc: rows([18, 21, 24, 28, 31, 34, 38], [5, 6, 7, 8, 9, 10, 11]),
  /** Location reference; GDTI document types and SGCN coupon references have the same. */
  sgln: rows([1, 4, 7, 11, 14, 17, 21], [0, 1, 2, 3, 4, 5, 6]),
  /** Asset type. */
  grai: rows([4, 7, 10, 14, 17, 20, 24], [0, 1, 2, 3, 4, 5, 6]),
  /** Individual asset reference as a number. */
  giai96: rows([42, 45, 48, 52, 55, 58, 62], [13, 14, 15, 16, 17, 18, 19]),
  /** Individual asset reference as text of 7 bits a character; the bits left over are zero. */
  giai202: rows([148, 151, 154, 158, 161, 164, 168], [18, 19, 20, 21, 22, 23, 24]),
  /** Component or part reference as a number. */
  cpi96: rows([11, 14, 17, 21, 24, 27, 31], [3, 4, 5, 6, 7, 8, 9]),
  /** Component or part reference as text of 6 bits a character; it ends with six zero bits. */
  cpiVar: rows([114, 120, 126, 132, 138, 144, 150], [18, 19, 20, 21, 22, 23, 24]),
} as const;
