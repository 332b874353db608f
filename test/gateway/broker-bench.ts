// The embedded broker with two users, and what arrived at it: each message waits for the test's answer, or is
// acknowledged at once.

import { onTestFinished } from 'vitest';
import {
  type SensorBroker,
  type SensorBrokerOptions,
  startSensorBroker,
} from '../../gateway/intake/sensor-broker.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { connectClient } from './mqtt-clients.js';

export interface Arrived {
  readonly topic: string;
  readonly text: string;
  readonly done: (error?: Error) => void;
}

const users = [
  { username: 'door', password: 'door-secret', sensorTopics: ['sensors/door'] },
  { username: 'fridge', password: 'fridge-secret', sensorTopics: ['sensors/fridge', 'sensors/fridge2'] },
];
export const door = { username: 'door', password: 'door-secret' };

/** A broker whose messages wait for the test's answer; `isEager` acknowledges all. */
export async function brokerBench(more: Partial<SensorBrokerOptions> = {}, isEager = true) {
  const arrived: Arrived[] = [];
  const refusals: string[] = [];
  const broker = await startSensorBroker({
    host: '127.0.0.1',
    port: 0,
    users,
    onMessage: (topic, payload, done) => {
      arrived.push({ topic, text: Buffer.from(payload).toString(), done });
      if (isEager) done();
    },
    onClientRefused: (clientId, reason) => refusals.push(`${clientId}: ${reason}`),
    ...more,
  });
  onTestFinished(() => broker.close());
  return { broker, port: broker.port, arrived, refusals };
}

export async function firstOf(arrived: readonly Arrived[], count = 1): Promise<Arrived> {
  await eventually('a message arrives', () => arrived.length >= count);
  const message = arrived[count - 1];
  if (!message) throw new Error('no message');
  return message;
}

export const gatewayClient = (broker: SensorBroker) => connectClient(broker.port, { ...broker.credentials });
