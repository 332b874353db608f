// One try to have a document captured: the request, and its job until that is finished. What the answer means; waiting
// and trying again is for the client.

import { type CaptureCondition, invalidAnswer, refusalOf, toldBy } from './capture-condition.js';
import { type CaptureAnswer, type Exchange, isSafeTarget } from './capture-exchange.js';
import { askedDelayMs, retryDelayMs } from './capture-rhythm.js';

/** `unknown`: whether it was taken is not known, and sending it again does no harm, for events have names. */
export type Attempt =
  | { readonly kind: 'captured' }
  | { readonly kind: 'unknown'; readonly askedMs: number; readonly why: string }
  | { readonly kind: 'too-large'; readonly maxEvents: number | undefined; readonly why: string }
  | { readonly kind: 'refused'; readonly condition: CaptureCondition };

export interface AttemptParts {
  readonly url: URL;
  readonly exchange: Exchange;
  readonly token: string | undefined;
  readonly now: () => number;
  readonly random: () => number;
  /** Rejects when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

const versions = { 'gs1-epcis-version': '2.0.0', 'gs1-cbv-version': '2.0.0' };
/** Asked about half an hour at least; then the document is sent again. */
const MAX_POLLS = 120;
const MAX_POLL_FAILURES = 5;

const againStatuses: ReadonlySet<number> = new Set([408, 425, 429]);
const isAgain = ({ status }: CaptureAnswer) => status >= 500 || againStatuses.has(status);

function unknownAfter(answer: CaptureAnswer, nowMs: number): Attempt {
  const askedMs = askedDelayMs(answer.headers['retry-after'], nowMs);
  return { kind: 'unknown', askedMs, why: `the repository answered ${answer.status}: ${toldBy(answer)}` };
}

const failedExchange = (error: unknown): Attempt => ({
  ...{ kind: 'unknown', askedMs: 0 },
  why: error instanceof Error ? error.message : String(error),
});

/** Sends the document. @throws when the signal fires */
export async function attemptCapture(body: string, parts: AttemptParts): Promise<Attempt> {
  const { url, exchange, token, signal, now } = parts;
  let answer: CaptureAnswer;
  try {
    answer = await exchange({
      ...{ method: 'POST', url, body, signal },
      headers: {
        ...versions,
        'gs1-capture-error-behaviour': 'rollback',
        'content-type': 'application/json',
        ...authorised(token),
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    return failedExchange(error);
  }
  if (answer.status === 202) return followJob(answer, parts);
  if (answer.status === 413) {
    const limit = Number(answer.headers['gs1-epcis-capture-limit']);
    const maxEvents = Number.isSafeInteger(limit) && limit > 0 ? limit : undefined;
    return { kind: 'too-large', maxEvents, why: toldBy(answer) };
  }
  return isAgain(answer) ? unknownAfter(answer, now()) : { kind: 'refused', condition: refusalOf(answer) };
}

const authorised = (token: string | undefined) =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/** The job of a 202, on the same server: the token must not follow a name that the answer chose. */
async function followJob(accepted: CaptureAnswer, parts: AttemptParts): Promise<Attempt> {
  const { location } = accepted.headers;
  const job =
    location !== undefined && URL.canParse(location, parts.url.href)
      ? new URL(location, parts.url)
      : undefined;
  if (!job || job.origin !== parts.url.origin || !isSafeTarget(job)) {
    const message = 'the EPCIS repository answered 202 without the address of a job on the same server';
    return { kind: 'refused', condition: invalidAnswer(message) };
  }
  const { exchange, token, signal, sleep, now, random } = parts;
  let failures = 0;
  for (let poll = 1; poll <= MAX_POLLS; poll++) {
    try {
      const headers = { ...versions, accept: 'application/json', ...authorised(token) };
      const answer = await exchange({ method: 'GET', url: job, headers, signal });
      const ended = jobEnd(answer);
      if (ended) return ended;
      failures = isAgain(answer) ? failures + 1 : 0;
      if (failures >= MAX_POLL_FAILURES) return unknownAfter(answer, now());
      await sleep(pollDelayMs(poll, askedDelayMs(answer.headers['retry-after'], now()), random()), signal);
    } catch (error) {
      signal.throwIfAborted();
      failures += 1;
      if (failures >= MAX_POLL_FAILURES) return failedExchange(error);
      await sleep(retryDelayMs(failures, 0, random()), signal);
    }
  }
  return { kind: 'unknown', askedMs: 0, why: 'the capture job does not come to an end' };
}

const MIN_POLL_MS = 200;
const MAX_POLL_MS = 30_000;

const pollDelayMs = (poll: number, askedMs: number, random: number) =>
  Math.min(MAX_POLL_MS, MIN_POLL_MS * 2 ** Math.min(poll - 1, 10)) * (0.5 + random / 2) + askedMs;

/** What became of the job; undefined: it goes on, or nobody can say now. */
function jobEnd(answer: CaptureAnswer): Attempt | undefined {
  if (isAgain(answer)) return undefined;
  // A server that has forgotten the job may have forgotten the events.
  if (answer.status === 404) return { kind: 'unknown', askedMs: 0, why: 'the capture job is gone' };
  if (answer.status !== 200) return { kind: 'refused', condition: refusalOf(answer) };
  const job = jobOf(answer.text);
  if (!job) {
    const message = `the EPCIS repository says of a capture job: ${toldBy(answer)}`;
    return { kind: 'refused', condition: invalidAnswer(message) };
  }
  if (job.running) return undefined;
  if (job.success) return { kind: 'captured' };
  return {
    kind: 'refused',
    condition: {
      code: 'CAPTURE_FAILED',
      message: `the EPCIS repository could not capture events: ${toldBy(answer)}`,
      hint: 'show this to whoever runs the repository; the events are kept and sent again',
    },
  };
}

function jobOf(text: string): { readonly running: boolean; readonly success: boolean } | undefined {
  try {
    const { running, success } = JSON.parse(text) as Record<string, unknown>;
    return typeof running === 'boolean' && typeof success === 'boolean' ? { running, success } : undefined;
  } catch {
    return undefined;
  }
}
