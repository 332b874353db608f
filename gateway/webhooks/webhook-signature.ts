// The signature of a webhook, after the Standard Webhooks specification 1.0.0: three headers, of which one is
// v1,base64(HMAC-SHA256(key, id.timestamp.body)). It proves to the receiver who sent which bytes, and when; it proves
// nothing to anybody else. That is what the log's own signatures are for.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { readSecretFile } from '../sealing/secret-file.js';
import { WebhookError } from './webhook-error.js';

const PREFIX = 'whsec_';
/** The specification's bounds of a symmetric secret. */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
/** The present secret and, while receivers change over, the one before it. */
const MAX_KEYS = 2;
const MAX_FILE_BYTES = 1024;
/** How far the clocks of sender and receiver may be apart, seconds; bounds the replay of a captured request. */
const TOLERANCE_S = 300;
/** A header with more is an attempt to keep the receiver busy. */
const MAX_SIGNATURES = 8;

export type WebhookHeaders = {
  readonly 'webhook-id': string;
  /** Unix seconds. */
  readonly 'webhook-timestamp': string;
  /** Signatures with a space between them. */
  readonly 'webhook-signature': string;
};

/**
 * Reads `whsec_` and base64, one secret a line, the present one first; at most two, so that a secret can be exchanged
 * without a gap.
 * @throws WebhookError WEBHOOK_SECRET_INVALID; KeyError for a file that is absent or open to others
 */
export function readWebhookKeys(path: string): Uint8Array[] {
  const lines = readSecretFile(path, MAX_FILE_BYTES)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const keys = lines.map(keyOf);
  const sound = keys.filter((key) => key !== undefined);
  if (sound.length === lines.length && lines.length >= 1 && lines.length <= MAX_KEYS) return sound;
  // What is in the file stays out of every message.
  throw new WebhookError(
    'WEBHOOK_SECRET_INVALID',
    `${path} holds no webhook secret`,
    `one or two lines of ${PREFIX} and ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes in base64: echo "${PREFIX}$(openssl rand -base64 32)"`,
  );
}

function keyOf(line: string): Uint8Array | undefined {
  if (!line.startsWith(PREFIX)) return undefined;
  const text = line.slice(PREFIX.length);
  const key = Buffer.from(text, 'base64');
  // Node skips what is no base64: a secret with a slip in it would silently be another one.
  const isExact = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  return isExact && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : undefined;
}

/** Headers for one attempt. @param id without a full stop, so that nothing can move across the signed parts */
export function signWebhook(
  keys: readonly Uint8Array[],
  id: string,
  timestampS: number,
  body: Uint8Array,
): WebhookHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': keys
      .map((key) => `v1,${digestOf(key, id, String(timestampS), body).toString('base64')}`)
      .join(' '),
  };
}

/**
 * For receivers: whether these headers and this body, as it came and before it is parsed, were made with one of the
 * keys within five minutes of `nowS`. Takes as long for a wrong signature as for a right one. Remember the ids to
 * refuse a repetition.
 */
export function verifyWebhook(
  keys: readonly Uint8Array[],
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Uint8Array,
  nowS: number,
): boolean {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signatures = headers['webhook-signature'];
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (id === '' || id.includes('.') || !/^[0-9]{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowS - Number(timestamp)) > TOLERANCE_S) return false;
  const given = signatures
    .split(' ')
    .slice(0, MAX_SIGNATURES)
    .flatMap((one) => (one.startsWith('v1,') ? [Buffer.from(one.slice(3), 'base64')] : []));
  let isGenuine = false;
  for (const key of keys) {
    const expected = digestOf(key, id, timestamp, body);
    for (const one of given) {
      if (one.length === expected.length && timingSafeEqual(one, expected)) isGenuine = true;
    }
  }
  return isGenuine;
}

function digestOf(key: Uint8Array, id: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
