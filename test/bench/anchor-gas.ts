// Gas that anchoring costs, read from receipts of a local chain: the steady state, in which every gateway has
// anchored before. Gas does not depend on the machine.
import { hexlify } from 'ethers/utils';
import { encodeAnchor } from '../../ledger-sync/anchor/contract-client.js';
import { registrationDigest } from '../../ledger-sync/anchor/registration-proof.js';
import { sendAndWait } from '../../ledger-sync/anchor/send-and-wait.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { sha256 } from '../../ledger-sync/evidence/sha256.js';
import { startAnvil } from '../ledger-sync/anvil.js';
import { type AskProbe, deployProbe } from '../ledger-sync/contracts/contract-probe.js';
import { ContractRig } from '../ledger-sync/contracts/contract-rig.js';
import { P256Gateway } from '../ledger-sync/contracts/p256-gateway.js';
import { deployTestLedger, TestGateway, type TestLedger } from '../ledger-sync/test-ledger.js';

export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
}

const gatewayCount = 200;
const backlogLength = 100;
const inclusionDepth = 20;

export async function anchorFigures(): Promise<Figure[]> {
  const anvil = await startAnvil();
  try {
    return [
      ...(await measureAnchor(await deployTestLedger(anvil.url))),
      await measureP256(await ContractRig.deploy(anvil, 'anchor-p256')),
      await measureAggregate(await ContractRig.deploy(anvil, 'aggregate')),
      await measureInclusion(await deployProbe(anvil)),
    ];
  } finally {
    await anvil.stop();
  }
}

async function measureAnchor(ledger: TestLedger): Promise<Figure[]> {
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
  // One header over all that a gateway gathered in days without a link.
  const covering = await gasOf(ledger, [first.cut(domain, 'a long backlog', 25_200_000).wire]);
  const backlog = Array.from({ length: backlogLength }, () => first.cut(domain).wire);
  const backlogGas = await gasOf(ledger, backlog);
  return [
    { figure: 'anchor.gasSingle', value: single, unit: 'gas' },
    { figure: 'anchor.gasPerGatewayAt200', value: atOnce / gatewayCount, unit: 'gas' },
    { figure: 'anchor.gasPerHeaderOwnBacklog100', value: backlogGas / backlogLength, unit: 'gas' },
    { figure: 'anchor.gasCoveringHeader', value: covering, unit: 'gas' },
    { figure: 'anchor.gasRepeated', value: repeated, unit: 'gas' },
  ];
}

/** Every gateway of 200 anchors its second header in one transaction. */
async function measureP256(rig: ContractRig): Promise<Figure> {
  const gateways = Array.from({ length: gatewayCount }, (_, index) => new P256Gateway(`secure ${index}`));
  for (const gateway of gateways) {
    const digest = registrationDigest(rig.domain, gateway.address, fromHex(rig.wallet.address));
    await rig.do('register', hexlify(gateway.address), hexlify(gateway.sign(digest)));
  }
  const anchorAll = () => rig.send(encodeAnchor(gateways.map((gateway) => gateway.cut(rig.domain).wire)));
  await anchorAll();
  const { gasUsed } = await anchorAll();
  return { figure: 'anchor.gasPerGatewayP256At200', value: Number(gasUsed) / gatewayCount, unit: 'gas' };
}

/** A root over any number of headers, where one was published before. */
async function measureAggregate(rig: ContractRig): Promise<Figure> {
  const root = (name: string) => sha256(new TextEncoder().encode(name));
  await rig.do('aggregate', root('first'), 1_000_000);
  const { gasUsed } = await rig.do('aggregate', root('second'), 2 ** 40);
  return { figure: 'anchor.gasAggregate', value: Number(gasUsed), unit: 'gas' };
}

/** Execution alone, without calldata and transaction. */
async function measureInclusion(ask: AskProbe): Promise<Figure> {
  const path = Array.from({ length: inclusionDepth }, (_, index) => new Uint8Array(32).fill(index + 1));
  const value = Number(await ask('gasOfInclusion', path[0], 123_456, 2 ** inclusionDepth, path));
  return { figure: 'anchor.gasInclusionDepth20', value, unit: 'gas' };
}

async function gasOf(ledger: TestLedger, wires: readonly Uint8Array[]): Promise<number> {
  const contract = `0x${toHex(ledger.domain.verifyingContract)}`;
  const receipt = await sendAndWait(ledger.rpc, ledger.wallet, contract, encodeAnchor(wires));
  return Number(receipt.gasUsed);
}
