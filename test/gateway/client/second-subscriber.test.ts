// A subscriber in another language comes to the same verdict on true and on tampered messages as the client.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { ClientEvent } from '../../../gateway/client/client-event.js';
import { LogStream } from '../../../gateway/client/log-stream.js';
import { readings } from '../drafts.js';
import { addressOf, gatewayName, logOf, messagesOf } from './sent-log.js';

const script = join(import.meta.dirname, 'verify_messages.py');
/** Of the system: it is the one that has the packages of the system. */
const python = '/usr/bin/python3';
const mustRun = process.env.COLDGATE_REQUIRE_PEERS === '1';
const canRun = spawnSync(python, ['-c', 'import ecdsa']).status === 0;
if (!canRun && !mustRun) console.warn('skipped: python3-ecdsa is not installed');

const lineSchema = z.object({
  first: z.number().nullable(),
  size: z.number(),
  verdict: z.enum(['proven', 'refused']),
  problem: z.string().nullable(),
});

function verdictsOf(gateway: string, lines: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(python, [script, gateway], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  const verdicts = stdout
    .trim()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)));
  return { status, verdicts };
}

function isTaken(gateway: string, line: string): boolean {
  const events: ClientEvent[] = [];
  const onEvent = (event: ClientEvent) => events.push(event);
  new LogStream({ gatewayName, gateway, onEvent }).take(new TextEncoder().encode(line));
  return events.some(({ type }) => type === 'checkpoint');
}

const linesOf = (log: ReturnType<typeof logOf>) =>
  messagesOf(log, 'json').map((payload) => new TextDecoder().decode(payload));

describe.skipIf(!canRun && !mustRun)('a subscriber in Python', () => {
  test('proves every message of a log', () => {
    const log = logOf(readings(3), readings(300), readings(1));
    const { status, verdicts } = verdictsOf(addressOf(log), linesOf(log));
    expect(verdicts.map(({ first, size, verdict }) => [first, size, verdict])).toEqual([
      [0, 3, 'proven'],
      [3, 303, 'proven'],
      [303, 304, 'proven'],
    ]);
    expect(status).toBe(0);
  });

  test('refuses what the client refuses', () => {
    const log = logOf(readings(5), readings(2));
    const line = linesOf(log)[1] ?? '';
    const { records, rangeBefore, checkpoint } = JSON.parse(line);
    const changed = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`;
    const signature: string = checkpoint.signature;
    const parity = (Number.parseInt(signature[64] ?? '', 16) ^ 8).toString(16);
    const changes = [
      { records: records.slice(1) },
      { records: records.toReversed() },
      { records: [] },
      { rangeBefore: rangeBefore.map(changed) },
      { rangeBefore: rangeBefore.slice(1) },
      { firstSequence: 4 },
      { version: 2 },
      { gateway: `0x${'11'.repeat(20)}` },
      { checkpoint: { ...checkpoint, timeMs: checkpoint.timeMs + 1 } },
      { checkpoint: { ...checkpoint, root: changed(checkpoint.root) } },
      { checkpoint: { ...checkpoint, signature: changed(signature) } },
      {
        checkpoint: { ...checkpoint, signature: `${signature.slice(0, 64)}${parity}${signature.slice(65)}` },
      },
      { checkpoint: null },
    ];
    const lines = [
      line,
      ...changes.map((change) => JSON.stringify({ ...JSON.parse(line), ...change })),
      'no JSON',
      '[]',
    ];
    const { status, verdicts } = verdictsOf(addressOf(log), lines);
    const taken = lines.map((each) => isTaken(addressOf(log), each));
    expect(taken).toEqual(lines.map((_line, at) => at === 0));
    expect(verdicts.map(({ verdict }) => verdict === 'proven')).toEqual(taken);
    expect(status).toBe(1);
  });

  test('refuses a log that forked', () => {
    const [ours, theirs] = [logOf(readings(3)), logOf(readings(3, 9), readings(1))];
    const lines = [linesOf(ours)[0] ?? '', linesOf(theirs)[1] ?? ''];
    expect(verdictsOf(addressOf(ours), lines).verdicts).toMatchObject([
      { verdict: 'proven' },
      { verdict: 'refused', problem: expect.stringContaining('fork') },
    ]);
  });
});
