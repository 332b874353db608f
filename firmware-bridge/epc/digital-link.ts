// Cuts a GS1 Digital Link URI into elements: GS1 Digital Link Standard, URI syntax, section 4. Uncompressed links
// only. The host is told and never asked: anyone can print one.

import { aiEntries } from './ai-dictionary.js';
import type { AiElement } from './epc-identity.js';
import { quoted, refuse } from './refusal.js';

export interface DigitalLink {
  readonly hostname: string;
  /** Key, qualifiers, then attributes, in their order. */
  readonly elements: readonly AiElement[];
}

const linkForm =
  /^https?:\/\/([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]{1,5})?(\/[^?#]*)(?:\?([^#]*))?(?:#.*)?$/i;

export function isWebUri(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

function percentDecoded(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    refuse(`percent sign without two hexadecimal digits in ${quoted(text)}`);
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Key and qualifiers: the last part of the path that is one, read in pairs from its end. */
function cutPath(path: string): readonly AiElement[] {
  const steps = path.split('/').slice(1);
  for (let start = steps.length - 2; start >= 0; start -= 2) {
    const qualifiers = aiEntries.get(steps[start] ?? '')?.linkQualifiers;
    if (qualifiers === undefined) continue;
    const elements: AiElement[] = [];
    for (let index = start; index < steps.length; index += 2) {
      const [ai = '', value = ''] = steps.slice(index, index + 2);
      if (value === '') refuse(`(${ai}) has no value`);
      elements.push([ai, percentDecoded(value)]);
    }
    const [, ...told] = elements.map(([ai]) => ai);
    // Some may be missing, the order may not change.
    const isInOrder = (sequence: readonly string[]) => {
      const places = told.map((ai) => sequence.indexOf(ai));
      return places.every((place, index) => place > (places[index - 1] ?? -1));
    };
    if (!qualifiers.some(isInOrder))
      refuse(`behind (${steps[start]}) the path may not go ${told.map((ai) => `(${ai})`).join(' ')}`);
    return elements;
  }
  return refuse('the path holds no primary key of GS1, or is compressed');
}

/** Attributes: AIs in the query. Names that are no numbers belong to others, such as linkType. */
function cutQuery(query: string): readonly AiElement[] {
  return query
    .split(/[&;]/)
    .filter((pair) => /^[0-9]+(?:=|$)/.test(pair))
    .map((pair) => {
      const [ai = '', value = ''] = pair.split(/=(.*)/s);
      if (aiEntries.get(ai)?.isLinkAttribute !== true)
        refuse(`(${ai}) may not stand in the query of a Digital Link`);
      if (value === '') refuse(`(${ai}) has no value`);
      return [ai, percentDecoded(value)] as const;
    });
}

export function cutDigitalLink(text: string): DigitalLink {
  const [, hostname = '', path = '', query = ''] =
    linkForm.exec(text) ?? refuse('no Digital Link: host and path belong there');
  return { hostname, elements: [...cutPath(path), ...cutQuery(query)] };
}
