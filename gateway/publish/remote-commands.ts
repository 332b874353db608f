// Commands as they come over MQTT, and where their answers go: in MQTT 5 to the response topic with the correlation data,
// else, and in MQTT 3.1.1, to .../reply/{id}.

import type { IPublishPacket, MqttClient } from 'mqtt';
import type { CommandDesk } from '../commands/command-desk.js';
import type { PartSealer } from '../privacy/part-sealer.js';
import { sealedPayload } from './sealed-message.js';
import type { GatewayTopics } from './topics.js';

const MAX_TOPIC = 256;

/** A gateway speaks with rights at the broker: nobody chooses where beyond replies and topics that are not coldgate's. */
function isAnswerable(topic: string, replies: string): boolean {
  if (topic.length > MAX_TOPIC || /[+#\0]/.test(topic)) return false;
  return topic.startsWith(replies) || !/^(coldgate|homeassistant|spBv1\.0|\$)/.test(topic);
}

export class RemoteCommands {
  readonly #desk: CommandDesk;
  readonly #topics: GatewayTopics;

  constructor(desk: CommandDesk, topics: GatewayTopics) {
    this.#desk = desk;
    this.#topics = topics;
  }

  /**
   * Listens on a connection that is new.
   * @param sealer hides answers from the broker; without a reader there is none
   */
  attach(client: MqttClient, sealer?: PartSealer): void {
    const prefix = this.#topics.command('');
    client.on('message', (topic, payload, packet) => {
      if (topic.startsWith(prefix)) this.#take(client, topic.slice(prefix.length), payload, packet, sealer);
    });
    client.subscribe(this.#topics.command('+'), { qos: 1 });
  }

  #take(
    client: MqttClient,
    name: string,
    payload: Uint8Array,
    { properties }: IPublishPacket,
    sealer: PartSealer | undefined,
  ): void {
    const { responseTopic, correlationData } = properties ?? {};
    const replies = this.#topics.reply('');
    this.#desk.take(name, payload, (id, told) => {
      const isGiven = responseTopic !== undefined && isAnswerable(responseTopic, replies);
      const topic = isGiven ? responseTopic : this.#topics.reply(id);
      const text = JSON.stringify({ version: 1, id, command: name, ...told });
      if (sealer?.isReady === false) return;
      client.publish(topic, sealer ? sealedPayload(text, topic, sealer) : text, {
        qos: 1,
        ...(correlationData === undefined ? {} : { properties: { correlationData } }),
      });
    });
  }
}
