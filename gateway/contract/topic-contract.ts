// The contract of the topics under coldgate/1/{gateway}: what each carries, by which rules, in which order. JSON Schemas and
// the AsyncAPI document are made from this table, and the tests hold every published message against it.

import type * as z from 'zod';
import { MAX_CONFIGURATION_BYTES } from '../fleet/fleet-configuration.js';
import { topicsOf } from '../publish/topics.js';
import {
  anchored,
  answer,
  batch,
  command,
  configuration,
  configurationReport,
  enrol,
  enrolRefused,
  newHeader,
  receipt,
  reply,
  request,
} from './exchange-payloads.js';
import {
  alert,
  alertReview,
  health,
  logCbor,
  logJson,
  openAlerts,
  sealedMessage,
  sensorReading,
  status,
} from './record-payloads.js';

/** Raised in its middle number when fields or topics are added; nothing else happens inside 1. */
export const CONTRACT_VERSION = '1.2.0';

export interface ContractPayload {
  /** Name of its schema. */
  readonly name: string;
  readonly encoding: 'json' | 'cbor';
  readonly schema: z.ZodType;
}

export interface ContractTopic {
  readonly name: string;
  /** With parameters in braces. */
  readonly address: string;
  /** Whether the gateway sends it, or receives it from others. */
  readonly action: 'send' | 'receive';
  /** Who is at the other end. */
  readonly peer: string;
  readonly summary: string;
  readonly isRetained: boolean;
  /** In which order messages come, and how often. */
  readonly order: string;
  /** Most bytes of a payload. */
  readonly maxBytes: number;
  /** In other encodings, and sealed, where a broker is configured so. */
  readonly payloads: readonly ContractPayload[];
  /** Name of the topic on which the other side answers. */
  readonly replyTopic?: string;
}

export const parameterMeanings: Readonly<Record<string, string>> = {
  gateway: 'name of the gateway, 1 to 64 of A-Z a-z 0-9 _ -',
  sensor: 'name of the sensor in the configuration',
  alert: 'name of the alert',
  consumer: 'name of the integrator, as in publish.consumers',
  command: 'name of the command, such as status',
  id: 'chosen by whoever asked, anew for each',
};

const topics = topicsOf('{gateway}');
const MEBIBYTE = 1_048_576;

const json = (name: string, schema: z.ZodType): ContractPayload => ({ name, encoding: 'json', schema });

const sealed = json('sealed', sealedMessage);

/** At QoS 1 throughout. */
export const topicContract: readonly ContractTopic[] = [
  {
    name: 'log',
    address: topics.log,
    ...{ action: 'send', peer: 'integrators', isRetained: false, maxBytes: MEBIBYTE },
    summary: 'records, the compact range before and the checkpoint after them: each message proves itself',
    order:
      'in order of the log, at least once: (gateway, sequence) tells a repetition; goes on after an outage where it was',
    payloads: [json('log', logJson), { name: 'log-cbor', encoding: 'cbor', schema: logCbor }],
  },
  {
    name: 'sensor',
    address: topics.sensor('{sensor}'),
    ...{ action: 'send', peer: 'integrators', isRetained: true, maxBytes: 4096 },
    summary: 'the latest reading of a sensor, good or not, four times a second at most; ahead of a backlog',
    order: 'the newest; ones in between may be left out',
    payloads: [json('sensor', sensorReading), sealed],
  },
  {
    name: 'alert',
    address: topics.alert('{alert}'),
    ...{ action: 'send', peer: 'integrators', isRetained: true, maxBytes: 65_536 },
    summary:
      'an excursion opened, closed, was corrected or withdrawn; nobody knows how a probe is; a device changed; a tag is suspect or called back; load units are not as ordered',
    order:
      'in order of the log, at least once, ahead of a backlog; not proven until the log brings its record',
    payloads: [json('alert', alert), sealed],
  },
  {
    name: 'alertReview',
    address: topics.alertReview('{alert}'),
    ...{ action: 'send', peer: 'integrators', isRetained: true, maxBytes: 4096 },
    summary: 'where people stand with an alert: acknowledged, assessed, closed; reminders with their level',
    order: 'in order of the log, at least once, ahead of a backlog',
    payloads: [json('alert-review', alertReview), sealed],
  },
  {
    name: 'alerts',
    address: topics.alerts,
    ...{ action: 'send', peer: 'integrators', isRetained: true, maxBytes: 1024 },
    summary: 'how many alerts wait for people, and how grave the gravest is',
    order: 'the newest state',
    payloads: [json('alerts', openAlerts)],
  },
  {
    name: 'health',
    address: topics.health,
    ...{ action: 'send', peer: 'integrators', isRetained: true, maxBytes: 65_536 },
    summary: 'what is wrong with the gateway itself, since when, and what mends it; goods have alerts',
    order: 'the newest state',
    payloads: [json('health', health)],
  },
  {
    name: 'batch',
    address: topics.batch,
    ...{ action: 'send', peer: 'integrators and relays', isRetained: true, maxBytes: 4096 },
    summary: 'the newest batch header and what became of it on the ledger',
    order: 'the newest state',
    payloads: [json('batch', batch)],
  },
  {
    name: 'header',
    address: topics.header,
    ...{ action: 'send', peer: 'relays', isRetained: false, maxBytes: 4096 },
    summary: 'signed headers that a relay lacks',
    order: 'by seq, again until the relay has them',
    payloads: [json('header', newHeader)],
  },
  {
    name: 'status',
    address: topics.status,
    ...{ action: 'send', peer: 'integrators and relays', isRetained: true, maxBytes: 1024 },
    summary: 'online or not; `online: false` is the last will of the connection, QoS 1, retained',
    order: 'at the beginning of each connection and at its end',
    payloads: [json('status', status)],
  },
  {
    name: 'reply',
    address: topics.reply('{id}'),
    ...{ action: 'send', peer: 'whoever commanded', isRetained: false, maxBytes: 262_144 },
    summary: 'what became of a command; in MQTT 5 on the response topic, with the correlation data',
    order: 'once, after the record of the command is durable',
    payloads: [json('reply', reply), sealed],
  },
  {
    name: 'answer',
    address: topics.answer('{id}'),
    ...{ action: 'send', peer: 'whoever asked', isRetained: false, maxBytes: 65_536 },
    summary: 'what became of a request',
    order: 'once, after its records are durable',
    payloads: [json('answer', answer)],
  },
  {
    name: 'anchored',
    address: topics.anchored,
    ...{ action: 'receive', peer: 'a relay', isRetained: true, maxBytes: 8192 },
    summary:
      'a relay’s word on the newest header of this gateway; believed only about headers that it has signed',
    order: 'the newest state',
    payloads: [json('anchored', anchored)],
  },
  {
    name: 'receipt',
    address: topics.receipt('{consumer}'),
    ...{ action: 'receive', peer: 'integrators', isRetained: false, maxBytes: 1024 },
    summary: 'how many records an integrator durably has; with `root` it is compared',
    order: 'a smaller size than before is passed over',
    payloads: [json('receipt', receipt)],
  },
  {
    name: 'command',
    address: topics.command('{command}'),
    ...{ action: 'receive', peer: 'known keys', isRetained: false, maxBytes: 65_536, replyTopic: 'reply' },
    summary: 'a command, signed by a key of the configuration for this gateway, valid for an hour at most',
    order: 'each id is taken once',
    payloads: [json('command', command)],
  },
  {
    name: 'request',
    address: topics.request,
    ...{ action: 'receive', peer: 'persons', isRetained: false, maxBytes: 65_536, replyTopic: 'answer' },
    summary: 'a request about a shipment or an alert, signed by a person, where the broker has takesRequests',
    order: 'each id is taken once; 64 may wait at a time',
    payloads: [json('request', request)],
  },
  {
    name: 'enrol',
    address: topics.enrol,
    ...{ action: 'send', peer: 'the fleet’s owner', isRetained: false, maxBytes: 4096 },
    summary:
      'a fresh gateway asks to be taken: proof of a one-time code and of the device key, and the key to seal answers for',
    order: 'again every few seconds until it is answered',
    payloads: [json('enrol', enrol)],
  },
  {
    name: 'enrolRefused',
    address: topics.enrolRefused,
    ...{ action: 'receive', peer: 'the fleet’s owner', isRetained: false, maxBytes: 4096 },
    summary: 'why a gateway is not taken, signed by the owner for that request',
    order: 'once for each request',
    payloads: [json('enrol-refused', enrolRefused)],
  },
  {
    name: 'configuration',
    address: topics.configuration,
    ...{ action: 'receive', peer: 'the fleet’s owner', isRetained: true, maxBytes: MAX_CONFIGURATION_BYTES },
    summary: 'a configuration for this gateway: numbered, signed by the owner, sealed for the gateway alone',
    order: 'the newest; a number at or below one that was decided on is passed over',
    payloads: [json('configuration', configuration)],
  },
  {
    name: 'configurationReport',
    address: topics.configurationReport,
    ...{ action: 'send', peer: 'the fleet’s owner', isRetained: true, maxBytes: 8192 },
    summary: 'what became of the newest configuration, sealed for the owner alone',
    order: 'the newest state',
    payloads: [json('configuration-report', configurationReport)],
  },
];

/** Topics have no other order than their own: a log message and an alert of the same record come in either order. */
export const contractRules: readonly string[] = [
  'QoS is 1 throughout: at least once. Whoever cannot bear repetitions compares (gateway, sequence), or size, or id.',
  'Inside 1 only fields and topics are added, and words to lists of words: ignore what you do not know. What is there keeps its name, type and meaning; a field that is always there stays so. Anything else would be coldgate/2 beside coldgate/1.',
  'What others send is signed and strict: unknown fields are refused. Only receipts may carry more.',
  'Between topics there is no order. After an outage: status, alerts, newest readings, then the log.',
  'Only log, batch, header and anchored prove themselves; the others are fast, and as trustworthy as the broker.',
];
