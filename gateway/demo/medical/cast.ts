// Who acts in the medical demo: each has a key of their own, in a file of their own, and no key of another. Made by the command
// that a person would use.

import { join } from 'node:path';
import { quantity } from '../../../ledger-sync/anchor/chain-reader.js';
import type { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import type { Story } from './story.js';

const names = ['maker', 'carrier', 'pharmacy', 'other-pharmacy', 'inspector'] as const;
export type Actor = (typeof names)[number];

/** Play money: worth nothing anywhere else. */
const BALANCE_WEI = `0x${(10n ** 19n).toString(16)}`;

export class Cast {
  readonly #folder: string;
  readonly #rpc: JsonRpc;
  readonly #addresses: ReadonlyMap<Actor, string>;

  private constructor(folder: string, rpc: JsonRpc, addresses: ReadonlyMap<Actor, string>) {
    this.#folder = folder;
    this.#rpc = rpc;
    this.#addresses = addresses;
  }

  static async hire(story: Story, folder: string, rpc: JsonRpc): Promise<Cast> {
    const addresses = new Map<Actor, string>();
    for (const name of names) {
      const files = [join(folder, `${name}-key.json`), '--passphrase', join(folder, `${name}-passphrase`)];
      const { address } = await story.json<{ address: string }>('ledger', 'key', ...files);
      addresses.set(name, address.toLowerCase());
      await rpc.call('anvil_setBalance', [address, BALANCE_WEI]);
    }
    return new Cast(folder, rpc, addresses);
  }

  /** 0x address. */
  of(actor: Actor): string {
    return this.#addresses.get(actor) ?? '';
  }

  /** Options with which a command acts as somebody. */
  as(actor: Actor): readonly string[] {
    const file = (name: string) => join(this.#folder, `${actor}-${name}`);
    return ['--key', file('key.json'), '--passphrase', file('passphrase')];
  }

  /** What somebody has on the ledger, in wei. */
  async balance(actor: Actor): Promise<bigint> {
    return quantity(await this.#rpc.call('eth_getBalance', [this.of(actor), 'latest']), 'eth_getBalance');
  }
}
