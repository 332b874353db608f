// Records as CloudEvents: the envelope by the rules of the specification, the body as on MQTT, and nobody's name in it.

import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertEventNames, webhookEventNames } from '../../../config/webhook-events.js';
import type { DeviceCondition } from '../../../firmware-bridge/observation.js';
import type { SensorCondition } from '../../../gateway/excursions/watched-sensor.js';
import { alertMessages } from '../../../gateway/publish/side-messages.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { transitions } from '../../../gateway/shipments/shipment-states.js';
import { CloudEvents, mayBeEvent } from '../../../gateway/webhooks/cloud-event.js';
import { type EvidenceRecord, recordKinds, subjectOf } from '../../../ledger-sync/evidence/record.js';

const ajv = new Ajv({ strict: true });
addFormats.default(ajv);

/** CloudEvents 1.0.2: sections "Required Attributes", "Optional Attributes", "Naming Conventions", and JSON format 3.1. */
const isCloudEvent = ajv.compile({
  type: 'object',
  required: ['specversion', 'id', 'source', 'type'],
  properties: {
    specversion: { const: '1.0' },
    id: { type: 'string', minLength: 1 },
    source: { type: 'string', minLength: 1, format: 'uri-reference' },
    type: { type: 'string', minLength: 1, pattern: '^org\\.coldgate(\\.[a-z-]+){2}$' },
    subject: { type: 'string', minLength: 1 },
    time: { type: 'string', format: 'date-time' },
    dataschema: { type: 'string', minLength: 1, format: 'uri' },
    datacontenttype: { const: 'application/json' },
    sequence: { type: 'string', pattern: '^[0-9]{15}$' },
    data: { type: 'object' },
  },
  propertyNames: { pattern: '^[a-z0-9]{1,20}$' },
  additionalProperties: false,
});

const recordOf = (kind: number, fields: Partial<EvidenceRecord> = {}): EvidenceRecord => ({
  version: 1,
  gateway: new Uint8Array(20).fill(0xab),
  sequence: 81_234,
  observedAtMs: 1_772_000_000_123,
  bootCount: 1,
  uptimeMs: 5_000,
  clockTrust: 2,
  kind,
  subject: subjectOf('cargo-front'),
  value: 0,
  quality: 0,
  shipment: new Uint8Array(0),
  detail: new Uint8Array(32),
  ...fields,
});

const nameOf = () => 'cargo-front';
const eventsWith = (detail: unknown) => new CloudEvents('truck-17', nameOf, () => JSON.stringify(detail));

const { excursion, review, deviceCondition, shipmentEvent } = recordKinds;

/** Every name that a configuration may ask for, and a record that has it. */
const samples = webhookEventNames.map((name) => {
  const [family = '', step = ''] = name.split('.');
  const parts: Record<string, readonly [number, object]> = {
    excursion: [
      excursion,
      { type: 'excursion', event: step, excursionId: 'cargo-front-1-5', limitMilliC: 8_000 },
    ],
    alert: [review, { type: `alert-${step}`, alert: 'cargo-front-1-5', state: 'open', by: { name: 'omar' } }],
    device: [deviceCondition, { type: 'device-condition', condition: step, reason: 'seen' }],
    tag: [
      recordKinds.tagAuthenticity,
      step === 'cleared'
        ? { type: 'tag-authenticity', case: 'tag-3', verdict: 'verified', before: 'suspect' }
        : { type: 'tag-authenticity', case: 'tag-3', verdict: step, finding: 'two-chips' },
    ],
    inventory: [
      shipmentEvent,
      { type: 'inventory', case: 'inventory-3', event: step, compared: 'delivery', before: 'differs' },
    ],
    kits: [
      shipmentEvent,
      { type: 'trial-quarantine', case: 'kits-q1', event: step, cause: 'unknown', kits: ['4711908325'] },
    ],
    shipment: [
      shipmentEvent,
      { type: 'shipment', event: step, state: 'armed', by: 'omar', order: { consignee: 'X' } },
    ],
  };
  const [kind = 0, detail = {}] = parts[family] ?? [];
  return { name, kind, detail };
});

/** Every condition there is: a new one must be added here, and then be an event or not. */
const conditions: Readonly<
  Record<
    DeviceCondition['condition'] | SensorCondition['condition'] | 'damaged-journal' | 'slow-card',
    boolean
  >
> = {
  absent: true,
  opening: false,
  settling: false,
  identifying: false,
  ready: true,
  silent: true,
  faulted: true,
  'device-changed': true,
  'probe-unreachable': true,
  'probe-reachable': true,
  'calibration-changed': true,
  'device-reset': true,
  'frames-lost': false,
  'channel-unconfigured': false,
  'position-lost': false,
  'position-found': false,
  stuck: true,
  'moving-again': true,
  disagreement: true,
  agreement: true,
  // Of the gateway itself.
  'damaged-journal': true,
  'slow-card': true,
};

describe('the names of events', () => {
  const stepsOf = (family: string) =>
    webhookEventNames.flatMap((name) =>
      name.startsWith(`${family}.`) ? [name.slice(family.length + 1)] : [],
    );

  it('are the steps that a shipment takes', () => {
    const events = Object.values(transitions).map(({ event }) => event);
    expect(stepsOf('shipment').sort()).toEqual(['created', 'range-confirmed', ...events].sort());
  });

  it('are the conditions of devices, but for those of starting up, of single frames and of positions', () => {
    const told = Object.entries(conditions).flatMap(([condition, isTold]) => (isTold ? [condition] : []));
    expect(stepsOf('device').sort()).toEqual(told.sort());
  });
});

describe('a CloudEvent', () => {
  it.each(samples)('of $name has the envelope of the specification', ({ name, kind, detail }) => {
    const made = eventsWith(detail).of(recordOf(kind));
    expect(isCloudEvent(made?.event), JSON.stringify(isCloudEvent.errors)).toBe(true);
    expect(made).toMatchObject({ name, sequence: 81_234, event: { type: `org.coldgate.${name}` } });
    expect(mayBeEvent(kind)).toBe(true);
  });

  it('says where it comes from, what it is about and where in the log it stands', () => {
    const detail = { type: 'excursion', event: 'opened', excursionId: 'cargo-front-1-5' };
    const address = `0x${'ab'.repeat(20)}`;
    expect(eventsWith(detail).of(recordOf(excursion, { value: 9_100 }))?.event).toMatchObject({
      id: `${address}/81234`,
      source: `urn:coldgate:gateway:${address}`,
      subject: 'cargo-front-1-5',
      time: '2026-02-25T06:13:20.123Z',
      dataschema: 'urn:coldgate:schema:excursion:1',
      sequence: '000000000081234',
      data: { version: 1, sequence: 81_234, kind: 'excursion', value: 9_100, unit: 'milliC', detail },
    });
  });

  it.each(samples.filter(({ name }) => alertEventNames.some((alert) => alert === name)))(
    'of $name says what the message on MQTT says',
    ({ kind, detail }) => {
      const record = recordOf(kind);
      const text = JSON.stringify(detail);
      const [message] = alertMessages(topicsOf('truck-17'), record, nameOf, () => text);
      expect(message).toBeDefined();
      expect(eventsWith(detail).of(record)?.event.data).toEqual(JSON.parse(message?.payload ?? ''));
    },
  );

  it.each(samples)('of $name names no person and no firm', ({ kind, detail }) => {
    expect(JSON.stringify(eventsWith(detail).of(recordOf(kind)))).not.toMatch(/omar|consignee/);
  });

  it('of a tag names its case and no serial', () => {
    const made = eventsWith({ type: 'tag-authenticity', case: 'tag-3', verdict: 'suspect' }).of(
      recordOf(recordKinds.tagAuthenticity),
    );
    expect(made?.event.subject).toBe('tag-3');
    expect(JSON.stringify(made)).not.toContain('cargo-front');
  });

  it('of an inventory names its case and no shipment, and one that was as ordered is none', () => {
    const detail = { type: 'inventory', case: 'inventory-3', event: 'differs', compared: 'departure' };
    const made = eventsWith(detail).of(recordOf(shipmentEvent));
    expect(made?.event.subject).toBe('inventory-3');
    expect(JSON.stringify(made)).not.toContain('cargo-front');
    expect(eventsWith({ ...detail, event: 'agrees' }).of(recordOf(shipmentEvent))).toBeUndefined();
  });

  it('of a shipment tells its state alone', () => {
    const detail = {
      type: 'shipment',
      event: 'released',
      state: 'released',
      from: 'under-review',
      reason: 'R',
      profileHash: 'p',
    };
    expect(eventsWith(detail).of(recordOf(shipmentEvent))?.event).toMatchObject({
      subject: 'cargo-front',
      data: {
        detail: {
          type: 'shipment',
          event: 'released',
          from: 'under-review',
          state: 'released',
          profileHash: 'p',
        },
      },
    });
    expect(JSON.stringify(eventsWith(detail).of(recordOf(shipmentEvent)))).not.toContain('reason');
  });

  it.each([
    ['a reading', recordKinds.temperature, { type: 'backlog' }],
    ['an excursion of no known event', excursion, { type: 'excursion', event: 'invented' }],
    ['a debit', shipmentEvent, { type: 'stability-debit' }],
    ['a passing condition', deviceCondition, { type: 'device-condition', condition: 'opening' }],
    ['a tag that is as it should be', recordKinds.tagAuthenticity, { verdict: 'verified', case: 'tag-3' }],
    ['a question about a pack', recordKinds.tagAuthenticity, { type: 'verification-asked' }],
    ['a review of another type', review, { type: 'request-refused' }],
    ['a detail that means to be a property of all objects', excursion, { event: 'constructor' }],
  ])('is not made of %s', (_what, kind, detail) => {
    expect(eventsWith(detail).of(recordOf(kind))).toBeUndefined();
  });

  it('is not made where the detail was erased', () => {
    expect(new CloudEvents('truck-17', nameOf, () => undefined).of(recordOf(excursion))).toBeUndefined();
  });

  it('has no subject where the name was erased', () => {
    const detail = JSON.stringify({ type: 'device-condition', condition: 'silent', reason: 'r' });
    const made = new CloudEvents(
      'truck-17',
      () => undefined,
      () => detail,
    ).of(recordOf(deviceCondition));
    expect(made?.event).not.toHaveProperty('subject');
    expect(isCloudEvent(made?.event)).toBe(true);
  });

  it('orders as text as the log orders, with one id for one record', () => {
    const sequence = fc.integer({ min: 0, max: 2 ** 48 - 2 });
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        const made = [a, b].map((one) =>
          eventsWith({ event: 'opened' }).of(recordOf(excursion, { sequence: one })),
        );
        const [first, second] = made;
        expect((first?.event.sequence ?? '') < (second?.event.sequence ?? '')).toBe(a < b);
        expect(first?.event.id === second?.event.id).toBe(a === b);
        // A full stop would let an id run into the time that is signed after it.
        expect(first?.event.id).not.toContain('.');
      }),
    );
  });
});
