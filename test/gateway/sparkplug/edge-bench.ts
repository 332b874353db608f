// An edge node with a store in memory, in front of recording servers; gone when the test is over.

import { onTestFinished } from 'vitest';
import { SparkplugNode, type SparkplugOptions } from '../../../gateway/sparkplug/edge-node.js';
import { dataTypes, encodePayload, fieldValue } from '../../../gateway/sparkplug/payload.js';
import type { RecordingServer } from './recording-server.js';

/** Keeps the number of the next connection, and every number that was saved. */
export class MemoryStore {
  next = 0;
  readonly saved: number[] = [];

  load(): number {
    return this.next;
  }

  save(next: number): void {
    this.saved.push(next);
    this.next = next;
  }
}

export interface Bench {
  readonly node: SparkplugNode;
  readonly store: MemoryStore;
  readonly refused: string[];
  readonly sessions: boolean[];
}

/** An open node, which the caller closes. */
export function startNode(
  servers: readonly [RecordingServer, ...RecordingServer[]],
  more: Partial<SparkplugOptions> = {},
  store = new MemoryStore(),
): Bench {
  const refused: string[] = [];
  const sessions: boolean[] = [];
  const [first, ...others] = servers;
  const node = new SparkplugNode({
    groupId: 'cold-chain',
    edgeNodeId: 'truck-17',
    rebirthMinIntervalMs: 0,
    servers: [first.url, ...others.map(({ url }) => url)],
    link: { clientId: 'coldgate-truck-17-sparkplug' },
    properties: { Software: 'coldgate', Version: '1.0.0' },
    sensors: [
      { name: 'cargo-front', quantities: ['temperature', 'humidity'], openExcursions: [] },
      { name: 'rear-door', quantities: ['door'] },
    ],
    shipments: () => ['SHIP-0001'],
    bdSeq: store,
    onSession: (isUp) => sessions.push(isUp),
    onRefused: (reason) => refused.push(reason),
    ...more,
  });
  node.open();
  return { node, store, refused, sessions };
}

/** An open node for one test. */
export function openNode(...parts: Parameters<typeof startNode>): Bench {
  const bench = startNode(...parts);
  onTestFinished(() => bench.node.close());
  return bench;
}

/** A command that writes true to a metric, as hosts send it. */
export function commandOf(name: string): Uint8Array {
  const value = fieldValue(dataTypes.boolean, true);
  return encodePayload({
    timestampMs: Date.now(),
    metrics: [{ name, timestampMs: Date.now(), dataType: dataTypes.boolean, value }],
  });
}

export const commandTopic = 'spBv1.0/cold-chain/NCMD/truck-17';
export const stateTopic = 'spBv1.0/STATE/scada';
export const stateOf = (online: boolean, timestamp: number) => JSON.stringify({ online, timestamp });
