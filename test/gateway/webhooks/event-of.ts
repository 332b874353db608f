// A small CloudEvent of a record's place, for tests that do not ask what it says.

import type { CloudEvent } from '../../../gateway/webhooks/cloud-event.js';

export function eventOf(sequence: number): CloudEvent {
  return {
    specversion: '1.0',
    id: `0x${'ab'.repeat(20)}/${sequence}`,
    source: `urn:coldgate:gateway:0x${'ab'.repeat(20)}`,
    type: 'org.coldgate.excursion.opened',
    subject: 'cargo-front-1',
    time: '2026-03-01T08:00:00.000Z',
    dataschema: 'urn:coldgate:schema:excursion:1',
    datacontenttype: 'application/json',
    sequence: String(sequence).padStart(15, '0'),
    data: { version: 1, sequence },
  };
}
