// EPCIS documents in XML (1.2 and 2.0), as the JSON form of the same events. Elements whose names differ between the two are
// brought together here, so that an event has one hash in both.

import { XMLParser } from 'fast-xml-parser';
import { EpcisError } from './epcis-error.js';
import type { Json, JsonObject } from './namespaces.js';

type Node = { readonly [name: string]: readonly Node[] | string | { readonly [attribute: string]: string } };

interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly attributes: { readonly [attribute: string]: string };
  readonly text: string;
}

const eventNames: ReadonlySet<string> = new Set([
  'ObjectEvent',
  'AggregationEvent',
  'TransactionEvent',
  'TransformationEvent',
  'AssociationEvent',
]);
/** What version 1 put around what it added. */
const wrappers: ReadonlySet<string> = new Set(['extension', 'baseExtension']);
/** Lists, whose entries stand in an array in JSON. */
const lists: ReadonlySet<string> = new Set([
  ...['epcList', 'inputEPCList', 'childEPCs', 'outputEPCList'],
  ...['quantityList', 'childQuantityList', 'inputQuantityList', 'outputQuantityList'],
  ...['bizTransactionList', 'sourceList', 'destinationList', 'sensorElementList'],
]);
/** Their value is text and their type an attribute. */
const typedValues: ReadonlySet<string> = new Set(['bizTransaction', 'source', 'destination']);

const hint = 'give an EPCIS document: an EPCISDocument with events in its EventList';

/**
 * The document in its JSON form.
 * @throws EpcisError EPCIS_UNREADABLE; also for a DOCTYPE, with which a few bytes can become gigabytes
 */
export function readXmlDocument(text: string): JsonObject {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) {
    throw new EpcisError(
      'EPCIS_UNREADABLE',
      'the XML declares a DOCTYPE or entities',
      'remove it: EPCIS needs none',
    );
  }
  let nodes: readonly Node[];
  try {
    const parser = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      parseTagValue: false,
      parseAttributeValue: false,
    });
    nodes = parser.parse(text, true) as readonly Node[];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EpcisError('EPCIS_UNREADABLE', `the XML cannot be read: ${why}`, hint, error);
  }
  const elements = elementsOf(nodes);
  const events = elements.flatMap((element) => eventsIn(element));
  if (events.length === 0) throw new EpcisError('EPCIS_UNREADABLE', 'the XML has no events', hint);
  return { '@context': namespacesIn(elements), epcisBody: { eventList: events } };
}

function elementsOf(nodes: readonly Node[]): Element[] {
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ':@');
    if (name === undefined || name === '#text' || name.startsWith('?')) return [];
    const inner = node[name] as readonly Node[];
    const text = inner.map((child) => child['#text'] ?? '').join('');
    const attributes = (node[':@'] ?? {}) as Element['attributes'];
    return [{ name, children: elementsOf(inner), attributes, text: String(text) }];
  });
}

function eventsIn(element: Element): JsonObject[] {
  if (!eventNames.has(element.name)) return element.children.flatMap((child) => eventsIn(child));
  return [{ type: element.name, ...fieldsOf(element) }];
}

/** Prefixes, wherever they are declared. */
function namespacesIn(elements: readonly Element[]): JsonObject {
  const found: Record<string, string> = {};
  for (const { attributes, children } of elements) {
    for (const [name, uri] of Object.entries(attributes)) {
      if (name.startsWith('xmlns:')) found[name.slice(6)] = uri;
    }
    Object.assign(found, namespacesIn(children));
  }
  return found;
}

function fieldsOf({ children, attributes }: Element): JsonObject {
  const fields = new Map<string, Json[]>();
  const add = (name: string, value: Json) => fields.set(name, [...(fields.get(name) ?? []), value]);
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.startsWith('xmlns') && !name.startsWith('xsi:')) add(name, value);
  }
  for (const child of children) {
    if (wrappers.has(child.name))
      for (const [name, value] of Object.entries(fieldsOf(child))) add(name, value);
    else add(child.name, contentOf(child));
  }
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values]),
  );
}

function contentOf(element: Element): Json {
  const { name, children, text, attributes } = element;
  if (lists.has(name)) return children.map((child) => contentOf(child));
  if (typedValues.has(name)) {
    return { ...(attributes.type === undefined ? {} : { type: attributes.type }), [name]: text };
  }
  const hasFields = children.length > 0 || Object.keys(attributes).some((key) => !key.startsWith('xmlns'));
  return hasFields ? fieldsOf(element) : text;
}
