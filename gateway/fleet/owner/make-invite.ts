// Makes a one-time code for one gateway, and what the desk keeps of it: not its secret.

import { randomBytes, X509Certificate } from 'node:crypto';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { FleetError } from '../fleet-error.js';
import {
  CA_PIN_BYTES,
  type Invite,
  type InviteLedger,
  inviteCode,
  inviteIdOf,
  proofKeyOf,
} from '../invite.js';
import type { InviteExtras } from '../invite-file.js';
import type { FleetFolder } from './fleet-folder.js';

const SECRET_BYTES = 16;
const MS_PER_SECOND = 1000;

export interface InviteTerms {
  readonly name: string;
  /** As the gateway reaches the broker. */
  readonly url: string;
  /** Unix ms. */
  readonly expiresAtMs: number;
  readonly caPem: string | undefined;
  readonly ledger: InviteLedger | undefined;
  /** The first configuration. */
  readonly text: string;
  /** Another machine takes the place of one that was taken by this name. */
  readonly replaces: boolean;
}

/**
 * The code; the one before it for that name is worth nothing any more.
 * @throws FleetError ENROLLED_ALREADY, FLEET_UNREADABLE; what the file system throws
 */
export function makeInvite(folder: FleetFolder, terms: InviteTerms): string {
  const { name, url, caPem, ledger, text, replaces } = terms;
  const gateway = folder.gateway(name);
  const before = gateway.enrolled();
  if (before && !replaces) {
    const hint = 'if another machine shall take its place, add --replace';
    throw new FleetError('ENROLLED_ALREADY', `${name} is in the fleet: ${before.gateway}`, hint);
  }
  if (before) gateway.retire();
  // A code counts in seconds.
  const expiresAtMs = Math.floor(terms.expiresAtMs / MS_PER_SECOND) * MS_PER_SECOND;
  const invite: Invite = {
    ...{ name, url, expiresAtMs, owner: folder.owner, secret: randomBytes(SECRET_BYTES) },
    ...(caPem === undefined ? {} : { caPin: pinOf(caPem) }),
    ...(ledger ? { ledger } : {}),
  };
  gateway.keepInvite({
    ...{ id: inviteIdOf(invite.secret), proofKey: toHex(proofKeyOf(invite.secret)), expiresAtMs, text },
    ...(ledger ? { ledger } : {}),
  });
  return inviteCode(invite);
}

const pinOf = (pem: string) => sha256(new X509Certificate(pem).raw).slice(0, CA_PIN_BYTES);

/** A first configuration that only publishes, to the broker of the fleet. @param login what goes with the code */
export function firstText(name: string, url: string, { caPem, username, password }: InviteExtras): string {
  return [
    `# First configuration of ${name}: it reads nothing yet. Send another one: coldgate fleet push ${name} FILE`,
    'publish:',
    '  brokers:',
    '    - name: fleet',
    `      url: ${url}`,
    ...(username === undefined ? [] : [`      username: ${JSON.stringify(username)}`]),
    ...(password === undefined ? [] : ['      passwordFile: ./keys/fleet.password']),
    ...(caPem === undefined ? [] : ['      caFile: ./keys/fleet-ca.pem']),
    '',
  ].join('\n');
}
