// Delivery to a receiver: in order, at least once, with an end to trying. Against a real HTTP server.

import { createHmac } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DeadLetters } from '../../../gateway/webhooks/dead-letters.js';
import { webhookPost } from '../../../gateway/webhooks/webhook-post.js';
import {
  type SenderClock,
  senderClock,
  type WebhookNotice,
  WebhookSender,
  type WebhookSenderOptions,
} from '../../../gateway/webhooks/webhook-sender.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { tempFolder } from '../temp-folder.js';
import { eventOf } from './event-of.js';
import { answerOf, type Receiver, startReceiver } from './receiver-bench.js';

const key = Buffer.alloc(32, 7);
const NOW_MS = 1_772_000_000_000;

/** Waits are noted and take no time, but for the idle one, which waits to be woken. */
function quickClock(waits: number[], isTrusted = () => true): SenderClock & { elapsedMs: number } {
  const clock = {
    elapsedMs: 0,
    nowMs: () => NOW_MS + clock.elapsedMs,
    isTrusted,
    monotonicMs: () => clock.elapsedMs,
    random: () => 0.5,
    wait: async (ms: number, signal: AbortSignal) => {
      if (ms === 60_000) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        return;
      }
      waits.push(ms);
      clock.elapsedMs += ms;
    },
  };
  return clock;
}

function benchOf(receiver: Receiver, sequences: readonly number[], more: Partial<WebhookSenderOptions> = {}) {
  const waits: number[] = [];
  const notices: WebhookNotice[] = [];
  const saved: number[] = [];
  const log = [...sequences];
  const clock = quickClock(waits);
  const deadLetters = new DeadLetters(tempFolder(), 'dispatch');
  const sender = new WebhookSender({
    endpoint: {
      name: 'dispatch',
      url: receiver.url,
      keys: [key],
      allowPrivateAddresses: true,
      giveUpAfterMs: 72 * 3_600_000,
    },
    source: {
      next: (from) => {
        const sequence = log.find((one) => one >= from);
        return sequence === undefined ? undefined : { sequence, event: eventOf(sequence) };
      },
    },
    cursor: { load: () => saved.at(-1) ?? 0, save: (size) => saved.push(size) },
    deadLetters,
    post: webhookPost(),
    clock,
    onNotice: (notice) => notices.push(notice),
    ...more,
  });
  onTestFinished(() => sender.stop());
  return { sender, waits, notices, saved, log, clock, deadLetters };
}

const sequencesAt = (receiver: Receiver) =>
  receiver.received.map(({ body }) => Number((JSON.parse(body) as { sequence: string }).sequence));

describe('a sender', () => {
  it('delivers events in their order and says how far it is', async () => {
    const receiver = await startReceiver();
    const { sender, saved, log } = benchOf(receiver, [3, 8]);
    sender.start();
    await eventually('both are delivered', () => saved.length === 2);
    log.push(9);
    sender.wake();
    await eventually('the new one is delivered', () => saved.length === 3);
    expect(sequencesAt(receiver)).toEqual([3, 8, 9]);
    expect(saved).toEqual([4, 9, 10]);
  });

  it('signs each attempt so that a receiver can check it with a few lines of its own', async () => {
    const receiver = await startReceiver();
    const { sender, saved } = benchOf(receiver, [3]);
    sender.start();
    await eventually('it is delivered', () => saved.length === 1);
    const { headers = {}, body } = receiver.received[0] ?? {};
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', key).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
    expect(headers['webhook-timestamp']).toBe(String(NOW_MS / 1000));
    expect(headers['webhook-id']).toBe(eventOf(3).id);
    expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
    expect(JSON.parse(body ?? '')).toEqual(eventOf(3));
  });

  it('tries again after an error of the receiver, later each time, with the same id and the events behind it waiting', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(answerOf(500), answerOf(503), answerOf(408), answerOf(425));
    const { sender, saved, waits } = benchOf(receiver, [1, 2]);
    sender.start();
    await eventually('both are delivered', () => saved.length === 2);
    expect(sequencesAt(receiver)).toEqual([1, 1, 1, 1, 1, 2]);
    expect(new Set(receiver.received.slice(0, 5).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(waits).toEqual([2_500, 5_000, 10_000, 20_000]);
  });

  it.each([
    ['seconds', 429, '120', 120_000],
    ['a date', 503, new Date(NOW_MS + 45_000).toUTCString(), 45_000],
    ['more than a day', 429, '9999999', 86_400_000],
    ['nonsense', 429, 'soon', 0],
    ['a date gone by', 429, new Date(NOW_MS - 45_000).toUTCString(), 0],
    ['seconds with a status that has none', 500, '120', 0],
  ])('waits as long as the receiver asks: %s', async (_what, status, retryAfter, leastMs) => {
    const receiver = await startReceiver();
    receiver.answers.push(answerOf(status, { 'retry-after': retryAfter }));
    const { sender, saved, waits } = benchOf(receiver, [1]);
    sender.start();
    await eventually('it is delivered', () => saved.length === 1);
    expect(waits).toEqual([leastMs + 2_500]);
  });

  it.each([400, 401, 403, 404, 410, 413, 422])(
    'keeps what is refused with %d as a dead letter at once, and goes on',
    async (status) => {
      const receiver = await startReceiver();
      receiver.answers.push(answerOf(status, {}, 'no\u001b[2J thanks'));
      const { sender, saved, deadLetters, waits, notices } = benchOf(receiver, [1, 2]);
      sender.start();
      await eventually('both are done with', () => saved.length === 2);
      expect(sequencesAt(receiver)).toEqual([1, 2]);
      expect(waits).toEqual([]);
      const reason = `HTTP ${status}: no?[2J thanks`;
      expect(deadLetters.list().letters).toMatchObject([
        { sequence: 1, tries: 1, reason, event: eventOf(1) },
      ]);
      expect(notices).toMatchObject([{ kind: 'dead', reason, dropped: 0 }, { kind: 'delivered' }]);
    },
  );

  it('gives up after twelve bad answers, and what is behind goes on', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(...Array.from({ length: 12 }, () => answerOf(500)));
    const { sender, saved, deadLetters } = benchOf(receiver, [1, 2]);
    sender.start();
    await eventually('both are done with', () => saved.length === 2);
    expect(sequencesAt(receiver)).toEqual([...Array<number>(12).fill(1), 2]);
    expect(deadLetters.list().letters).toMatchObject([{ sequence: 1, tries: 12 }]);
  });

  it('does not give up an event because the network is away for two days', async () => {
    const receiver = await startReceiver();
    let silences = 0;
    const { sender, saved, clock, deadLetters } = benchOf(receiver, [1], {
      post: async (...request) => {
        if (clock.elapsedMs > 48 * 3_600_000) return await webhookPost()(...request);
        silences += 1;
        return { status: 0, reason: 'getaddrinfo EAI_AGAIN' };
      },
    });
    sender.start();
    await eventually('it is delivered', () => saved.length === 1);
    expect(silences).toBeGreaterThan(12);
    expect(deadLetters.list().letters).toEqual([]);
    expect(sequencesAt(receiver)).toEqual([1]);
  });

  it('gives up on a receiver that is silent for as long as the configuration says', async () => {
    const receiver = await startReceiver();
    const { sender, saved, deadLetters, waits } = benchOf(receiver, [1], {
      post: async () => ({ status: 0, reason: 'connect ECONNREFUSED' }),
    });
    sender.start();
    await eventually('it is done with', () => saved.length === 1);
    expect(deadLetters.list().letters).toMatchObject([{ sequence: 1, reason: 'connect ECONNREFUSED' }]);
    // Half of an hour, the longest that two tries are apart.
    expect(Math.max(...waits)).toBe(1_800_000);
  });

  it('does not take a refusal for the last word while its own clock is wrong', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(...Array.from({ length: 14 }, () => answerOf(401)));
    const clock = quickClock([], () => receiver.received.length > 14);
    const { sender, saved, deadLetters } = benchOf(receiver, [1], { clock });
    sender.start();
    await eventually('it is done with', () => saved.length === 1);
    expect(deadLetters.list().letters).toEqual([]);
    expect(receiver.received).toHaveLength(15);
  });

  it('begins again at the cursor, and a receiver that drops known ids has each event once', async () => {
    const receiver = await startReceiver();
    const first = benchOf(receiver, [1, 2, 3]);
    let calls = 0;
    const { sender } = benchOf(receiver, [1, 2, 3], {
      cursor: {
        load: () => 0,
        // The power goes after the second event is delivered and before the cursor is on the card.
        save: (size) => {
          calls += 1;
          if (calls === 2) throw new Error('no power');
          first.saved.push(size);
        },
      },
    });
    sender.start();
    await eventually('two are delivered', () => calls === 2);
    await sender.stop();
    first.sender.start();
    await eventually('all are delivered', () => first.saved.at(-1) === 4);
    expect(sequencesAt(receiver)).toEqual([1, 2, 2, 3]);
    const byId = new Map(receiver.received.map((one) => [one.headers['webhook-id'], one.body]));
    expect([...byId.keys()]).toEqual([1, 2, 3].map((sequence) => eventOf(sequence).id));
  });

  it('sends a letter again when it is asked to, once, after the new events', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(answerOf(410), answerOf(410));
    const { sender, saved, log, deadLetters, notices } = benchOf(receiver, [1]);
    sender.start();
    await eventually('it is dead', () => saved.length === 1);
    deadLetters.requeue();
    sender.wake();
    await eventually('it is dead again', () => notices.length === 2);
    expect(deadLetters.list().letters).toMatchObject([{ sequence: 1, tries: 2 }]);
    deadLetters.requeue();
    log.push(5);
    sender.wake();
    await eventually('it is delivered', () => notices.length === 4);
    expect(sequencesAt(receiver)).toEqual([1, 1, 5, 1]);
    expect(deadLetters.list().letters).toEqual([]);
    expect(deadLetters.requeued).toBe(0);
  });

  it('stays where it is while dead letters cannot be kept', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(...Array.from({ length: 1000 }, () => answerOf(410)));
    let isFull = true;
    const kept: number[] = [];
    const { sender, saved, notices } = benchOf(receiver, [1], {
      deadLetters: {
        add: ({ sequence }) => {
          if (isFull) throw new Error('disk full');
          kept.push(sequence);
          return 0;
        },
        nextAgain: () => undefined,
        settle: () => undefined,
      },
      clock: {
        ...senderClock(Date.now, () => true),
        wait: () => new Promise((resolve) => setImmediate(resolve)),
      },
    });
    sender.start();
    await eventually('it stalls', () => notices.some(({ kind }) => kind === 'stalled'));
    expect(saved).toEqual([]);
    isFull = false;
    await eventually('it goes on', () => saved.length === 1);
    expect(kept).toEqual([1]);
  });

  it('ends a request under way when it is stopped, and makes it again', async () => {
    const receiver = await startReceiver();
    receiver.answers.push(() => undefined);
    const { sender, saved, deadLetters } = benchOf(receiver, [1]);
    sender.start();
    await eventually('it is asked', () => receiver.received.length === 1);
    await sender.stop();
    expect(saved).toEqual([]);
    expect(deadLetters.list().letters).toEqual([]);
  });
});
