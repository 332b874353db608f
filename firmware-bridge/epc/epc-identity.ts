// The texts of one identity: pure identity URI, tag URI, element string and GS1 Digital Link path. GS1 TDS 2.3
// sections 6, 7 and 12; GS1 Digital Link URI syntax section 5.

/** One element: application identifier and value. */
export type AiElement = readonly [ai: string, value: string];

/** Dates are attributes in a Digital Link; everything else that an EPC holds is key or qualifier. */
const attributes: ReadonlySet<string> = new Set(['11', '13', '15', '16', '17', '7006', '7007']);

const percent = (char: string) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** A part of an EPC URI: TDS escapes only what a URN reserves. */
export function escapeUrnPart(text: string): string {
  return text.replace(/["#%&/<>?]/g, percent);
}

function escapeLinkPart(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, percent);
}

export function elementStringOf(elements: readonly AiElement[]): string {
  return elements.map(([ai, value]) => `(${ai})${value}`).join('');
}

/** Path of a Digital Link, without host: keys and qualifiers in the order given, dates as the query. */
export function digitalLinkPathOf(elements: readonly AiElement[]): string {
  const steps = elements.filter(([ai]) => !attributes.has(ai));
  const query = elements.filter(([ai]) => attributes.has(ai)).map(([ai, value]) => `${ai}=${value}`);
  const path = steps.map(([ai, value]) => `/${ai}/${escapeLinkPart(value)}`).join('');
  return query.length === 0 ? path : `${path}?${query.join('&')}`;
}
