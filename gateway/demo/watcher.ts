// An integrator's view of the demo: subscribes to the gateway's topics, checks each log message as a stranger
// would (append the leaves to the range, compare the root, recover the signer), and says what happens in a line.

import mqtt, { type MqttClient } from 'mqtt';
import { z } from 'zod';
import { fromBase64url, fromHex } from '../../ledger-sync/evidence/bytes.js';
import { verifyCheckpoint } from '../../ledger-sync/evidence/checkpoint.js';
import { CompactRange } from '../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../ledger-sync/evidence/merkle.js';
import { topicsOf } from '../publish/topics.js';

const logSchema = z.object({
  gateway: z.string(),
  firstSequence: z.number(),
  records: z.array(
    z.object({
      kind: z.string(),
      name: z.string().optional(),
      value: z.number().optional(),
      quality: z.string(),
      leaf: z.string(),
    }),
  ),
  rangeBefore: z.array(z.string()),
  checkpoint: z.object({ size: z.number(), root: z.string(), timeMs: z.number(), signature: z.string() }),
});
type LogMessage = z.infer<typeof logSchema>;

const alertSchema = z.object({
  name: z.string(),
  value: z.number(),
  detail: z.object({
    event: z.string(),
    limitMilliC: z.number(),
    outsideMs: z.number(),
    extremeMilliC: z.number(),
  }),
});

const batchSchema = z.object({
  seq: z.number(),
  size: z.number(),
  state: z.string(),
  blockNumber: z.number().optional(),
  transactionHash: z.string().optional(),
});

/** What has been seen so far; the demo waits for these. */
export interface Seen {
  /** Excursion records: opened and closed. */
  excursionRecords: number;
  /** Log size when an excursion was over; 0 before. */
  excursionOverAtSize: number;
  includedSize: number;
  verifiedRecords: number;
  forgeries: number;
}

const degrees = (milliC: number) => `${(milliC / 1000).toFixed(2)} degC`;

/** Whether the message proves its records by itself. */
function isProven(message: LogMessage): boolean {
  const { checkpoint } = message;
  const range = CompactRange.of(message.firstSequence, message.rangeBefore.map(fromHex));
  for (const { leaf } of message.records) range.append(leafHash(fromBase64url(leaf)));
  const signed = {
    gateway: fromHex(message.gateway),
    size: checkpoint.size,
    root: fromHex(checkpoint.root),
    timeMs: checkpoint.timeMs,
    signature: fromHex(checkpoint.signature),
  };
  return (
    range.size === checkpoint.size &&
    Buffer.compare(range.root(), signed.root) === 0 &&
    verifyCheckpoint(signed)
  );
}

function logLines(message: LogMessage, isTrue: boolean): string[] {
  const readings = message.records.filter(({ kind }) => kind === 'temperature');
  const tags = message.records.filter(({ kind }) => kind === 'tagSighting');
  const lines = [];
  if (readings.length > 0) {
    const texts = readings.map(({ name, value, quality }) =>
      quality === 'good' ? `${name} ${degrees(value ?? 0)}` : `${name} ${quality}`,
    );
    lines.push(`reading     ${texts.join('  ')}`);
  }
  if (tags.length > 0)
    lines.push(
      `tags        ${tags.map(({ name, value }) => `${name} ${(value ?? 0) / 1000} dBm`).join('  ')}`,
    );
  const { size, root } = message.checkpoint;
  lines.push(
    `checkpoint  ${size} records, root ${root.slice(0, 12)}..., ${isTrue ? 'signature and root checked' : 'REFUTED'}`,
  );
  return lines;
}

/** Subscribes and reports each event to `say` until the client is ended. */
export function watch(url: string, gatewayName: string, seen: Seen, say: (line: string) => void): MqttClient {
  const topics = topicsOf(gatewayName);
  const client = mqtt.connect(url, { reconnectPeriod: 500 });
  client.on('error', () => {});
  client.on('connect', () => client.subscribe(`coldgate/1/${gatewayName}/#`, { qos: 1 }));
  client.on('message', (topic, payload, packet) => {
    const json: unknown = JSON.parse(payload.toString());
    if (topic === topics.log) {
      const message = logSchema.parse(json);
      const isTrue = isProven(message);
      if (isTrue) seen.verifiedRecords += message.records.length;
      else seen.forgeries += 1;
      seen.excursionRecords += countExcursions(message);
      if (seen.excursionRecords >= 2 && seen.excursionOverAtSize === 0)
        seen.excursionOverAtSize = message.checkpoint.size;
      for (const line of logLines(message, isTrue)) say(line);
    } else if (topic === topics.batch) {
      const { seq, size, state, blockNumber, transactionHash } = batchSchema.parse(json);
      if (state === 'included') seen.includedSize = Math.max(seen.includedSize, size);
      const block =
        blockNumber === undefined
          ? ''
          : `, block ${blockNumber}, transaction ${transactionHash?.slice(0, 14)}...`;
      say(`batch       header ${seq} over ${size} records: ${state}${block}`);
    } else if (topic.startsWith(topics.alert('')) && !packet.retain) {
      const { name, value, detail } = alertSchema.parse(json);
      const { event, limitMilliC, outsideMs, extremeMilliC } = detail;
      const story =
        event === 'opened'
          ? `${name} is at ${degrees(value)}, limit ${degrees(limitMilliC)}, outside for ${Math.round(outsideMs / 1000)} s`
          : `${name} is back at ${degrees(value)} after ${Math.round(outsideMs / 1000)} s; extreme ${degrees(extremeMilliC)}`;
      say(`EXCURSION   ${event}: ${story}`);
    }
  });
  return client;
}

/** The excursion is over once the log holds both its records. */
function countExcursions(message: LogMessage): number {
  return message.records.filter(({ kind }) => kind === 'excursion').length;
}
