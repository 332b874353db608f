// What a filter value says: GS1 TDS 2.3, tables 10-1 to 10-11. It is a hint for readers that search, not identity.

const asUnit = new Map([
  [0, 'all others'],
  [1, 'point of sale trade item'],
  [2, 'full case for transport'],
  [4, 'inner pack trade item grouping for handling'],
  [6, 'unit load'],
  [7, 'unit inside trade item or component'],
]);

const filters: Readonly<Record<string, ReadonlyMap<number, string>>> = {
  sgtin: asUnit,
  sscc: new Map([
    [0, 'all others'],
    [2, 'full case for transport'],
    [6, 'unit load'],
  ]),
  giai: new Map([
    [0, 'all others'],
    [1, 'rail vehicle'],
  ]),
  gdti: new Map([
    [0, 'all others'],
    [1, 'travel document'],
  ]),
};

/**
 * The meaning of a filter value, for a person. A value that the standard reserves is told as such and refused by
 * nobody: TDS 2.3 itself uses it in examples.
 * @param family lower-case name of the key: sgtin, sscc ...
 */
export function filterMeaning(family: string, filter: number): string {
  // These are defined outside TDS, or by 64 values of an industry that ships no medicine.
  if (family === 'usdod' || family === 'adi') return `value ${filter}`;
  const known = filters[family]?.get(filter);
  return known ?? (filter === 0 ? 'all others' : 'reserved');
}
