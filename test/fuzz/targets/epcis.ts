// EPCIS documents of anybody, as `coldgate epcis hash` reads them: JSON-LD and XML.

import { readdirSync, readFileSync } from 'node:fs';
import { documentPreHashes } from '../../../gateway/epcis/document-events.js';
import { EpcisError } from '../../../gateway/epcis/epcis-error.js';
import { hashId } from '../../../gateway/epcis/event-hash.js';
import { readXmlDocument } from '../../../gateway/epcis/xml-document.js';
import { type FuzzTarget, refusedBy, textOf } from '../fuzz-target.js';

const examples = new URL('../../vectors/event-hash/examples/', import.meta.url);
const examplesIn = (ending: string) =>
  readdirSync(examples)
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(new URL(name, examples)));

const hashed = (document: unknown) => documentPreHashes(document).map(hashId);

export const epcisTargets = (): FuzzTarget[] => [
  {
    name: 'epcis json',
    seeds: examplesIn('.jsonld'),
    isJson: true,
    slice: 300,
    share: 8,
    feed: (input) =>
      refusedBy([EpcisError, SyntaxError], () => {
        const document: unknown = JSON.parse(textOf(input));
        return refusedBy([EpcisError], () => hashed(document));
      }),
  },
  {
    name: 'epcis xml',
    seeds: [...examplesIn('.xml'), new TextEncoder().encode(xml)],
    words: [
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '<![CDATA[',
      ']]>',
      '<!--',
      '&#0;',
      '&lt;',
      'xmlns:x="y"',
      '<a>',
      '</a>',
      '<a/>',
    ],
    slice: 300,
    share: 8,
    feed: (input) => refusedBy([EpcisError], () => hashed(readXmlDocument(textOf(input)))),
  },
];

const xml = `<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-03-01T08:00:00Z">
<EPCISBody><EventList><ObjectEvent><eventTime>2026-03-01T08:00:00.000Z</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
<epcList><epc>urn:epc:id:sgtin:0614141.107346.2017</epc></epcList><action>OBSERVE</action><bizStep>shipping</bizStep>
<readPoint><id>urn:epc:id:sgln:4012345.00001.0</id></readPoint></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>`;
