// The files of a gateway that enrols: keys before anything is asked, the configuration last. Each is made once and whole, so
// that a command that was killed goes on where it was, with the same keys, and the code is not burnt.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { recipientOf } from '../../../ledger-sync/sealed/key-wrap.js';
import { makeNewFile } from '../../journal/new-file.js';
import { replaceFile } from '../../journal/replace-file.js';
import { createRecipientKeyFile, readRecipientKeyFile } from '../../privacy/recipient-key-file.js';
import { createKeyFile, createPassphraseFile, readPassphrase } from '../../sealing/key-file.js';
import type { Invite } from '../invite.js';
import type { InviteExtras } from '../invite-file.js';
import type { OwnSections } from '../member-text.js';

/** Everybody on the machine may read it, as after `coldgate init`. */
const CONFIG_MODE = 0o644;

export interface MemberPlace {
  /** Folder of the configuration. */
  readonly dir: string;
  /** As the configuration names it. */
  readonly dataDir: string;
  /** Of a token; the passphrase file of `init` when absent. */
  readonly pinFile?: string | undefined;
}

/** Makes the device key in a token, and its file. */
export type MakeInToken = (keyFile: string) => Promise<unknown>;

export class MemberFiles {
  readonly #place: MemberPlace;

  constructor(place: MemberPlace) {
    this.#place = place;
  }

  get config(): string {
    return join(this.#place.dir, 'coldgate.yaml');
  }

  get deviceKey(): { readonly keyFile: string; readonly passphraseFile: string } {
    const passphraseFile = this.#place.pinFile ?? this.#key('passphrase');
    return { keyFile: this.#key('device-key.json'), passphraseFile };
  }

  get caFile(): string {
    return this.#key('fleet-ca.pem');
  }

  get passwordFile(): string {
    return this.#key('fleet.password');
  }

  get isConfigured(): boolean {
    return existsSync(this.config);
  }

  /**
   * Makes the keys that are not there yet.
   * @returns the sealing key: private, 32 bytes, and public, 64 hex digits
   * @throws KeyError
   */
  async makeKeys(
    makeInToken: MakeInToken | undefined,
  ): Promise<{ sealingKey: Uint8Array; publicKey: string }> {
    mkdirSync(this.#place.dir, { recursive: true });
    mkdirSync(join(this.#place.dir, 'keys'), { recursive: true, mode: 0o700 });
    const { keyFile, passphraseFile } = this.deviceKey;
    if (!makeInToken) await makePair(passphraseFile, keyFile);
    else if (!existsSync(keyFile)) await makeInToken(keyFile);
    await makePair(this.#key('payer-passphrase'), this.#key('payer-key.json'));
    const fleetKey = this.#key('fleet-key.json');
    if (!existsSync(fleetKey)) await createRecipientKeyFile(fleetKey);
    const sealingKey = readRecipientKeyFile(fleetKey);
    return { sealingKey, publicKey: toHex(recipientOf(sealingKey)) };
  }

  /** What the connection to the owner's broker needs, now and ever after. */
  keepLogin({ caPem, password }: InviteExtras): void {
    if (caPem !== undefined) replaceFile(this.caFile, caPem, CONFIG_MODE);
    if (password !== undefined) replaceFile(this.passwordFile, `${password}\n`);
  }

  /** The gateway's own sections of its configuration. */
  ownSections({ name, owner, url }: Invite, { caPem, username, password }: InviteExtras): OwnSections {
    const { dataDir, pinFile } = this.#place;
    return {
      gateway: {
        ...{ name, dataDir, keyFile: './keys/device-key.json' },
        passphraseFile: pinFile ?? './keys/passphrase',
      },
      fleet: {
        owner,
        broker: {
          url,
          ...(username === undefined ? {} : { username }),
          ...(password === undefined ? {} : { passwordFile: './keys/fleet.password' }),
          ...(caPem === undefined ? {} : { caFile: './keys/fleet-ca.pem' }),
        },
        keyFile: './keys/fleet-key.json',
      },
    };
  }

  /** The last step. @returns false if there is a configuration already */
  makeConfig(text: string): boolean {
    return makeNewFile(this.config, text, CONFIG_MODE);
  }

  #key(name: string): string {
    return join(this.#place.dir, 'keys', name);
  }
}

async function makePair(passphraseFile: string, keyFile: string): Promise<void> {
  if (existsSync(keyFile)) return;
  const passphrase = existsSync(passphraseFile)
    ? readPassphrase(passphraseFile)
    : createPassphraseFile(passphraseFile);
  await createKeyFile(keyFile, passphrase);
}
