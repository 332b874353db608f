// One POST to a receiver. Follows no redirect, uses no proxy, and connects only to an address that the rules allow: the
// address is looked up, checked and used in one step. Reads little of the answer, and not for long.
// Of node:https, because fetch takes neither a certificate authority nor a say in name resolution.

import { type LookupAddress, lookup } from 'node:dns';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { withoutAddress } from '../../ledger-sync/anchor/address-mask.js';
import { printable } from '../../ledger-sync/evidence/printable.js';
import { type AddressPolicy, addressRefusal } from './address-rules.js';

/** From the first lookup to the last byte that is read. */
const TIMEOUT_MS = 10_000;
/** Enough for an error page's first words. */
const MAX_ANSWER_BYTES = 4_096;

export interface WebhookTarget {
  readonly url: string;
  readonly allowPrivateAddresses: boolean;
  /** Certificate authorities in PEM, instead of the system's. */
  readonly ca?: string;
}

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What came back; status 0: nobody answered. */
export interface WebhookAnswer {
  readonly status: number;
  readonly retryAfter?: string;
  /** For a person: what the receiver said, or why nobody did. */
  readonly reason: string;
}

/** @returns always; that a receiver is not there is no error */
export type PostWebhook = (
  target: WebhookTarget,
  request: WebhookRequest,
  signal: AbortSignal,
) => Promise<WebhookAnswer>;

/** Looks a name up and hands on only addresses that may be used: one wrong address among them refuses all. */
function guardedLookup(policy: AddressPolicy): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const refusal = error ? undefined : refusalOf(addresses, policy);
      if (error || refusal !== undefined) callback(error ?? new Error(refusal), []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
    });
  };
}

function refusalOf(addresses: readonly LookupAddress[], policy: AddressPolicy): string | undefined {
  if (addresses.length === 0) return 'the name has no address';
  return addresses.map(({ address }) => addressRefusal(address, policy)).find((one) => one !== undefined);
}

/** The first bytes of the answer; what comes after them, or too late, is not waited for. */
async function firstBytes(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // The status was read; that is the answer.
  }
  return printable(Buffer.concat(chunks).toString('utf8').trim());
}

/** @param timeoutMs for the whole exchange */
export function webhookPost(timeoutMs: number = TIMEOUT_MS): PostWebhook {
  return async (target, { headers, body }, signal) => {
    const url = new URL(target.url);
    const isPlain = url.protocol !== 'https:';
    const policy = { allowPrivateAddresses: target.allowPrivateAddresses, isPlain };
    // An address in the url itself is never looked up.
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const refusal = isIP(host) === 0 ? undefined : addressRefusal(host, policy);
    if (refusal !== undefined) return { status: 0, reason: refusal };
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const ask = (isPlain ? requestPlain : requestTls)(url, {
          method: 'POST',
          headers: { ...headers, 'content-length': String(body.length) },
          lookup: guardedLookup(policy),
          agent: false,
          signal: AbortSignal.any([signal, timeout]),
          ...(target.ca === undefined ? {} : { ca: target.ca }),
        });
        ask.once('response', resolve);
        ask.on('error', reject);
        ask.end(body);
      });
      const { statusCode = 0, headers: answered } = response;
      const said = withoutAddress(await firstBytes(response), url);
      const retryAfter = answered['retry-after'];
      return {
        status: statusCode,
        reason: said === '' ? `HTTP ${statusCode}` : `HTTP ${statusCode}: ${said}`,
        ...(retryAfter === undefined ? {} : { retryAfter }),
      };
    } catch (error) {
      const isLate = timeout.aborted && !signal.aborted;
      return { status: 0, reason: isLate ? `no answer within ${timeoutMs} ms` : wordsOf(error) };
    }
  };
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  // Several addresses were tried: the error of each says more than that all failed.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return first === undefined ? printable(error.message || error.name) : wordsOf(first);
}
