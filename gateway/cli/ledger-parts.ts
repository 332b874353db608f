// What the ledger commands share: the account that acts, addresses from the command line, and the files that pass
// between a gateway and its registrar.

import { readFileSync, writeFileSync } from 'node:fs';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { payingWallet } from '../../ledger-sync/anchor/paying-wallet.js';
import { fromHex } from '../../ledger-sync/evidence/bytes.js';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { UsageError } from './cli-io.js';
import { FileError } from './file-error.js';

/** Which node is asked, and which account acts. */
export interface ActorOptions {
  readonly rpc: string;
  readonly key: string;
  readonly passphrase: string;
}

const MAX_FILE_BYTES = 65_536;

/** @throws KeyError; LedgerError RPC_URL_INVALID */
export async function actorOf({ rpc, key, passphrase }: ActorOptions) {
  const privateKey = await openKeyFile(key, readPassphrase(passphrase));
  return { rpc: new JsonRpc(rpc), wallet: payingWallet(privateKey) };
}

/**
 * 20 bytes of an address from the command line; upper and lower case are not told apart.
 * @throws UsageError
 */
export function addressOption(name: string, text: string): Uint8Array {
  if (/^0x[0-9a-fA-F]{40}$/.test(text) && !/^0x0{40}$/.test(text)) return fromHex(text.toLowerCase());
  throw new UsageError('WRONG_USE', `${name} ${text} is no address`, 'write 0x and 40 hexadecimal digits');
}

/** @throws FileError FILE_UNREADABLE */
export function readSmallFile(path: string, maxBytes = MAX_FILE_BYTES): string {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= maxBytes) return text;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new FileError('FILE_UNREADABLE', `${path} cannot be read: ${said}`, 'check the path', error);
  }
  throw new FileError('FILE_UNREADABLE', `${path} is too long`, 'give a file that coldgate made for this');
}

/**
 * Never overwrites.
 * @param mode rights of the file; 0600 for what holds a secret
 * @throws UsageError WOULD_OVERWRITE; FileError FILE_UNWRITABLE
 */
export function writeNewFile(path: string, content: object, mode = 0o644): void {
  try {
    writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`, { flag: 'wx', mode });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new UsageError('WOULD_OVERWRITE', `${path} exists; nothing was written`, 'choose another name');
    }
    const said = error instanceof Error ? error.message : String(error);
    throw new FileError(
      'FILE_UNWRITABLE',
      `${path} cannot be written: ${said}`,
      'choose another place',
      error,
    );
  }
}
