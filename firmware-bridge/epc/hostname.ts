// The host name behind a ++ identity: GS1 TDS 2.3 section 14.5.16. Whoever wrote the tag chose it: it is shown, and
// never asked or trusted.

import type { BitReader } from './bit-reader.js';
import { hostnameEndings, hostnameParts } from './hostname-table.js';
import { readUrnCode40 } from './plus-text.js';
import { refuse } from './refusal.js';

const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const hostname = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`);

/** Sequences of 7 bits; two of them make one ending of the tables B1 to B4. */
function readSequences(bits: BitReader, count: number): string {
  let text = '';
  for (let read = 0; read < count; read += 1) {
    const code = bits.number(7);
    const endings = hostnameEndings[code];
    if (endings !== undefined) {
      read += 1;
      if (read === count) refuse('host name ends inside a code of 14 bits');
      const index = bits.number(7);
      text += endings[index] ?? refuse(`host name has the reserved code ${code}-${index}`);
    } else text += hostnameParts.get(code) ?? String.fromCharCode(code);
  }
  return text;
}

export function readHostname(bits: BitReader): string {
  const isSequences = bits.number(1) === 1;
  const length = bits.number(6);
  const text = isSequences ? readSequences(bits, length) : readUrnCode40(bits, length);
  if (!hostname.test(text)) refuse('host name is none that DNS knows');
  return text;
}
