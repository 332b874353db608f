// Texts of people, devices and files as a page can show them: without control characters, and with those that the font
// lacks written as their number, so that nothing is left out and nothing turns the reading direction round. Pure.

import { printable } from '../../ledger-sync/evidence/printable.js';

/** What Noto Sans draws: Latin, Greek, Cyrillic, punctuation, currencies. */
const drawn =
  /[^\x20-\x7e\u00a0-\u0377\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03e1\u03f0-\u052f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u20a0-\u20c0\u2100-\u215f]/gu;

/** One line; what is longer than 300 characters is cut. */
export function shownText(text: string): string {
  return printable(text).replace(drawn, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
