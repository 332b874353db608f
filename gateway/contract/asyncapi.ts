// The contract as an AsyncAPI 3 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0), seen from the
// gateway: what it sends, what it receives. Nothing stands here that the table does not say.

import { contractPayloads, payloadSchema } from './json-schemas.js';
import {
  CONTRACT_VERSION,
  type ContractPayload,
  type ContractTopic,
  contractRules,
  parameterMeanings,
  topicContract,
} from './topic-contract.js';

const SCHEMA_FORMAT = 'application/schema+json;version=draft-2020-12';
const MQTT_BINDING_VERSION = '0.2.0';

const ref = ($ref: string) => ({ $ref });
const mapped = <Value, Made>(values: readonly Value[], make: (value: Value) => readonly [string, Made]) =>
  Object.fromEntries(values.map(make));

const parametersOf = ({ address }: ContractTopic) =>
  [...address.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

function channelOf(topic: ContractTopic) {
  const { name, address, summary, order, maxBytes, isRetained, payloads } = topic;
  const description = [
    `${isRetained ? 'Retained.' : 'Not retained.'} QoS 1. At most ${maxBytes} bytes.`,
    `Order: ${order}.`,
  ].join(' ');
  return [
    name,
    {
      address,
      title: name,
      summary,
      description,
      parameters: mapped(parametersOf(topic), (parameter) => [
        parameter,
        { description: parameterMeanings[parameter] },
      ]),
      messages: mapped(payloads, (payload) => [payload.name, ref(`#/components/messages/${payload.name}`)]),
      'x-max-bytes': maxBytes,
    },
  ] as const;
}

function operationOf({ name, action, peer, isRetained, payloads, replyTopic }: ContractTopic) {
  const operation = {
    action,
    channel: ref(`#/channels/${name}`),
    title: `${action === 'send' ? 'to' : 'from'} ${peer}`,
    messages: payloads.map((payload) => ref(`#/channels/${name}/messages/${payload.name}`)),
    bindings: { mqtt: { qos: 1, retain: isRetained, bindingVersion: MQTT_BINDING_VERSION } },
    ...(replyTopic === undefined ? {} : { reply: { channel: ref(`#/channels/${replyTopic}`) } }),
  };
  return [name, operation] as const;
}

function messageOf({ name, encoding }: ContractPayload) {
  const contentType = encoding === 'json' ? 'application/json' : 'application/cbor';
  const message = { name, contentType, payload: ref(`#/components/schemas/${name}`) };
  return [name, message] as const;
}

/** The whole document, with its keys in an order that stays. */
export function asyncApiDocument() {
  const payloads = [...contractPayloads.values()];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'coldgate topics',
      version: CONTRACT_VERSION,
      description: contractRules.join('\n\n'),
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: mapped(topicContract, channelOf),
    operations: mapped(topicContract, operationOf),
    components: {
      messages: mapped(payloads, messageOf),
      schemas: mapped(payloads, (payload) => [
        payload.name,
        { schemaFormat: SCHEMA_FORMAT, schema: payloadSchema(payload) },
      ]),
    },
  };
}
