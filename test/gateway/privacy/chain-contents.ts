// All that somebody can read of a local chain who runs a node of it: every transaction, every log, and code and storage of
// every account, whatever the contracts' own questions would answer.
import { gunzipSync } from 'node:zlib';
import { type Anvil, callAnvil } from '../../ledger-sync/anvil.js';

interface ChainTransaction {
  readonly hash: string;
  readonly input: string;
}

interface ChainAccount {
  readonly code: string;
  readonly storage?: Readonly<Record<string, string>>;
}

/** Each text is one piece, hex in lower case: nothing spans two of them. */
export interface ChainContents {
  readonly calls: readonly string[];
  readonly logs: readonly string[];
  /** Slots and what is in them. */
  readonly storage: readonly string[];
  readonly code: readonly string[];
}

const hexOf = (text: string) => text.slice(2).toLowerCase();

export async function chainContents(anvil: Anvil): Promise<ChainContents> {
  const last = Number(await callAnvil(anvil, 'eth_blockNumber'));
  const calls: string[] = [];
  for (let number = 1; number <= last; number++) {
    const tag = `0x${number.toString(16)}`;
    const block = await callAnvil(anvil, 'eth_getBlockByNumber', tag, true);
    const { transactions } = block as { readonly transactions: readonly ChainTransaction[] };
    calls.push(...transactions.map(({ input }) => hexOf(input)));
  }
  const events = await callAnvil(anvil, 'eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' });
  const logs = (events as readonly { readonly topics: readonly string[]; readonly data: string }[]).map(
    ({ topics, data }) => [...topics, data].map(hexOf).join(''),
  );
  const dump = Buffer.from(hexOf(String(await callAnvil(anvil, 'anvil_dumpState'))), 'hex');
  const { accounts } = JSON.parse(gunzipSync(dump).toString('utf8')) as {
    readonly accounts: Readonly<Record<string, ChainAccount>>;
  };
  const state = Object.values(accounts);
  return {
    calls,
    logs,
    storage: state.flatMap(({ storage }) =>
      Object.entries(storage ?? {})
        .flat()
        .map(hexOf),
    ),
    code: state.map(({ code }) => hexOf(code)),
  };
}
