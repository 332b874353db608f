// Those who are told over HTTP: webhooks of alerts and shipments, and the EPCIS repository. Each has its own cursor, and none
// stops the others or the log.

import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config, WebhookConfig } from '../config/schema.js';
import type { GatewayClock } from './clock/gateway-clock.js';
import { JournalError } from './journal/journal-error.js';
import type { JournalReader } from './journal/journal-reader.js';
import type { OwnCheckpoints } from './publish/own-checkpoints.js';
import { signedDetail } from './publish/signed-detail.js';
import { signedName } from './publish/signed-name.js';
import { webhookSinkOf } from './publish/sink.js';
import type { LogPipeline } from './sealing/log-pipeline.js';
import { CloudEvents } from './webhooks/cloud-event.js';
import { DeadLetters } from './webhooks/dead-letters.js';
import { JournalEvents } from './webhooks/journal-events.js';
import { webhookPost } from './webhooks/webhook-post.js';
import {
  senderClock,
  type WebhookCursor,
  type WebhookNotice,
  WebhookSender,
} from './webhooks/webhook-sender.js';
import { readWebhookKeys } from './webhooks/webhook-signature.js';

export interface ReceiverParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly own: OwnCheckpoints;
  readonly pipeline: Pick<LogPipeline, 'saveCursor'>;
  readonly clock: GatewayClock;
  readonly log: Logger;
}

const MS_PER_HOUR = 3_600_000;

export class Receivers {
  readonly #parts: ReceiverParts;
  readonly #senders: readonly WebhookSender[];
  readonly #stop = new AbortController();
  #capturing: Promise<void> | undefined;

  /** @throws WebhookError if a secret cannot be read */
  constructor(parts: ReceiverParts) {
    this.#parts = parts;
    this.#senders = parts.config.webhooks.map((webhook) => this.#senderOf(webhook));
  }

  start(): void {
    for (const sender of this.#senders) sender.start();
    const { config, journal, log } = this.#parts;
    const { epcis } = config;
    if (!epcis?.capture) return;
    const parts = {
      ...{ epcis: { ...epcis, capture: epcis.capture }, journal, dataDir: config.gateway.dataDir },
      onCondition: (condition: object | undefined) =>
        condition
          ? log.warn({ ...condition }, 'EPCIS capture stands still')
          : log.info('EPCIS capture goes on'),
      onRetry: (why: string, delayMs: number) => log.debug({ why, delayMs }, 'EPCIS capture is tried again'),
    };
    // Loaded only where there is somebody to capture.
    const capturing = import('./epcis/capturing.js').then(({ captureLog }) =>
      captureLog(parts, this.#stop.signal),
    );
    this.#capturing = capturing.catch((error: unknown) => {
      if (this.#stop.signal.aborted) return;
      const { code, hint, message } =
        error instanceof JournalError
          ? error
          : { code: 'CAPTURE_ENDED', hint: 'check epcis.capture', message: String(error) };
      log.error({ code, hint }, `EPCIS capture ended: ${message}`);
    });
  }

  /** Something new is in the log. */
  wake(): void {
    for (const sender of this.#senders) sender.wake();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#senders.map((sender) => sender.stop()), this.#capturing]);
  }

  #senderOf({
    name,
    url,
    secretFile,
    events,
    caFile,
    allowPrivateAddresses,
    giveUpAfterHours,
  }: WebhookConfig): WebhookSender {
    const { config, journal, clock } = this.#parts;
    const nameOf = (subject: Uint8Array) => signedName(journal.log, subject);
    const told = new CloudEvents(config.gateway.name, nameOf, (record) => signedDetail(journal.log, record));
    return new WebhookSender({
      endpoint: {
        ...{ name, url, allowPrivateAddresses, keys: readWebhookKeys(secretFile) },
        giveUpAfterMs: giveUpAfterHours * MS_PER_HOUR,
        ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
      },
      source: new JournalEvents(journal.log, this.#parts.own, told, new Set(events)),
      cursor: this.#cursorOf(webhookSinkOf({ name })),
      deadLetters: new DeadLetters(config.gateway.dataDir, name),
      post: webhookPost(),
      clock: senderClock(
        () => clock.now().unixMs,
        () => clock.trust > 0,
      ),
      onNotice: (notice) => this.#say(name, notice),
    });
  }

  /** A receiver that is new hears of nothing that was before it. */
  #cursorOf(sink: string): WebhookCursor {
    const { journal, pipeline } = this.#parts;
    const known = journal.knownCursor(sink);
    let size = known ?? journal.log.latestCheckpoint()?.size ?? 0;
    if (known === undefined) pipeline.saveCursor(sink, size);
    return {
      load: () => size,
      save: (next) => {
        size = next;
        pipeline.saveCursor(sink, next);
      },
    };
  }

  #say(webhook: string, notice: WebhookNotice): void {
    const { log } = this.#parts;
    const { kind, ...fields } = notice;
    if (kind === 'delivered') log.debug({ webhook, ...fields }, 'webhook delivered');
    else if (kind === 'retrying') log.info({ webhook, ...fields }, 'webhook is tried again');
    else if (kind === 'dead') {
      const hint = 'see `coldgate webhooks list`; `coldgate webhooks retry` sends it again';
      log.warn(
        { code: 'WEBHOOK_UNDELIVERED', hint, webhook, ...fields },
        'an event was not delivered and is kept',
      );
    } else
      log.warn({ code: 'WEBHOOK_STALLED', webhook, ...fields }, 'webhooks wait for the journal or the disk');
  }
}
