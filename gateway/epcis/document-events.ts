// The events of a document: an EPCISDocument, the answer to a query, one event, or a list of them.

import { EpcisError } from './epcis-error.js';
import { eventPreHash } from './event-hash.js';
import { isObject, type JsonObject } from './namespaces.js';

/** What is hashed for each event, in the document's order. @throws EpcisError */
export function documentPreHashes(document: unknown): string[] {
  if (Array.isArray(document)) return document.map((event) => eventPreHash(asEvent(event), undefined));
  if (!isObject(document)) throw unreadable('it is no JSON object');
  const context = document['@context'];
  const ignoredFields = ignoredIn(document);
  return eventsOf(document).map((event) => eventPreHash(asEvent(event), context, ignoredFields));
}

/** Fields that a repository has added and tells to leave out. */
function ignoredIn(document: JsonObject): string[] {
  return Object.entries(document)
    .filter(([name]) => name.endsWith(':ignoreFields'))
    .flatMap(([, names]) => (Array.isArray(names) ? names : []))
    .filter((name) => typeof name === 'string');
}

function eventsOf(document: JsonObject): readonly unknown[] {
  const body = document.epcisBody;
  if (!isObject(body)) {
    if (typeof document.eventTime === 'string') return [document];
    throw unreadable('it has no epcisBody');
  }
  const results = isObject(body.queryResults) ? body.queryResults.resultsBody : undefined;
  const list = body.eventList ?? (isObject(results) ? results.eventList : undefined) ?? body.event;
  if (list === undefined || list === null) throw unreadable('its epcisBody has no events');
  return Array.isArray(list) ? list : [list];
}

function asEvent(event: unknown): JsonObject {
  if (isObject(event)) return event;
  throw unreadable('an event is no object');
}

function unreadable(why: string): EpcisError {
  const hint =
    'give an EPCIS 2.0 document in JSON-LD: {"type": "EPCISDocument", "epcisBody": {"eventList": [...]}}';
  return new EpcisError('EPCIS_UNREADABLE', `this is no EPCIS document: ${why}`, hint);
}
