// A writer port that answers only when the test says so, and remembers what it was sent.

import type { SealReceipt, SealRequest } from '../../gateway/sealing/draft-record.js';
import type { Trouble, WriterPort } from '../../gateway/sealing/log-pipeline.js';
import type { WriterMessage } from '../../gateway/sealing/writer-message.js';

export const diskFull: Trouble = {
  kind: 'failed',
  code: 'DISK_FULL',
  message: 'the disk is full',
  hint: 'free space on that disk',
};

export class FakeWriter implements WriterPort {
  readonly requests: SealRequest[] = [];
  size = 0;

  send(message: WriterMessage): void {
    if (message.kind === 'seal') this.requests.push(message.request);
  }

  get last(): SealRequest {
    const request = this.requests.at(-1);
    if (!request) throw new Error('nothing was sent');
    return request;
  }

  /** The receipt of the last request, as if its commit were durable. */
  receipt(): SealReceipt {
    const firstSequence = this.size;
    this.size += this.last.drafts.length;
    return { firstSequence, size: this.size, root: new Uint8Array(32), batchSeq: this.last.batch?.seq };
  }
}
