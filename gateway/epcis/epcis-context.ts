// The JSON-LD context of every event and document. It is named and never fetched: what a name on a network answers
// must not change what an event means, nor its hash.

/** The prefix `coldgate:` of the extensions. */
const namespace = 'urn:coldgate:epcis:';

export const epcisContext = [
  'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
  { coldgate: namespace },
] as const;
