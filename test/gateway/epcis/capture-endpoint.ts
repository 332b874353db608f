// An EPCIS repository made from the standard's own openapi.json: every request is checked against it (path, headers,
// body), every answer is one that it knows. Real HTTP on this machine, and faults by script. Shares no code with the
// client.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ValidateFunction } from 'ajv';
import { onTestFinished } from 'vitest';
import { breaksTcr53, looseAjv, readVector, schemaProblems } from './epcis-validator.js';

interface OpenApi {
  readonly paths: Record<string, Record<string, unknown>>;
  readonly components: unknown;
}

const openapi = readVector('openapi.json') as OpenApi;
const ajv = looseAjv();
ajv.addSchema({ $id: 'api', ...openapi });

const pointer = (...parts: string[]) =>
  `api#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

const compiled = new Map<string, ValidateFunction>();

function problemsBy(reference: string, value: unknown): string[] {
  const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
  compiled.set(reference, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

const bodySchema = pointer(
  'paths',
  '/capture',
  'post',
  'requestBody',
  'content',
  'application/json',
  'schema',
);
// The second half of CaptureJob refuses its own example: both of its alternatives hold where neither is required.
const jobSchema = pointer('components', 'schemas', 'CaptureJob', 'allOf', '0');
const headerSchema = (name: string) => pointer('components', 'schemas', name);

/** What happens to one request. `lost`: it is taken, and the answer never arrives. */
export type Fault =
  | { readonly status: number; readonly headers?: Record<string, string> }
  | 'cut-before'
  | 'lost'
  | 'endless-answer';

export interface JobScript {
  /** How many times the job is still running when it is asked about. */
  readonly polls: number;
  readonly success: boolean;
}

export class CaptureEndpoint {
  readonly stored = new Map<string, unknown>();
  /** Sizes of the documents that were taken. */
  readonly batches: number[] = [];
  /** What the requests did against the standard; must stay empty. */
  readonly breaches: string[] = [];
  readonly tokens: (string | undefined)[] = [];
  /** One a POST, in order; none: it is taken. */
  faults: (Fault | undefined)[] = [];
  pollFaults: (Fault | undefined)[] = [];
  job: JobScript = { polls: 1, success: true };
  maxEvents = Number.POSITIVE_INFINITY;
  location: (captureId: string) => string | undefined = (captureId) => `/v2/capture/${captureId}`;
  readonly #jobs = new Map<string, { polls: number; readonly success: boolean }>();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async start(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void this.#server.close());
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v2/capture`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isPost = request.method === 'POST';
    this.#checkHeaders(request, isPost);
    const fault = (isPost ? this.faults : this.pollFaults).shift();
    if (fault === 'cut-before') return void request.socket.destroy();
    if (fault === 'endless-answer') return this.#chatter(response);
    if (typeof fault === 'object') return this.#refuse(response, fault.status, isPost, fault.headers);
    if (isPost) this.#capture(Buffer.concat(chunks), response, fault === 'lost');
    else this.#report(request, response);
  }

  #checkHeaders(request: IncomingMessage, isPost: boolean): void {
    const { headers, url = '' } = request;
    const isKnown = isPost ? url === '/v2/capture' : /^\/v2\/capture\/[^/]+$/.test(url);
    if (!isKnown) this.breaches.push(`${request.method} ${url} is no capture endpoint`);
    for (const name of ['GS1-EPCIS-Version', 'GS1-CBV-Version', 'GS1-Capture-Error-Behaviour']) {
      const value = headers[name.toLowerCase()];
      if (value === undefined && isPost) this.breaches.push(`${name} is missing`);
      if (value !== undefined) this.breaches.push(...problemsBy(headerSchema(name), value));
    }
    if (isPost && headers['content-type'] !== 'application/json') this.breaches.push('wrong media type');
    this.tokens.push(headers.authorization);
  }

  #capture(bytes: Buffer, response: ServerResponse, isLost: boolean): void {
    const document = JSON.parse(bytes.toString('utf8')) as {
      epcisBody: { eventList: { eventID: string }[] };
    };
    this.breaches.push(...problemsBy(bodySchema, document), ...schemaProblems(document));
    const { eventList } = document.epcisBody;
    if (eventList.some(breaksTcr53)) this.breaches.push('TCR-53');
    if (eventList.length > this.maxEvents) {
      const limit = { 'GS1-EPCIS-Capture-Limit': String(this.maxEvents) };
      this.#refuse(response, 413, true, limit);
      return;
    }
    this.batches.push(eventList.length);
    if (this.job.success) for (const event of eventList) this.stored.set(event.eventID, event);
    const captureId = `job-${this.#jobs.size}`;
    this.#jobs.set(captureId, { ...this.job });
    if (isLost) {
      response.socket?.destroy();
      return;
    }
    const location = this.location(captureId);
    response.writeHead(202, location === undefined ? {} : { location }).end();
  }

  #report(request: IncomingMessage, response: ServerResponse): void {
    const captureID = request.url?.split('/').at(-1) ?? '';
    const job = this.#jobs.get(captureID);
    if (!job) {
      this.#refuse(response, 404, false);
      return;
    }
    job.polls -= 1;
    const running = job.polls > 0;
    const answer = {
      ...{ captureID, running, success: job.success || running, captureErrorBehaviour: 'rollback' },
      ...{ createdAt: '2026-03-02T07:20:00Z', errors: [] },
    };
    this.breaches.push(...problemsBy(jobSchema, answer));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  /** Only with a status that the standard gives for the method, and those that any proxy may add. */
  #refuse(
    response: ServerResponse,
    status: number,
    isPost: boolean,
    headers: Record<string, string> = {},
  ): void {
    const operation = openapi.paths[isPost ? '/capture' : '/capture/{captureID}']?.[isPost ? 'post' : 'get'];
    const { responses } = operation as { responses: Record<string, unknown> };
    const isOfProxy = [302, 408, 418, 429, 502, 503].includes(status);
    if (!isOfProxy && responses[String(status)] === undefined) this.breaches.push(`no answer ${status}`);
    const problem = { type: 'epcisException:ValidationException', title: 'no CLEAR', status };
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    // A hostile server: the bytes that clear a terminal, unescaped.
    response.end(JSON.stringify(problem).replace('CLEAR', '\u001b[2J'));
  }

  #chatter(response: ServerResponse): void {
    response.writeHead(202, { location: '/v2/capture/job-0' });
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  }
}
