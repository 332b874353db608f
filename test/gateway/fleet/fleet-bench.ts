// An owner's desk and fresh machines for tests, without a broker between them.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnrolRequest, makeEnrolRequest } from '../../../gateway/fleet/enrol-request.js';
import { type Invite, parseInviteCode } from '../../../gateway/fleet/invite.js';
import { EnrolmentDesk } from '../../../gateway/fleet/owner/enrolment-desk.js';
import { FleetFolder } from '../../../gateway/fleet/owner/fleet-folder.js';
import { type InviteTerms, makeInvite } from '../../../gateway/fleet/owner/make-invite.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { type Signer, SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { recipientOf } from '../../../ledger-sync/sealed/key-wrap.js';
import { tempFolder } from '../temp-folder.js';

export const NOW_MS = 1_700_000_000_000;
export const ownerSigner = new SoftwareSigner(new Uint8Array(32).fill(11));
export const strangerSigner = new SoftwareSigner(new Uint8Array(32).fill(12));
export const addressOf = (signer: Signer) => `0x${toHex(signer.address)}`;

/** The keys of a fresh machine; another seed is another machine. */
export class Machine {
  readonly signer: SoftwareSigner;
  readonly sealingKey: Uint8Array;
  readonly publicKey: string;

  constructor(seed: number) {
    this.signer = new SoftwareSigner(new Uint8Array(32).fill(seed));
    this.sealingKey = new Uint8Array(32).fill(seed);
    this.publicKey = toHex(recipientOf(this.sealingKey));
  }

  get address(): string {
    return addressOf(this.signer);
  }

  asks(invite: Invite): EnrolRequest {
    return makeEnrolRequest(invite, this.signer, this.publicKey);
  }
}

export class Desk {
  readonly path = tempFolder();
  readonly folder: FleetFolder;
  nowMs = NOW_MS;

  constructor() {
    this.folder = FleetFolder.create(this.path, addressOf(ownerSigner), { url: 'mqtt://127.0.0.1:1' });
  }

  /** As another program at the same desk, or the next start. */
  open(): EnrolmentDesk {
    return new EnrolmentDesk({
      folder: new FleetFolder(this.path),
      signer: ownerSigner,
      nowMs: () => this.nowMs,
    });
  }

  invite(name: string, terms: Partial<InviteTerms> = {}): Invite {
    const code = makeInvite(this.folder, {
      ...{ name, url: 'mqtt://127.0.0.1:1', expiresAtMs: NOW_MS + 3_600_000, caPem: undefined },
      ...{ ledger: undefined, text: 'commit: { windowMs: 10 }\n', replaces: false },
      ...terms,
    });
    const invite = parseInviteCode(code);
    if (!invite) throw new Error(`no code: ${code}`);
    return invite;
  }

  decide(name: string, request: object | string) {
    const payload = typeof request === 'string' ? request : JSON.stringify(request);
    return this.open().decide(name, Buffer.from(payload));
  }

  /** Breaks a file, as a bad card does. */
  spoil(name: string, file: string): void {
    writeFileSync(join(this.path, 'gateways', name, file), '{');
  }
}
