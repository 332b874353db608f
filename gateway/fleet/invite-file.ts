// A code as a file, for whoever can carry one to the gateway: with the CA's certificate itself, and with a login where the
// broker wants one. It holds secrets, so it has mode 0600 and is deleted when the gateway is taken.

import { X509Certificate } from 'node:crypto';
import * as z from 'zod';
import { jsonOf } from '../publish/json-payload.js';
import { FleetError } from './fleet-error.js';
import { type Invite, isPinned, parseInviteCode } from './invite.js';

const MAX_BYTES = 65_536;

const fileSchema = z.strictObject({
  format: z.literal('coldgate-invite'),
  version: z.literal(1),
  code: z.string().max(1024),
  caPem: z.string().max(32_768).exactOptional(),
  username: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .exactOptional(),
  password: z.string().min(1).max(1024).exactOptional(),
});

/** What goes with a code in its file. */
export interface InviteExtras {
  /** PEM of one certificate. */
  readonly caPem?: string;
  readonly username?: string;
  readonly password?: string;
}

export interface ReadInvite extends InviteExtras {
  readonly invite: Invite;
}

export const inviteFileText = (code: string, extras: InviteExtras): string =>
  `${JSON.stringify({ format: 'coldgate-invite', version: 1, code, ...extras }, undefined, 2)}\n`;

/**
 * What a person gave: the text of a code, or of its file.
 * @throws FleetError CODE_MALFORMED
 */
export function readInvite(text: string): ReadInvite {
  if (!text.trimStart().startsWith('{')) return { invite: codeIn(text) };
  const parsed = fileSchema.safeParse(text.length > MAX_BYTES ? undefined : jsonOf(Buffer.from(text)));
  if (!parsed.success) throw malformed('the file is not one that coldgate fleet invite wrote');
  const { format: _format, version: _version, code, ...extras } = parsed.data;
  const invite = codeIn(code);
  if (extras.caPem !== undefined && !isFitting(extras.caPem, invite)) {
    throw malformed('the certificate in the file is not the one that its code names');
  }
  return { invite, ...extras };
}

function isFitting(pem: string, { caPin }: Invite): boolean {
  try {
    return caPin !== undefined && isPinned(caPin, new X509Certificate(pem).raw);
  } catch {
    return false;
  }
}

function codeIn(text: string): Invite {
  const invite = parseInviteCode(text);
  if (invite) return invite;
  throw malformed('the code is not right: a letter is wrong or missing');
}

function malformed(message: string): FleetError {
  return new FleetError(
    'CODE_MALFORMED',
    message,
    'type it again as it stands; blanks, hyphens and case do not matter',
  );
}
