// What a gateway tells the owner of its fleet about the newest configuration. It is retained on a broker that others may
// write and read, so it is sealed and authenticated by a key that only the two have: it came with the configuration itself.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { jsonOf } from '../publish/json-payload.js';

const MAX_BYTES = 8192;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** A short reason and a long one shall look alike. */
const PAD_BYTES = 512;
const MAX_REASON_CHARACTERS = 1000;

export const reportMessage = z.strictObject({
  version: z.literal(1),
  /** base64url: nonce, ciphertext, tag. */
  box: z.string().regex(/^[A-Za-z0-9_-]+$/),
});

/** `waiting`: decided later, since something stands in the way; `on-trial`: it runs, and must show that it does. */
export const reportStates = ['waiting', 'on-trial', 'applied', 'refused'] as const;

const reportSchema = z.strictObject({
  number: z.int().nonnegative(),
  state: z.enum(reportStates),
  /** Of what waits or was refused. */
  code: z.string().max(100).exactOptional(),
  reason: z.string().max(MAX_REASON_CHARACTERS).exactOptional(),
  /** By the gateway's clock, Unix ms. */
  atMs: z.int(),
});

export type ConfigurationReport = z.infer<typeof reportSchema>;

const aadOf = (topic: string) => Buffer.from(`coldgate configuration report 1 ${topic}`, 'utf8');

/** The payload. @param reportKey 64 hex digits */
export function sealReport(report: ConfigurationReport, reportKey: string, topic: string): string {
  const reason = report.reason?.slice(0, MAX_REASON_CHARACTERS);
  const told = { ...report, ...(reason === undefined ? {} : { reason }) };
  const text = Buffer.from(JSON.stringify(told), 'utf8');
  const padded = Buffer.alloc(Math.ceil(text.length / PAD_BYTES) * PAD_BYTES, ' ');
  text.copy(padded);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', fromHex(reportKey), nonce);
  cipher.setAAD(aadOf(topic));
  const box = Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  return JSON.stringify({ version: 1, box: box.toString('base64url') });
}

/** What the gateway says; undefined for anything that was not made with that key for that topic. Never throws. */
export function openReport(
  payload: Uint8Array,
  reportKey: string,
  topic: string,
): ConfigurationReport | undefined {
  if (payload.length > MAX_BYTES) return undefined;
  const { data } = reportMessage.safeParse(jsonOf(payload));
  const box = Buffer.from(data?.box ?? '', 'base64url');
  if (box.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', fromHex(reportKey), box.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(aadOf(topic));
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  try {
    const text = Buffer.concat([decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return reportSchema.safeParse(jsonOf(text)).data;
  } catch {
    return undefined;
  }
}
