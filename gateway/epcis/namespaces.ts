// The prefixes of a JSON-LD context, as far as a hash needs them: names of extensions stand for their namespace.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json };

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const standard: readonly (readonly [prefix: string, uri: string])[] = [
  ['cbv', 'https://ref.gs1.org/cbv/'],
  ['epcis', 'https://ref.gs1.org/epcis/'],
  ['gs1', 'https://gs1.org/voc/'],
  ['cbvmda', 'urn:epcglobal:cbv:mda'],
];

export class Namespaces {
  readonly #uris: Map<string, string>;

  /** @param contexts of the document, then of the event; the later ones win */
  constructor(...contexts: readonly unknown[]) {
    this.#uris = new Map(standard);
    for (const context of contexts) this.#collect(context);
  }

  /** `prefix:name` as `{uri}name`; other names as they are. */
  expand(name: string): string {
    const at = name.indexOf(':');
    const uri = at > 0 ? this.#uris.get(name.slice(0, at)) : undefined;
    return uri === undefined ? name : `{${uri}}${name.slice(at + 1)}`;
  }

  #collect(context: unknown): void {
    if (Array.isArray(context)) for (const one of context) this.#collect(one);
    else if (isObject(context)) {
      for (const [prefix, uri] of Object.entries(context)) {
        if (typeof uri === 'string') this.#uris.set(prefix, uri);
      }
    }
  }
}
