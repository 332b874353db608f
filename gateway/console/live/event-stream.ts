// One open stream of server-sent events. Who does not keep up is cut off, and comes back by itself with the last id it had.

import type { ServerResponse } from 'node:http';

/** In the socket's buffer, unsent. */
const MAX_UNSENT_BYTES = 1_048_576;
const RETRY_MS = 3_000;

export class EventStream {
  readonly #response: ServerResponse;
  #isEnded = false;
  readonly ended: Promise<void>;

  /** @param headers that every answer has */
  constructor(response: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#response = response;
    this.ended = new Promise((resolve) => response.once('close', resolve));
    void this.ended.then(() => {
      this.#isEnded = true;
    });
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  /** JSON has no line ends of its own, so one line of data is enough. */
  send(id: string | undefined, event: string, data: unknown): void {
    this.#write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  beat(): void {
    this.#write(': still here\n\n');
  }

  end(): void {
    if (!this.#isEnded) this.#response.end();
  }

  #write(text: string): void {
    if (this.#isEnded) return;
    this.#response.write(text);
    if (this.#response.writableLength <= MAX_UNSENT_BYTES) return;
    this.#isEnded = true;
    this.#response.destroy();
  }
}
