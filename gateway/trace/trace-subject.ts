// What a trace is about: a logistic unit, one pack, or a lot. Given as a person has it: an SSCC, an EPC in hex, an element
// string, or a Digital Link.

import { decodeEpc } from '../../firmware-bridge/epc/epc.js';
import { decodeLabel } from '../../firmware-bridge/epc/gs1-label.js';
import { identityOf } from '../authenticity/tag-identity.js';
import { tagIdentity } from '../shipments/probe-claims.js';

export type TraceSubject =
  | { readonly kind: 'sscc'; readonly sscc: string }
  | { readonly kind: 'pack'; readonly gtin: string; readonly serial: string }
  | { readonly kind: 'lot'; readonly gtin: string; readonly lot: string };

/** @param thisYear decides the century of dates on a label. @returns why it is none, for what cannot be traced */
export function traceSubjectOf(text: string, thisYear: number): TraceSubject | { readonly reason: string } {
  if (/^\d{18}$/.test(text)) return { kind: 'sscc', sscc: text };
  if (/^[0-9a-fA-F]{8,}$/.test(text)) {
    const epc = decodeEpc(text);
    if (!epc.ok) return { reason: epc.reason };
    return ofElements(new Map(epc.value.elements));
  }
  const label = decodeLabel(text, thisYear);
  if (!label.ok) return { reason: label.reason };
  return ofElements(new Map(label.value.elements.map(({ ai, value }) => [ai, value])));
}

function ofElements(elements: ReadonlyMap<string, string>): TraceSubject | { readonly reason: string } {
  const [sscc, gtin, serial, lot] = ['00', '01', '21', '10'].map((ai) => elements.get(ai));
  if (sscc !== undefined) return { kind: 'sscc', sscc };
  if (gtin !== undefined && serial !== undefined) return { kind: 'pack', gtin, serial };
  if (gtin !== undefined && lot !== undefined) return { kind: 'lot', gtin, lot };
  return { reason: 'it names no logistic unit (00), no pack (01)(21) and no lot (01)(10)' };
}

/** As a person reads it. */
export function subjectText(subject: TraceSubject): string {
  if (subject.kind === 'sscc') return `(00)${subject.sscc}`;
  if (subject.kind === 'pack') return `(01)${subject.gtin}(21)${subject.serial}`;
  return `(01)${subject.gtin}(10)${subject.lot}`;
}

/** Its Digital Link, as EPCIS events name it; undefined for a lot. */
export function subjectLink(subject: TraceSubject): string | undefined {
  if (subject.kind === 'sscc') return `https://id.gs1.org/00/${subject.sscc}`;
  if (subject.kind === 'lot') return undefined;
  return `https://id.gs1.org/01/${subject.gtin}/21/${encodeURIComponent(subject.serial)}`;
}

/** Whether a tag is the subject. @param tag EPC in hex, or an SSCC. A lot is no tag: an EPC does not say its lot */
export function isSubject(tag: string, subject: TraceSubject): boolean {
  if (subject.kind === 'sscc') return tagIdentity(tag) === subject.sscc;
  if (subject.kind === 'lot') return false;
  const identity = identityOf(tag);
  const isPack =
    identity.kind === 'item' && identity.gtin === subject.gtin && identity.serial === subject.serial;
  return isPack || tag === subjectText(subject);
}
