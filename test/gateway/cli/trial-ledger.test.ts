// The trial commands against a real chain: documents, consents, data sets, grants, and an audit that compares with the ledger.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { addressOf } from '../../../ledger-sync/evidence/signature.js';
import { type Anvil, anvilKeys, startAnvil } from '../../ledger-sync/anvil.js';
import { TrialClock, TrialGatewayBench } from '../trials/trial-gateway.js';
import { capturedIo } from './captured-io.js';

const folder = mkdtempSync(join(tmpdir(), 'coldgate-trial-'));
const file = (name: string) => join(folder, name);
const keys = { sponsor: anvilKeys[0], site: `0x${'71'.repeat(32)}`, carrier: anvilKeys[1] };
const addressOfRole = (who: keyof typeof keys) => `0x${toHex(addressOf(fromHex(keys[who])))}`;

let anvil: Anvil;

async function run(...argv: readonly string[]) {
  const io = capturedIo();
  const code = await runProgram(argv, io);
  const out = io.outLines.join('\n');
  return { code, out, err: io.errLines.join('\n'), json: out.startsWith('{') ? JSON.parse(out) : undefined };
}
const trial = (...argv: readonly string[]) => run('trial', ...argv);
async function ok(...argv: readonly string[]) {
  const answer = await trial(...argv);
  expect(answer, `${argv.join(' ')}: ${answer.err}`).toMatchObject({ code: 0 });
  return answer;
}

const at = () => ['--trial', file('trial.json'), '--rpc', anvil.url];
const as = (who: string) => ['--key', file(`${who}-key.json`), '--passphrase', file(`${who}-passphrase`)];

beforeAll(async () => {
  anvil = await startAnvil();
  for (const who of ['sponsor', 'site', 'carrier'] as const) {
    writeFileSync(file(`${who}.hex`), `${keys[who]}\n`);
    const options = ['--passphrase', file(`${who}-passphrase`), '--import', file(`${who}.hex`)];
    expect(await run('ledger', 'key', file(`${who}-key.json`), ...options)).toMatchObject({ code: 0 });
  }
  const deployed = await run(
    ...['ledger', 'deploy', '--contract', 'trial', '--rpc', anvil.url, ...as('sponsor'), '--json'],
  );
  const { contract } = deployed.json;
  await ok(
    'name',
    'EX-301',
    '--sponsor',
    addressOfRole('sponsor'),
    '--contract',
    contract,
    '--chain-id',
    '31337',
    '-o',
    file('trial.json'),
  );
  for (const [name, text] of [
    ['protocol', 'protocol 1.0'],
    ['form', 'form 1.0'],
    ['sheet', 'signed'],
    ['table-1', 'a,1'],
    ['table-2', 'b,2'],
  ])
    writeFileSync(file(`${name}.txt`), String(text));
}, 60_000);
afterAll(async () => {
  await anvil.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('protocol, form and consent are attested, stand, and are taken back; a site’s signature is carried by another', async () => {
  await ok(
    'document',
    file('protocol.txt'),
    '--title',
    'Protocol',
    '--edition',
    '1.0',
    '-o',
    file('protocol.json'),
  );
  await ok(
    'document',
    file('form.txt'),
    '--title',
    'Consent',
    '--edition',
    '1.0',
    '--consent-form',
    '-o',
    file('form.json'),
  );
  expect(statSync(file('form.json')).mode & 0o777).toBe(0o600);
  expect(await trial('standing', file('protocol.json'), ...at())).toMatchObject({
    code: 1,
    out: expect.stringContaining('UNKNOWN'),
  });
  for (const name of ['protocol', 'form'])
    await ok('attest', file(`${name}.json`), ...at(), ...as('sponsor'));
  expect(await trial('standing', file('protocol.json'), ...at())).toMatchObject({ code: 0 });
  const consent = [
    '--subject',
    'S-1',
    '--sheet',
    file('sheet.txt'),
    '--given-at',
    '2026-11-30T09:00:00Z',
    '-o',
    file('consent.json'),
  ];
  await ok('consent', '--form', file('form.json'), ...consent);
  expect(
    await trial('consent', '--form', file('protocol.json'), ...consent.slice(0, -1), file('no.json')),
  ).toMatchObject({ code: 2 });

  const early = await trial(
    'attest',
    file('consent.json'),
    '--basis',
    file('form.json'),
    ...at(),
    ...as('site'),
    '--sign',
    file('early.json'),
  );
  expect(early.code).toBe(0);
  expect(await trial('send', file('early.json'), '--rpc', anvil.url, ...as('carrier'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('NotAppointed'),
  });
  await ok('appoint', addressOfRole('site'), '--may', 'consents', ...at(), ...as('sponsor'));
  await ok('send', file('early.json'), '--rpc', anvil.url, ...as('carrier'));
  const standing = () =>
    trial('standing', file('consent.json'), '--author', addressOfRole('site'), ...at(), '--json');
  expect(await standing()).toMatchObject({ code: 0, json: { isStanding: true, kind: 'consent' } });
  for (const told of ['S-1 has left', 'left: s-1']) {
    const refused = await trial(
      ...['revoke', file('consent.json'), '--reason', told, ...at(), ...as('sponsor')],
    );
    expect(refused, told).toMatchObject({ code: 2, err: expect.stringContaining('the reason names S-1') });
  }
  await ok(
    'revoke',
    file('consent.json'),
    '--reason',
    'withdrawn',
    '--author',
    addressOfRole('site'),
    ...at(),
    ...as('sponsor'),
  );
  expect(await standing()).toMatchObject({ code: 1, json: { isStanding: false } });
});

test('a data set is shared with whom a grant stands for, file by file, until it is withdrawn', async () => {
  const recipient = await run('recipients', 'key', file('reader.key'), '--json');
  const { publicKey } = recipient.json;
  await ok(
    'data-set',
    file('table-1.txt'),
    file('table-2.txt'),
    '--title',
    'Results',
    '-o',
    file('set.json'),
  );
  await ok('attest', file('set.json'), ...at(), ...as('sponsor'));
  await ok('membership', file('set.json'), '--name', 'table-1.txt', '-o', file('member.json'));
  expect(await trial('prove', file('member.json'), file('table-1.txt'))).toMatchObject({ code: 0 });
  expect(await trial('prove', file('member.json'), file('table-2.txt'))).toMatchObject({ code: 1 });

  const grant = ['grant', file('set.json'), '--to', publicKey, ...at(), ...as('sponsor')];
  expect(await trial(...grant, '--until', '2001-01-01T00:00:00Z', '-o', file('late.json'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('GrantOver'),
  });
  expect(await trial(...grant, '--until', 'soon', '-o', file('soon.json'))).toMatchObject({ code: 2 });
  await ok(...grant, '--until', '2096-01-01T00:00:00Z', '-o', file('grant.json'));
  const share = (name: string) =>
    trial(
      'share',
      file('table-1.txt'),
      '--set',
      file('set.json'),
      '--grant',
      file(name),
      '-o',
      file('table-1.sealed'),
      ...at(),
    );
  expect(await share('late.json')).toMatchObject({
    code: 1,
    err: expect.stringContaining('GRANT_NOT_STANDING'),
  });
  expect(await share('grant.json')).toMatchObject({ code: 0 });
  expect(
    await run('open', file('table-1.sealed'), '--key', file('reader.key'), '-o', file('opened.txt')),
  ).toMatchObject({ code: 0 });
  expect(readFileSync(file('opened.txt'), 'utf8')).toBe('a,1');
  await ok('granted', file('grant.json'), ...at());
  await ok('withdraw', file('grant.json'), ...at(), ...as('sponsor'));
  expect(await trial('granted', file('grant.json'), ...at())).toMatchObject({
    code: 1,
    out: expect.stringContaining('withdrawn'),
  });
  rmSync(file('table-1.sealed'));
  expect(await share('grant.json')).toMatchObject({ code: 1 });
  await ok('withdraw', file('grant.json'), '--until', '2096-01-01T00:00:00Z', ...at(), ...as('sponsor'));
  expect(await share('grant.json')).toMatchObject({ code: 0 });
});

test('an audit has the events of the ledger, and its check finds one that was taken out', async () => {
  const gateway = new TrialGatewayBench(folder, 6, new TrialClock());
  const terms = { trial: 'EX-301', lowMilliC: 2000, highMilliC: 8000, warmMinutes: 60, coldMinutes: 60 };
  const own = { ...terms, origin: gateway.address, gateways: [gateway.address] };
  gateway.must('trial.register', { terms: own, kits: ['0172945513', '3390127764'] });
  writeFileSync(
    file('coldgate.yaml'),
    `gateway: { name: g6, dataDir: ${folder} }\nmqttIntake: { listen: { port: 1883 } }\n`,
  );
  const made = await ok(
    'audit',
    'EX-301',
    '-c',
    file('coldgate.yaml'),
    ...at(),
    '-o',
    file('audit.json'),
    '--json',
  );
  expect(made.json).toMatchObject({ records: 1 });
  expect(made.json.events).toBeGreaterThan(6);
  gateway.close();
  const checked = await ok('check', file('audit.json'), '--gateway', gateway.address, '--rpc', anvil.url);
  expect(checked.out).toContain('VERIFIED: 1 records of trial EX-301');
  expect(checked.out).toMatch(/ledger: 4 attestations, 3 stand; 1 grants; as the contract says now/);
  const audit = JSON.parse(readFileSync(file('audit.json'), 'utf8'));
  audit.ledger.events.splice(2, 1);
  writeFileSync(file('less.json'), JSON.stringify(audit));
  expect(await trial('check', file('less.json'), '--rpc', anvil.url)).toMatchObject({
    code: 1,
    out: expect.stringContaining('not those of the ledger'),
  });
});
