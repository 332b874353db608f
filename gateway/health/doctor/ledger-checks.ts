// The ledger: each node by itself, the chain, the contract, this gateway's registration, and what the payer has left.

import type { Config, LedgerConfig } from '../../../config/schema.js';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { readLedgerReport } from '../../../ledger-sync/anchor/ledger-report.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { readKeyFileAddress } from '../../sealing/key-file.js';
import { type DoctorCheck, type DoctorWord, fine, found } from './doctor-check.js';

const WEI_PER_GWEI = 1_000_000_000n;
/** Below so many headers at their highest price somebody should send money. */
const FEW_HEADERS = 10n;

export function ledgerChecks(config: Config): DoctorCheck[] {
  const { ledger, gateway } = config;
  if (!ledger || ledger.relay) return [];
  const address = () => fromHex(readKeyFileAddress(gateway.keyFile).address);
  return [
    ...ledger.rpcUrls.map(
      (url): DoctorCheck => ({
        id: 'ledger',
        needsNetwork: true,
        mend: 'check ledger.rpcUrl, the network, and that the node is up; headers wait in the journal',
        look: () => ledgerWord(url, ledger, address()),
      }),
    ),
    {
      id: 'payer',
      needsNetwork: true,
      mend: 'send money to that address; headers wait in the journal until then',
      look: () => payerWord(ledger),
    },
  ];
}

/** Hosts only: paths and queries carry API keys. */
async function ledgerWord(url: string, ledger: LedgerConfig, gateway: Uint8Array): Promise<DoctorWord> {
  const { host } = new URL(url);
  const { chainId, contract } = ledger;
  const report = await readLedgerReport(new JsonRpc(url), fromHex(contract), [gateway]);
  if (report.chainId !== chainId)
    return found(
      `${host} serves chain ${report.chainId}, configured is ${chainId}`,
      'correct rpcUrl or chainId',
    );
  const [entry] = report.gateways;
  const place = `${host}: chain ${chainId}, ${report.name} at ${report.contract}`;
  if (entry?.status === 'active') return fine(`${place}, this gateway is registered`);
  const mend =
    'coldgate ledger proof --registrar ADDRESS -o FILE, and send the file to the registrar (coldgate ledger register)';
  return found(`${place}: this gateway is ${entry?.status ?? 'unregistered'}`, mend);
}

async function payerWord(ledger: LedgerConfig): Promise<DoctorWord> {
  const { address } = readKeyFileAddress(ledger.payerKeyFile);
  const [url = ''] = ledger.rpcUrls;
  const answer = await new JsonRpc(url).call('eth_getBalance', [address, 'latest']);
  const gwei = BigInt(String(answer)) / WEI_PER_GWEI;
  const headers = gwei / BigInt(Math.max(1, ledger.maxHeaderCostGwei));
  const text = `${address} has ${gwei} gwei, enough for ${headers} headers at their highest price`;
  return headers >= FEW_HEADERS ? fine(text) : found(text);
}
