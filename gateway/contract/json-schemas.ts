// The payloads as JSON Schema 2020-12, made from the same definitions that the gateway reads and writes by.

import * as z from 'zod';
import { type ContractPayload, topicContract } from './topic-contract.js';

export type JsonSchema = { [keyword: string]: unknown };

const ID_ROOT = 'urn:coldgate:1:';

/** All payloads, by name. */
export const contractPayloads: ReadonlyMap<string, ContractPayload> = new Map(
  topicContract.flatMap(({ payloads }) => payloads).map((payload) => [payload.name, payload]),
);

/** JSON has no byte strings: in a schema of CBOR they are described. */
function describeBytes({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: JsonSchema;
}): void {
  if (jsonSchema['x-cbor'] !== undefined) {
    // The decoded message is what is meant; written as JSON it would be text.
    jsonSchema.type = 'string';
    jsonSchema.contentEncoding = 'base64';
  }
  // Safe integers are what JSON can say exactly; the bounds of JavaScript need not stand at each.
  if (zodSchema._zod.def.type === 'number') {
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  }
}

/** The only definitions are of any JSON value; an embedded schema must not refer to places of the document around it. */
function withoutReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReferences);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([keyword]) => keyword !== '$ref' && keyword !== '$defs');
  return Object.fromEntries(kept.map(([keyword, inner]) => [keyword, withoutReferences(inner)]));
}

/** The schema of a payload, without `$schema` and `$id`. */
export function payloadSchema({ schema }: ContractPayload): JsonSchema {
  const { $schema: _dialect, ...made } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: 'input',
    unrepresentable: 'any',
    override: describeBytes,
  }) as JsonSchema;
  return withoutReferences(made) as JsonSchema;
}

/** A whole schema document; undefined for a name that is none of `contractPayloads`. */
export function schemaDocument(name: string): JsonSchema | undefined {
  const payload = contractPayloads.get(name);
  if (!payload) return undefined;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${ID_ROOT}${name}`,
    title: `coldgate ${name}`,
    ...payloadSchema(payload),
  };
}
