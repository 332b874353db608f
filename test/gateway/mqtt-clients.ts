// Real MQTT clients for tests, with all that arrived at them; ended when the test is over.

import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';
import { watchContract } from './contract/contract-watch.js';

export interface Heard {
  readonly topic: string;
  readonly payload: Buffer;
  readonly isRetained: boolean;
}

export interface TestClient {
  readonly client: MqttClient;
  /** Names of the packets that the broker sent, in their order. */
  readonly packets: string[];
  readonly heard: Heard[];
}

/** Connects; rejects when the broker refuses. It does not come back by itself unless the options say so. */
export async function connectClient(port: number, options: IClientOptions = {}): Promise<TestClient> {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options });
  const packets: string[] = [];
  const heard: Heard[] = [];
  client.on('packetreceive', ({ cmd }) => packets.push(cmd));
  client.on('message', (topic, payload, { retain }) => {
    heard.push({ topic, payload, isRetained: retain });
    watchContract(topic, payload);
  });
  onTestFinished(() => {
    client.end(true);
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('the broker closed the connection')));
  });
  client.on('error', () => {});
  return { client, packets, heard };
}

/** Resolves when the client's present connection is gone. */
export async function closed({ client }: TestClient): Promise<void> {
  // Not events.once: a connection that is reset is closed as well.
  if (client.connected) await new Promise<void>((resolve) => client.once('close', () => resolve()));
}

/** A bare TCP connection to the broker. */
export async function connectRaw(port: number): Promise<Socket> {
  const socket = connectSocket(port, '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}
