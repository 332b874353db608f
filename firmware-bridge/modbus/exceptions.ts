// What a Modbus exception code says: Modbus Application Protocol V1.1b3, section 7. Pure.

const exceptionNames: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledge',
  6: 'busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target failed to respond',
};

/** As in "exception 2 (illegal data address)". */
export function exceptionText(exceptionCode: number): string {
  return `exception ${exceptionCode} (${exceptionNames[exceptionCode] ?? 'unknown'})`;
}

/** Acknowledge and busy: no fault of the unit, it will answer later. */
export function asksForPatience(exceptionCode: number): boolean {
  return exceptionCode === 5 || exceptionCode === 6;
}
