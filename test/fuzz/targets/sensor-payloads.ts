// What anybody may publish on a sensor's topic, through every mapping.

import { readFileSync } from 'node:fs';
import { mapMessage } from '../../../firmware-bridge/mqtt-sensors/map-message.js';
import type { SensorMapping } from '../../../firmware-bridge/mqtt-sensors/mapping.js';
import { bytesOf, type FuzzTarget } from '../fuzz-target.js';

interface Message {
  readonly mapping: SensorMapping;
  readonly topic: string;
  readonly payload: string;
}

const file = new URL('../../vectors/mqtt/messages.json', import.meta.url);
const at = { unixMs: 1_700_000_000_000, uptimeMs: 5000 };

/** One target for each mapping, with the published messages of its devices. */
export function sensorPayloads(): FuzzTarget[] {
  const messages = JSON.parse(readFileSync(file, 'utf8')) as Message[];
  const kinds = [...new Set(messages.map(({ mapping }) => mapping.mapping))];
  return kinds.map((kind) => targetOf(kind, messages));
}

function targetOf(kind: string, messages: readonly Message[]): FuzzTarget {
  const ours = messages.filter(({ mapping }) => mapping.mapping === kind);
  let turn = 0;
  return {
    name: `sensor-payload ${kind}`,
    seeds: ours.map(({ payload }) => bytesOf(payload)),
    isJson: ours.every(({ payload }) => /^[[{"\d]/.test(payload) && isJson(payload)),
    slice: 1500,
    share: 30,
    feed: (input) => {
      turn += 1;
      const message = ours[turn % ours.length];
      if (!message) return 'refused';
      const { kind: told } = mapMessage(message.mapping, message.topic, input, at, turn % 70_000);
      return told === 'observations' ? 'accepted' : 'refused';
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
