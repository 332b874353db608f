// Why capturing stands still until a person has done something. A value, not an error: the repository of somebody else
// may say no for good reasons, and the gateway goes on recording.

import { printable } from '../../ledger-sync/evidence/printable.js';
import type { CaptureAnswer } from './capture-exchange.js';

export interface CaptureCondition {
  readonly code:
    | 'CAPTURE_UNAUTHORISED'
    | 'CAPTURE_REFUSED'
    | 'CAPTURE_TOO_LARGE'
    | 'CAPTURE_FAILED'
    | 'CAPTURE_ANSWER_INVALID'
    | 'CAPTURE_TOKEN_UNREADABLE';
  readonly message: string;
  /** What a person can do. */
  readonly hint: string;
}

const MAX_TOLD = 300;

/** What the other end says of itself: shortened, and without what could command a terminal. */
export function toldBy({ text }: CaptureAnswer): string {
  const told = printable(text.slice(0, MAX_TOLD).replaceAll(/\s+/g, ' ').trim());
  return told === '' ? 'without a word' : told;
}

/** A no that another try does not change. */
export function refusalOf(answer: CaptureAnswer): CaptureCondition {
  const { status } = answer;
  const message = `the EPCIS repository answered ${status}: ${toldBy(answer)}`;
  if (status === 401 || status === 403) {
    const hint = 'put a valid token into the file of epcis.capture.tokenFile; it may have expired';
    return { code: 'CAPTURE_UNAUTHORISED', message, hint };
  }
  if (status >= 300 && status < 400) {
    const hint = 'redirects are not followed: write the address it names into epcis.capture.url';
    return { code: 'CAPTURE_REFUSED', message, hint };
  }
  if (status >= 400 && status < 500) {
    const hint = 'check epcis.capture.url and the identifiers in epcis, and ask who runs the repository';
    return { code: 'CAPTURE_REFUSED', message, hint };
  }
  return invalidAnswer(message);
}

/** An answer that the standard does not know. */
export function invalidAnswer(message: string): CaptureCondition {
  const hint = 'check that epcis.capture.url is the capture endpoint of an EPCIS 2.0 repository';
  return { code: 'CAPTURE_ANSWER_INVALID', message, hint };
}
