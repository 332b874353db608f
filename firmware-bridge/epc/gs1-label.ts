// Reads a GS1 label or Data Matrix as a scanner sends it, and says what it holds: each element with its title, and of
// the item GTIN, lot, serial number and expiry. Strict: a label that breaks one rule of the syntax dictionary is refused.

import { checkAssociations } from './ai-associations.js';
import { type AiEntry, aiEntries } from './ai-dictionary.js';
import { meaningOf, transportMilliC } from './ai-meaning.js';
import { checkedParts } from './ai-value.js';
import { cutDigitalLink, isWebUri } from './digital-link.js';
import { cutBracketed, cutRaw, splitSymbology } from './element-string.js';
import type { AiElement } from './epc-identity.js';
import { type Decoded, decodedBy, quoted, refuse } from './refusal.js';

/** A carrier holds at most some 3 000 characters (Data Matrix 144 x 144). */
const maxLength = 4096;

export interface LabelElement {
  readonly ai: string;
  readonly title: string;
  readonly value: string;
  /** Dates, measures, amounts and temperatures in full. */
  readonly meaning?: string;
}

export interface Gs1Label {
  readonly form: 'bracketed' | 'raw' | 'digital-link';
  /** Symbology identifier and its name, if the scanner sent one. */
  readonly symbology?: string;
  /** What the scanner sent for FNC1, if there was any. */
  readonly separators?: readonly string[];
  /** Of a Digital Link; never to be asked or trusted. */
  readonly hostname?: string;
  /** In brackets, a bracket inside a value as `\(`. */
  readonly elementString: string;
  readonly elements: readonly LabelElement[];
  readonly gtin?: string;
  readonly lot?: string;
  readonly serial?: string;
  /** ISO 8601; the last day of the month where the label gives no day, with the time where it gives one. */
  readonly expiry?: string;
  readonly sscc?: string;
  /** Temperatures that the shipper allows in transport (AI 4333 and 4331), thousandths of a degree Celsius. */
  readonly transportMinMilliC?: number;
  readonly transportMaxMilliC?: number;
}

type Cut = Pick<Gs1Label, 'form' | 'separators' | 'hostname'> & { readonly elements: readonly AiElement[] };

function cut(content: string): Cut {
  if (isWebUri(content)) return { form: 'digital-link', ...cutDigitalLink(content) };
  if (content.startsWith('(')) return { form: 'bracketed', elements: cutBracketed(content) };
  const { elements, separators } = cutRaw(content);
  return { form: 'raw', elements, ...(separators.length === 0 ? {} : { separators }) };
}

interface Checked {
  readonly entry: AiEntry;
  readonly element: LabelElement;
}

/** Checks every element; one that is told twice with the same value counts once. */
function checkElements(elements: readonly AiElement[], thisYear: number): readonly Checked[] {
  const checked = new Map<string, Checked>();
  for (const [ai, value] of elements) {
    const entry = aiEntries.get(ai) ?? refuse(`(${ai}) is no application identifier`);
    const parts = checkedParts(entry, value, thisYear);
    const twin = checked.get(ai)?.element.value ?? value;
    if (twin !== value) refuse(`(${ai}) ${entry.title} is told twice: ${quoted(twin)} and ${quoted(value)}`);
    const meaning = meaningOf(entry, parts, thisYear);
    const element = { ai, title: entry.title, value, ...(meaning === undefined ? {} : { meaning }) };
    checked.set(ai, { entry, element });
  }
  const all = [...checked.values()];
  checkAssociations(all.map(({ entry }) => entry));
  return all;
}

/** What a shipment asks of a label. */
function summaryOf(elements: readonly LabelElement[]): Partial<Gs1Label> {
  const find = (ai: string) => elements.find((element) => element.ai === ai);
  const [gtin, lot, serial, sscc] = ['01', '10', '21', '00'].map((ai) => find(ai)?.value);
  const expiry = (find('17') ?? find('7003'))?.meaning;
  const [coldest, warmest] = ['4333', '4331'].map((ai) => find(ai)?.value);
  return {
    ...(gtin === undefined ? {} : { gtin }),
    ...(lot === undefined ? {} : { lot }),
    ...(serial === undefined ? {} : { serial }),
    ...(expiry === undefined ? {} : { expiry }),
    ...(sscc === undefined ? {} : { sscc }),
    ...(coldest === undefined ? {} : { transportMinMilliC: transportMilliC(coldest) }),
    ...(warmest === undefined ? {} : { transportMaxMilliC: transportMilliC(warmest) }),
  };
}

function readLabel(text: string, thisYear: number): Gs1Label {
  if (text.length > maxLength) refuse(`${text.length} characters, no carrier holds more than ${maxLength}`);
  // Many scanners end what they send as a keyboard would.
  const { symbology, content } = splitSymbology(text.replace(/[\r\n\t]+$/, ''));
  if (content === '') refuse('nothing there');
  if (symbology !== undefined && symbology.name === undefined && !isWebUri(content))
    refuse(`symbology ${quoted(symbology.identifier)} holds no GS1 element string`);
  const { elements: cutElements, ...how } = cut(content);
  if (cutElements.length === 0) refuse('nothing there');
  const elements = checkElements(cutElements, thisYear).map(({ element }) => element);
  return {
    ...how,
    ...(symbology === undefined ? {} : { symbology: nameOf(symbology) }),
    elementString: elements.map(({ ai, value }) => `(${ai})${value.replaceAll('(', '\\(')}`).join(''),
    elements,
    ...summaryOf(elements),
  };
}

function nameOf({ identifier, name }: { identifier: string; name: string | undefined }): string {
  return name === undefined ? identifier : `${identifier} ${name}`;
}

/**
 * Reads what a scanner sent: an element string in brackets, a raw one with FNC1, or a Digital Link. Never throws.
 * @param text with or without a symbology identifier in front
 * @param thisYear the present year, such as 2026: it decides the century of dates
 */
export function decodeLabel(text: string, thisYear: number): Decoded<Gs1Label> {
  return decodedBy(() => readLabel(text, thisYear));
}
