// `coldgate webhooks`: what was not delivered, and sending it again.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runWebhooksList, runWebhooksRetry } from '../../../gateway/cli/webhooks-command.js';
import { DeadLetters } from '../../../gateway/webhooks/dead-letters.js';
import { tempFolder } from '../temp-folder.js';
import { thrownBy } from '../thrown.js';
import { eventOf } from '../webhooks/event-of.js';
import { capturedIo } from './captured-io.js';

/** A configuration with dead letters of two receivers. */
function bench() {
  const folder = tempFolder();
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(config, 'gateway: { name: truck-17 }\n');
  const dataDir = join(folder, 'data');
  const dispatch = new DeadLetters(dataDir, 'dispatch');
  const quality = new DeadLetters(dataDir, 'quality');
  const letter = { failedAtMs: 1_772_000_000_000, tries: 12, reason: 'HTTP 500: \u001b[2Joops' };
  for (const sequence of [7, 8]) dispatch.add({ ...letter, sequence, event: eventOf(sequence) });
  quality.add({ ...letter, sequence: 8, event: eventOf(8) });
  return { config, dispatch, quality, io: capturedIo() };
}

describe('coldgate webhooks list', () => {
  it('shows each event that was given up, when and why, with nothing that moves the cursor', () => {
    const { config, dispatch, io } = bench();
    dispatch.requeue(7);
    expect(runWebhooksList({ config }, io)).toBe(0);
    expect(io.outLines).toEqual([
      'dispatch: 1 not delivered, 1 to be sent again',
      '  record 8  org.coldgate.excursion.opened  2026-02-25T06:13:20.000Z  12 tries  HTTP 500: ?[2Joops',
      'quality: 1 not delivered',
      '  record 8  org.coldgate.excursion.opened  2026-02-25T06:13:20.000Z  12 tries  HTTP 500: ?[2Joops',
    ]);
  });

  it('gives a program the whole events', () => {
    const { config, io } = bench();
    expect(runWebhooksList({ config, json: true }, io)).toBe(0);
    expect(JSON.parse(io.outLines.join(''))).toMatchObject([
      { name: 'dispatch', letters: [{ event: eventOf(7) }, { event: eventOf(8) }], damaged: [], dropped: 0 },
      { name: 'quality', letters: [{ sequence: 8 }], requeued: 0 },
    ]);
  });

  it('says so when there is nothing', () => {
    const folder = tempFolder();
    const config = join(folder, 'coldgate.yaml');
    writeFileSync(config, 'gateway: { name: truck-17 }\n');
    const io = capturedIo();
    expect(runWebhooksList({ config }, io)).toBe(0);
    expect(io.outLines).toEqual(['no webhook has a dead letter']);
  });
});

describe('coldgate webhooks retry', () => {
  it('sends all again', () => {
    const { config, dispatch, quality, io } = bench();
    expect(runWebhooksRetry({ config }, io)).toBe(0);
    expect(io.outLines).toEqual(['dispatch: 2 will be sent again', 'quality: 1 will be sent again']);
    expect([dispatch.requeued, quality.requeued]).toEqual([2, 1]);
  });

  it('sends those of one receiver and one record again, and leaves the others', () => {
    const { config, dispatch, quality, io } = bench();
    expect(runWebhooksRetry({ config, name: 'dispatch', sequence: '8', json: true }, io)).toBe(0);
    expect(JSON.parse(io.outLines.join(''))).toEqual([{ name: 'dispatch', requeued: 1 }]);
    expect(dispatch.list().letters.map(({ sequence }) => sequence)).toEqual([7]);
    expect(quality.requeued).toBe(0);
  });

  it.each([{ name: 'nobody' }, { sequence: '9' }, { name: '../dispatch' }])('answers no for %j', (asked) => {
    const { config, io } = bench();
    expect(runWebhooksRetry({ config, ...asked }, io)).toBe(1);
    expect(io.outLines).toEqual(['nothing to send again']);
  });

  it.each(['', '-1', '1e3', 'all'])('refuses %j as a record', (sequence) => {
    const { config, io } = bench();
    expect(thrownBy(() => runWebhooksRetry({ config, sequence }, io)).code).toBe('WRONG_USE');
  });
});
