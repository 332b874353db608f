// One cell of a CSV as RFC 4180 writes it. Spreadsheets take a cell that begins with one of = + - @ for a formula, also in
// a file that came from a stranger's sensor name: such a text gets an apostrophe in front. Pure.

const formulaStart = /^[=+\-@\t\r\n]|^\s+[=+\-@]/;
const needsQuotes = /[",\r\n]/;

/** A text that somebody chose. */
export function textCell(text: string): string {
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Milli-degrees as degrees with three decimals: a number, which is no formula. */
export function celsiusCell(milliC: number): string {
  const digits = String(Math.abs(milliC)).padStart(4, '0');
  return `${milliC < 0 ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
}
