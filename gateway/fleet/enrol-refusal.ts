// What the owner of a fleet answers where a gateway is not taken. Signed, so that nobody else on the broker can send a
// technician home; it names the request, so that it cannot be said again to another one.

import * as z from 'zod';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { hex } from '../../ledger-sync/evidence/hex-field.js';
import { detailHash } from '../../ledger-sync/evidence/jcs.js';
import { isSignedBy } from '../../ledger-sync/evidence/signature.js';
import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { jsonOf } from '../publish/json-payload.js';

const PURPOSE = 'coldgate enrolment refused 1';
const MAX_BYTES = 4096;

/** For a terminal, and for canonical JSON, which knows no half characters. */
const line = z.string().regex(/^[\x20-\x7e]{0,300}$/);

export const refusalMessage = z.strictObject({
  version: z.literal(1),
  /** Digest of the request. */
  request: hex(32),
  code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
  reason: line,
  hint: line,
  signature: hex(64),
});

export type EnrolRefusal = Pick<z.infer<typeof refusalMessage>, 'code' | 'reason' | 'hint'>;

const digestOf = (request: string, { code, reason, hint }: EnrolRefusal) =>
  detailHash({ purpose: PURPOSE, request, code, reason, hint });

/** The payload. @param request digest of what is refused, 32 bytes */
export function signRefusal(signer: Signer, request: Uint8Array, refusal: EnrolRefusal): string {
  const id = toHex(request);
  const signature = toHex(signer.sign(digestOf(id, refusal)));
  return JSON.stringify({ version: 1, request: id, ...refusal, signature });
}

/** The owner's refusal of that request; undefined for anything else. @param owner 20 bytes. @param request 32 bytes */
export function readRefusal(
  payload: Uint8Array,
  owner: Uint8Array,
  request: Uint8Array,
): EnrolRefusal | undefined {
  if (payload.length > MAX_BYTES) return undefined;
  const { data } = refusalMessage.safeParse(jsonOf(payload));
  if (!data || data.request !== toHex(request)) return undefined;
  const { code, reason, hint, signature } = data;
  if (!isSignedBy(owner, digestOf(data.request, data), fromHex(signature))) return undefined;
  return { code, reason, hint };
}
