// Gas that anchoring costs, read from receipts of a local chain: the steady state, in which every gateway has
// anchored before. Gas does not depend on the machine.
import { encodeAnchor } from '../../ledger-sync/anchor/contract-client.js';
import { sendAndWait } from '../../ledger-sync/anchor/send-and-wait.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { startAnvil } from '../ledger-sync/anvil.js';
import { deployTestLedger, TestGateway, type TestLedger } from '../ledger-sync/test-ledger.js';

export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
}

const gatewayCount = 200;
const backlogLength = 100;

export async function anchorFigures(): Promise<Figure[]> {
  const anvil = await startAnvil();
  try {
    return await measure(await deployTestLedger(anvil.url));
  } finally {
    await anvil.stop();
  }
}

async function measure(ledger: TestLedger): Promise<Figure[]> {
  const { domain } = ledger;
  const gateways = Array.from({ length: gatewayCount }, (_, index) => new TestGateway(`gateway ${index}`));
  for (const gateway of gateways) await ledger.register(gateway);
  const wiresOfAll = () => gateways.map((gateway) => gateway.cut(domain).wire);
  const [first] = gateways;
  if (first === undefined) throw new Error('no gateways');

  await gasOf(ledger, wiresOfAll());
  const atOnce = await gasOf(ledger, wiresOfAll());
  const record = first.cut(domain).wire;
  const single = await gasOf(ledger, [record]);
  const repeated = await gasOf(ledger, [record]);
  const backlog = Array.from({ length: backlogLength }, () => first.cut(domain).wire);
  const backlogGas = await gasOf(ledger, backlog);
  return [
    { figure: 'anchor.gasSingle', value: single, unit: 'gas' },
    { figure: 'anchor.gasPerGatewayAt200', value: atOnce / gatewayCount, unit: 'gas' },
    { figure: 'anchor.gasPerHeaderOfBacklog100', value: backlogGas / backlogLength, unit: 'gas' },
    { figure: 'anchor.gasRepeated', value: repeated, unit: 'gas' },
  ];
}

async function gasOf(ledger: TestLedger, wires: readonly Uint8Array[]): Promise<number> {
  const contract = `0x${toHex(ledger.domain.verifyingContract)}`;
  const receipt = await sendAndWait(ledger.rpc, ledger.wallet, contract, encodeAnchor(wires));
  return Number(receipt.gasUsed);
}
