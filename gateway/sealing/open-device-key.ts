// From the two files of a configuration to the device key: decrypted, or named in a token. Never the one in place of the
// other: a gateway whose token is gone waits for it.

import type { Signer } from '../../ledger-sync/evidence/signer.js';
import { type DeviceKey, signerOf } from './device-key.js';
import { openKeyFile, readPassphrase, readTokenKey } from './key-file.js';

export interface KeyFiles {
  readonly keyFile: string;
  /** Of a token: its PIN. */
  readonly passphraseFile: string;
}

/** @throws KeyError for a wrong mode, owner, passphrase or a damaged file; a token is not looked for */
export async function openDeviceKey({ keyFile, passphraseFile }: KeyFiles): Promise<DeviceKey> {
  const passphrase = readPassphrase(passphraseFile);
  const key = readTokenKey(keyFile);
  if (key) return { kind: 'token', key, pinFile: passphraseFile };
  return { kind: 'memory', privateKey: await openKeyFile(keyFile, passphrase) };
}

/** The device key's signer for a command. @throws KeyError */
export async function deviceSigner(files: KeyFiles): Promise<Signer> {
  const key = await openDeviceKey(files);
  const signer = await signerOf(key);
  if (key.kind === 'memory') key.privateKey.fill(0);
  return signer;
}
