// What changes between two JSON Schemas that a consumer of the older one would notice: the versioning policy of the topics
// as a comparison. New fields and new words are no such change.

type Schema = { readonly [keyword: string]: unknown };

const schemaOf = (value: unknown): Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : {};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Keywords by which a value could be of another kind than before. */
const kindKeywords = ['type', 'const', 'pattern', 'contentEncoding', 'x-cbor'];

/** One line for each promise of `before` that `after` does not keep. */
export function brokenPromises(before: unknown, after: unknown, path = ''): string[] {
  const [old, next] = [schemaOf(before), schemaOf(after)];
  const here = path || 'payload';
  const kinds = kindKeywords.filter(
    (keyword) => JSON.stringify(old[keyword]) !== JSON.stringify(next[keyword]),
  );
  const required = listOf(old.required).filter((name) => !listOf(next.required).includes(name));
  const words = listOf(old.enum).filter((word) => !listOf(next.enum).includes(word));
  const [properties, kept] = [schemaOf(old.properties), schemaOf(next.properties)];
  return [
    ...kinds.map((keyword) => `${here}: another ${keyword}`),
    ...required.map((name) => `${here}.${name}: not always there any more`),
    ...words.map((word) => `${here}: no ${JSON.stringify(word)} any more`),
    ...Object.keys(properties).flatMap((name) =>
      name in kept
        ? brokenPromises(properties[name], kept[name], `${path}.${name}`)
        : [`${path}.${name}: gone`],
    ),
    ...(old.items === undefined ? [] : brokenPromises(old.items, next.items, `${path}[]`)),
    ...['oneOf', 'anyOf'].flatMap((keyword) =>
      listOf(old[keyword]).flatMap((choice, index) =>
        brokenPromises(choice, listOf(next[keyword])[index], `${path}<${index}>`),
      ),
    ),
  ];
}
