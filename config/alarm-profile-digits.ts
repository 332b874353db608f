// Numbers of an alarm profile, read by their digits: 8.1 degC is 8100 milli-degC, whatever a binary float makes of it.
// The file's text decides; the value that the YAML parser has already rounded is not looked at.

import { isScalar, parseDocument, visit } from 'yaml';

/** A number as it was written. */
export class Digits {
  constructor(readonly text: string) {}
}

/** A sign, up to eight digits and up to three decimals: no exponent, no hexadecimal. */
const decimalPattern = /^(-?)([0-9]{1,8})(?:\.([0-9]{1,3}))?$/;

/** Thousandths of what is written, exactly; undefined with more than three decimals or in another notation. */
export function thousandthsOf(text: string): number | undefined {
  const match = decimalPattern.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', decimals = ''] = match;
  const thousandths = Number(whole) * 1000 + Number(decimals.padEnd(3, '0'));
  // A negative zero would be refused by canonical JSON.
  return sign === '-' && thousandths !== 0 ? -thousandths : thousandths;
}

/** The plain value of a YAML text that is known to be right, with every number as its `Digits`. */
export function valueWithDigits(text: string): unknown {
  const document = parseDocument(text, { version: '1.2', schema: 'core', merge: false, logLevel: 'silent' });
  visit(document, {
    Scalar(_key, node) {
      if (isScalar(node) && typeof node.value === 'number') node.value = new Digits(node.source ?? '');
    },
  });
  return document.toJS();
}
