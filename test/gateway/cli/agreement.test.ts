// A shipment under an agreement, told by the commands that people type: order, signatures, escrow, custody on the truck,
// and payment by the headers of a real journal on a real chain.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExitCode, exitCodes } from '../../../gateway/cli/cli-io.js';
import { custodyRegistration } from '../../../gateway/cli/custody-commands.js';
import { reportError } from '../../../gateway/cli/error-report.js';
import { runProgram } from '../../../gateway/cli/program.js';
import { anchorRows } from '../../../gateway/journal/anchor-rows.js';
import { openDatabase } from '../../../gateway/journal/database.js';
import { claimIdentity } from '../../../gateway/journal/identity.js';
import { RequestError } from '../../../gateway/requests/request-error.js';
import { LogWriter } from '../../../gateway/sealing/log-writer.js';
import { custodyEntries } from '../../../gateway/trace/custody-trace.js';
import { encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import { deployAnchor } from '../../../ledger-sync/anchor/deploy.js';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { signRegistration } from '../../../ledger-sync/anchor/registration-proof.js';
import { registerGateway } from '../../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { genesisHead } from '../../../ledger-sync/evidence/batch.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { detailHash } from '../../../ledger-sync/evidence/jcs.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { addressOf } from '../../../ledger-sync/evidence/signature.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { type Anvil, anvilKeys, callAnvil, startAnvil } from '../../ledger-sync/anvil.js';
import { walletOf } from '../../ledger-sync/test-ledger.js';
import { draftWith, requestOf } from '../drafts.js';
import { driver, orderOf, ShipmentOffice } from '../shipments/shipment-office.js';
import { capturedIo } from './captured-io.js';

const CHAIN_ID = 31337;
const keys = {
  payer: anvilKeys[0],
  payee: anvilKeys[1],
  quality: `0x${'51'.repeat(32)}`,
  dock: `0x${'52'.repeat(32)}`,
  driver: `0x${'53'.repeat(32)}`,
  pharmacy: `0x${'54'.repeat(32)}`,
};
type Who = keyof typeof keys;
const addressOfRole = (who: Who) => `0x${toHex(addressOf(fromHex(keys[who])))}`;
const signer = new SoftwareSigner(new Uint8Array(32).fill(9));
const pin = 'dock-pin-7';

let anvil: Anvil;
let anchor: Uint8Array;
let contract: string;
let folder: string;

const file = (name: string) => join(folder, name);

async function run(...argv: readonly string[]) {
  const io = capturedIo();
  const code = await runProgram(argv, io);
  return { code, text: io.outLines.join('\n'), err: io.errLines.join('\n') };
}

async function ok(...argv: readonly string[]): Promise<string> {
  const { code, text, err } = await run(...argv);
  expect(err).toBe('');
  expect(code).toBe(0);
  return text;
}

const node = () => ['--rpc', anvil.url];
const as = (who: Who) => ['--key', file(`${who}-key.json`), '--passphrase', file(`${who}-passphrase`)];
const config = () => ['-c', file('coldgate.yaml')];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coldgate-agreement-'));
  mkdirSync(file('data'));
  anvil = await startAnvil();
  const rpc = new JsonRpc(anvil.url);
  const wallet = walletOf(anvilKeys[0]);
  anchor = await deployAnchor(rpc, wallet);
  const domain = { chainId: CHAIN_ID, verifyingContract: anchor };
  const proof = signRegistration(signer, domain, fromHex(wallet.address.toLowerCase()));
  await registerGateway({ rpc, wallet, contract: anchor }, signer.address, proof);
  for (const who of Object.keys(keys) as Who[]) {
    await callAnvil(anvil, 'anvil_setBalance', addressOfRole(who), '0xde0b6b3a7640000');
    writeFileSync(file(`${who}.hex`), `${keys[who]}\n`);
    const options = ['--passphrase', file(`${who}-passphrase`), '--import', file(`${who}.hex`)];
    await ok('ledger', 'key', file(`${who}-key.json`), ...options);
  }
  const deployed = await ok('agreement', 'deploy', ...node(), ...as('payer'), '--json');
  contract = JSON.parse(deployed).contract;
  writeFileSync(
    file('coldgate.yaml'),
    `gateway: { name: truck-17 }
ledger: { rpcUrl: '${anvil.url}', chainId: ${CHAIN_ID}, contract: '0x${toHex(anchor)}' }
mqttIntake: { listen: { port: 1883 } }
publish: { brokers: [ { name: local, url: embedded } ] }
`,
  );
}, 120_000);
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The truck's journal, whose headers go onto the chain. */
class Truck {
  readonly #path = join(folder, 'data', 'journal.db');
  readonly #database = openDatabase(this.#path, { access: 'owner' });
  readonly #writer: LogWriter;
  #seq = 0;
  #head = genesisHead(signer.address);

  constructor() {
    claimIdentity(this.#database, signer.address, this.#path);
    this.#writer = new LogWriter({
      database: this.#database,
      path: this.#path,
      signer,
      now: () => Date.now(),
    });
  }

  /** Readings of this moment, and a header over them on the chain. */
  async read(temperaturesMilliC: readonly number[]): Promise<void> {
    this.#seq += 1;
    const drafts = temperaturesMilliC.map((value, index) =>
      draftWith({ observedAtMs: Date.now() + index, value, shipmentName: 'SHIP-0001' }),
    );
    const batch = { chainId: CHAIN_ID, contract: anchor, seq: this.#seq, prev: this.#head, flags: 0 };
    this.#writer.seal(requestOf(drafts, { batch }));
    const rows = anchorRows(this.#database, signer.address, { chainId: CHAIN_ID, verifyingContract: anchor });
    const [pending] = rows.pendingBatches(1);
    if (!pending) throw new Error('no header was cut');
    await sendAndWait(
      new JsonRpc(anvil.url),
      walletOf(anvilKeys[0]),
      `0x${toHex(anchor)}`,
      encodeAnchor([pending.wire]),
    );
    this.#head = pending.head;
    rows.saveHead({
      chainId: CHAIN_ID,
      contract: anchor,
      gateway: signer.address,
      head: pending.head,
      seq: this.#seq,
      blockNumber: this.#seq,
      registered: true,
    });
  }

  close(): void {
    this.#writer.close();
    this.#database.close();
  }
}

/** `coldgate custody` in front of an office that decides at once, by people who know their PINs. */
function custodyDesk() {
  const office = new ShipmentOffice();
  office.ask('create', orderOf('SHIP-0001'), driver);
  office.ask('arm', { id: 'SHIP-0001' }, driver);
  const records: unknown[] = [];
  const parts = {
    submit: async (_config: string, kind: string, document: Parameters<typeof office.ask>[1]) => {
      const outcome = office.ask(kind.replace('shipment.', ''), document, driver);
      if (!outcome.ok) throw new RequestError(outcome.code, outcome.reason, outcome.hint);
      records.push(...outcome.records);
      return { ...outcome.answer, sequence: records.length };
    },
    readState: () => office.state,
    prompt: { secret: async () => pin, line: async () => '' },
  };
  const custody = async (...argv: readonly string[]) => {
    const io = capturedIo();
    let code: ExitCode = exitCodes.ok;
    const program = new Command('coldgate').exitOverride();
    custodyRegistration(async () => parts)(program, async (task) => {
      code = await task(io).catch((error: unknown) => reportError(error, io, false));
    });
    await program.parseAsync(['custody', ...argv], { from: 'user' });
    return { code, text: io.outLines.join('\n'), err: io.errLines.join('\n') };
  };
  return { records, custody };
}

function writeOrder(field: string, change = ''): void {
  const now = Date.now();
  writeFileSync(
    file('order.yaml'),
    `payer: '${addressOfRole('payer')}'
payee: '${addressOfRole('payee')}'
consignor: '${addressOfRole('dock')}'
receiver: '${addressOfRole('pharmacy')}'
quality: '${addressOfRole('quality')}'
price: '1000000'
bond: '5000'
anchor: '0x${toHex(anchor)}'
${field}
lowMilliC: 2000
highMilliC: 8000
allowedMinutes: 0
rejectMinutes: 60
lossPerMinuteBps: 2500
readingSeconds: 120
startBy: '${new Date(now + 3_600_000).toISOString()}'
deliverBy: '${new Date(now + 7_200_000).toISOString()}'
disputeHours: 1
document: { order: 'PO-4711', goods: ['(01)09521141123454(10)LOT-7A'], from: 'Basel', to: 'City Hospital' }
${change}`,
  );
}

describe('from the order to the payment', () => {
  test('by the commands alone, with a contradiction by readings on the way', async () => {
    const truck = new Truck();
    await truck.read([5000, 5000]);
    const field = await ok('agreement', 'field', 'SHIP-0001', ...config());
    expect(field).toContain(`gateway: '0x${toHex(signer.address)}'`);
    writeOrder(field);
    const at = ['--contract', contract, '--chain-id', String(CHAIN_ID)];
    const proposed = await ok('agreement', 'propose', file('order.yaml'), ...at, '-o', file('proposed.json'));
    expect(proposed).toContain('range      2 to 8 degC');
    await ok('agreement', 'sign', file('proposed.json'), ...as('payer'), '-o', file('half.json'));
    const half = await run('agreement', 'create', file('half.json'), ...node(), ...as('payee'));
    expect(half).toMatchObject({ code: 2, err: expect.stringContaining('both sides must have signed') });
    const stranger = await run('agreement', 'sign', file('half.json'), ...as('dock'), '-o', file('no.json'));
    expect(stranger).toMatchObject({ code: 1, err: expect.stringContaining('neither payer nor payee') });
    await ok('agreement', 'sign', file('half.json'), ...as('payee'), '-o', file('agreement.json'));
    const agreement = file('agreement.json');

    // Created through a relay, which leaves out what the contract would refuse.
    await ok('agreement', 'create', agreement, ...node(), ...as('payee'), '--call', file('create.json'));
    await ok('agreement', 'settle', agreement, ...node(), ...as('payee'), '--call', file('settle.json'));
    const sent = await run(
      'agreement',
      'send',
      file('settle.json'),
      file('create.json'),
      ...node(),
      ...as('quality'),
    );
    expect(sent).toMatchObject({ code: 1, text: expect.stringContaining('1 of 2 calls') });
    expect(sent.err).toContain('settle.json: the contract would refuse it now');
    await ok('agreement', 'fund', agreement, ...node(), ...as('payer'));
    expect(await ok('agreement', 'status', agreement, ...node())).toContain('state      armed: refund after');

    const { records, custody } = custodyDesk();
    const give = (who: Who, to: Who, output: string) =>
      custody(
        ...['give', 'SHIP-0001', '--agreement', agreement, ...as(who), '--to', addressOfRole(to)],
        ...['--place', 'Dock 4, Basel', '-o', file(output), ...config()],
      );
    const take = (who: Who, input: string, output: string) =>
      custody('take', file(input), ...as(who), '-o', file(output), ...config());
    expect(await give('dock', 'driver', 'given.json')).toMatchObject({ code: 0, err: '' });
    expect(await take('pharmacy', 'given.json', 'no.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining(`this handover is to ${addressOfRole('driver')}`),
    });
    const early = await run(
      'agreement',
      'handover',
      agreement,
      file('given.json'),
      ...node(),
      ...as('payee'),
    );
    expect(early).toMatchObject({ code: 2, err: expect.stringContaining('must both have signed') });
    expect(await take('driver', 'given.json', 'taken.json')).toMatchObject({ code: 0, err: '' });
    await ok('agreement', 'handover', agreement, file('taken.json'), ...node(), ...as('payee'));

    await truck.read([5000, 9000, 5000]);
    expect(await give('driver', 'pharmacy', 'brought.json')).toMatchObject({ code: 0, err: '' });
    expect(await take('pharmacy', 'brought.json', 'delivered.json')).toMatchObject({ code: 0, err: '' });
    await ok('agreement', 'handover', agreement, file('delivered.json'), ...node(), ...as('payee'));
    await truck.read([5000]);

    await ok('agreement', 'headers', ...config(), '-o', file('headers.json'));
    await ok('agreement', 'claim', agreement, '--headers', file('headers.json'), ...node(), ...as('payee'));
    expect(await ok('agreement', 'status', agreement, ...node())).toContain('state      under-review');

    // The header of those seconds was not clean, but one reading stands for two minutes.
    await ok('export', ...config(), '--shipment', 'SHIP-0001', '-o', file('bundle.json'));
    const shown = await ok(
      'agreement',
      'contradict',
      agreement,
      file('bundle.json'),
      ...node(),
      ...as('payer'),
    );
    expect(shown).toContain('1 readings are shown, 2 min');
    const again = await run(
      'agreement',
      'contradict',
      agreement,
      file('bundle.json'),
      ...node(),
      ...as('payer'),
    );
    expect(again).toMatchObject({ code: 1, text: expect.stringContaining('nothing that would count') });

    writeFileSync(file('finding.txt'), 'The goods were outside the box.');
    await ok(
      ...['agreement', 'rule', agreement, '--out-minutes', '0', '--document', file('finding.txt')],
      ...['--call', file('ruling.json'), ...node(), ...as('quality')],
    );
    const ruling = readFileSync(file('ruling.json'), 'utf8');
    const opening = JSON.parse(readFileSync(file('finding.txt.opening.json'), 'utf8'));
    expect(opening.sha256).toBe(toHex(sha256(readFileSync(file('finding.txt')))));
    expect(ruling).toContain(toHex(detailHash(opening)));
    // Whoever has the paper, a party of another agreement perhaps, finds its ruling by no hash of it.
    expect(ruling).not.toContain(opening.sha256);

    const soon = await run('agreement', 'settle', agreement, ...node(), ...as('quality'));
    expect(soon).toMatchObject({ code: 1, err: expect.stringContaining('TooEarly') });
    await callAnvil(anvil, 'evm_increaseTime', 3_700);
    await callAnvil(anvil, 'evm_mine');
    await ok('agreement', 'settle', agreement, ...node(), ...as('quality'));
    const status = JSON.parse(await ok('agreement', 'status', agreement, ...node(), '--json'));
    expect(status).toMatchObject({
      state: 'released',
      steps: 2,
      credits: { payer: '500000', payee: '500000' },
    });
    expect(status.holder).toBe(addressOfRole('pharmacy'));
    await ok(
      'agreement',
      'withdraw',
      agreement,
      '--account',
      addressOfRole('payee'),
      ...node(),
      ...as('quality'),
    );

    const history = JSON.parse(await ok('agreement', 'history', agreement, ...node(), '--json'));
    expect(
      history.map(({ name }: { name: string }) => name).filter((name: string) => name !== 'Entered'),
    ).toEqual([
      ...['Created', 'Funded', 'HandedOver', 'HandedOver', 'Claimed', 'Contradicted', 'Settled'],
      ...['Credited', 'Credited'],
    ]);

    const traced = custodyEntries(history, 'SHIP-0001');
    expect(traced.map(({ what }) => what)).toEqual([
      ...['agreement-made', 'agreement-created', 'agreement-funded', 'agreement-armed', 'custody'],
      ...['agreement-in-transit', 'custody', 'agreement-delivered', 'agreement-claimed'],
      ...['agreement-under-review', 'agreement-contradicted', 'agreement-settled', 'agreement-released'],
    ]);
    const [first] = traced.filter(({ what }) => what === 'custody');
    expect(first?.words).toContain(`${addressOfRole('dock')} gave the goods to ${addressOfRole('driver')}`);
    expect(Math.abs((first?.atMs ?? 0) - Date.now())).toBeLessThan(7_200_000);

    // The log and the ledger tell of one handover by one hash; names and places are in neither.
    const taken = JSON.parse(readFileSync(file('taken.json'), 'utf8'));
    expect(history[4].values.document).toBe(taken.handover.document);
    const recorded = JSON.stringify(records);
    expect(recorded).toContain(taken.handover.document);
    expect(recorded + JSON.stringify(history)).not.toMatch(/Basel, |Dock 4|City Hospital.*Dock|PO-4711/);
    truck.close();
  }, 120_000);
});

describe('custody on the truck', () => {
  test('a key is made with a PIN, which is long enough and typed twice', async () => {
    const { custody } = custodyDesk();
    const made = await custody('key', file('pin-key.json'));
    expect(made).toMatchObject({ code: 0, text: expect.stringContaining('key of 0x') });
    expect(await custody('key', file('pin-key.json'))).toMatchObject({ code: 3 });
  });
});

test('an order that cannot be is told with every problem', async () => {
  writeOrder(`shipment: '${'5a'.repeat(16)}'\ngateway: 'nobody'`, 'discount: 5\n');
  const at = ['--contract', contract, '--chain-id', '31337', '-o', file('never.json')];
  const { code, err } = await run('agreement', 'propose', file('order.yaml'), ...at);
  expect(code).toBe(2);
  expect(err).toContain('gateway');
  expect(err).toContain('discount');
});

test('a file whose document or words were changed is refused before anything is sent', async () => {
  writeOrder(`shipment: '${'5a'.repeat(16)}'\ngateway: '${addressOfRole('driver')}'`);
  const at = ['--contract', contract, '--chain-id', '31337', '-o', file('whole.json')];
  await ok('agreement', 'propose', file('order.yaml'), ...at);
  const whole = readFileSync(file('whole.json'), 'utf8');
  writeFileSync(file('changed.json'), whole.replace('PO-4711', 'PO-4712'));
  const { code, err } = await run('agreement', 'status', file('changed.json'), ...node());
  expect(code).toBe(1);
  expect(err).toContain('the document of the file is not the one of its terms');
  writeFileSync(file('other.json'), whole.replace('"chainId": 31337', '"chainId": 1'));
  expect(await run('agreement', 'status', file('other.json'), ...node())).toMatchObject({
    code: 3,
    err: expect.stringContaining('WRONG_CHAIN'),
  });
});
