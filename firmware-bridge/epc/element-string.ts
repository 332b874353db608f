// Cuts what a scanner sends, or a person types, into elements: bracketed element strings, and raw ones with FNC1. Only
// cuts; whether the values are right is for others.

import { aiAtStartOf } from './ai-dictionary.js';
import type { AiElement } from './epc-identity.js';
import { quoted, refuse } from './refusal.js';

/** Symbology identifiers (ISO/IEC 15424) of carriers that hold GS1 element strings. */
const gs1Symbologies: ReadonlyMap<string, string> = new Map([
  [']d2', 'GS1 DataMatrix'],
  [']C1', 'GS1-128'],
  [']Q3', 'GS1 QR Code'],
  [']e0', 'GS1 DataBar or GS1 Composite'],
  [']J1', 'GS1 DotCode'],
]);

/** What scanners send, and people type, for FNC1 between elements. None of these can be part of a value. */
const separatorForms = [
  '\u001d',
  '\u241d',
  '{GS}',
  '[GS]',
  '{FNC1}',
  '[FNC1]',
  '\\x1d',
  '\\u001d',
  '~1',
  '^',
];
const separators = new RegExp(
  separatorForms.map((form) => form.replace(/[[\]{}\\^]/g, '\\$&')).join('|'),
  'gi',
);

const separatorName = (text: string) => (text === '\u001d' ? 'GS (0x1D)' : text);

export interface Symbology {
  /** As the scanner sent it: ]d2 ... */
  readonly identifier: string;
  /** Undefined if the carrier holds no GS1 element strings. */
  readonly name: string | undefined;
}

/** The symbology identifier that a scanner may send first, and what follows it. */
export function splitSymbology(text: string): { symbology: Symbology | undefined; content: string } {
  if (!/^\][A-Za-z][0-9A-Za-z]/.test(text)) return { symbology: undefined, content: text };
  const identifier = text.slice(0, 3);
  return { symbology: { identifier, name: gs1Symbologies.get(identifier) }, content: text.slice(3) };
}

/** `(01)...(17)...`; a bracket inside a value is written `\(`. */
export function cutBracketed(text: string): readonly AiElement[] {
  const elements: AiElement[] = [];
  let position = 0;
  while (position < text.length) {
    const [head, ai = ''] = /^\(([0-9]{2,4})\)/.exec(text.slice(position, position + 6)) ?? [];
    if (head === undefined)
      refuse(`no (AI) at ${quoted(text.slice(position))}; a bracket inside a value is written \\(`);
    const start = position + head.length;
    let end = start;
    while (end < text.length && text[end] !== '(') end += text[end] === '\\' ? 2 : 1;
    const value = text.slice(start, end).replaceAll('\\(', '(');
    if (value === '') refuse(`(${ai}) has no value`);
    elements.push([ai, value]);
    position = end;
  }
  return elements;
}

/** Elements without brackets: an AI of predefined length ends by itself, every other one at FNC1 or at the end. */
export function cutRaw(text: string): { elements: readonly AiElement[]; separators: readonly string[] } {
  const found = [...new Set((text.match(separators) ?? []).map(separatorName))];
  const segments = text.split(separators);
  // FNC1 leads in every GS1 carrier, and some scanners send it; some send one at the end.
  if (segments[0] === '') segments.shift();
  if (segments.at(-1) === '') segments.pop();
  const elements: AiElement[] = [];
  for (const segment of segments) {
    if (segment === '') refuse('two separators with nothing between them');
    for (let rest = segment; rest !== ''; ) {
      const entry = aiAtStartOf(rest) ?? refuse(`no application identifier at ${quoted(rest)}`);
      const { ai, isPredefinedLength, components } = entry;
      const length = components.reduce((sum, { maxLength }) => sum + maxLength, 0);
      const value = isPredefinedLength ? rest.slice(ai.length, ai.length + length) : rest.slice(ai.length);
      if (value === '') refuse(`(${ai}) ${entry.title} has no value`);
      elements.push([ai, value]);
      rest = rest.slice(ai.length + value.length);
    }
  }
  return { elements, separators: found };
}
