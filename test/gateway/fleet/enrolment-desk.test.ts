// Who is taken into a fleet: whoever has the code, once, for good; everybody else hears why not, or nothing.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConfigurationReport, sealReport } from '../../../gateway/fleet/configuration-report.js';
import { readRefusal } from '../../../gateway/fleet/enrol-refusal.js';
import { requestDigest } from '../../../gateway/fleet/enrol-request.js';
import { openConfiguration, readConfiguration } from '../../../gateway/fleet/fleet-configuration.js';
import { inviteIdOf } from '../../../gateway/fleet/invite.js';
import { EnrolmentDesk } from '../../../gateway/fleet/owner/enrolment-desk.js';
import { keepReport } from '../../../gateway/fleet/owner/owner-link.js';
import { signNext } from '../../../gateway/fleet/owner/signed-next.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { parseRegistrationFile } from '../../../ledger-sync/anchor/registration-file.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { addressOf, Desk, Machine, NOW_MS, ownerSigner, strangerSigner } from './fleet-bench.js';

const first = new Machine(1);
const second = new Machine(2);
const NAME = 'truck-17';

async function messageFor(machine: Machine, payload: string) {
  const message = readConfiguration(Buffer.from(payload), {
    ...{ gateway: machine.address, owner: addressOf(ownerSigner) },
  });
  if (typeof message === 'string') throw new Error(message);
  return { number: message.number, ...(await openConfiguration(message, machine.sealingKey)) };
}

describe('whoever has the code', () => {
  test('is taken, and its first configuration opens for it alone', async () => {
    const desk = new Desk();
    const outcome = await desk.decide(NAME, first.asks(desk.invite(NAME)));
    expect(outcome).toMatchObject({ kind: 'taken', isNew: true, gateway: first.address });
    const { payload } = outcome as { payload: string };
    expect(await messageFor(first, payload)).toMatchObject({ number: 1, text: 'commit: { windowMs: 10 }\n' });
    expect(payload).not.toContain('windowMs');
    const asSecond = { gateway: first.address, owner: addressOf(ownerSigner) };
    const message = readConfiguration(Buffer.from(payload), asSecond);
    if (typeof message === 'string') throw new Error(message);
    await expect(openConfiguration(message, second.sealingKey)).rejects.toMatchObject({
      code: 'NOT_FOR_THIS_KEY',
    });
  });

  test('gets the same answer as often as it asks, at the next start too, and the newest configuration', async () => {
    const desk = new Desk();
    const request = first.asks(desk.invite(NAME));
    const answer = await desk.decide(NAME, request);
    desk.nowMs += 864_000_000;
    expect(await desk.decide(NAME, request)).toEqual({ ...answer, isNew: false });
    const { payload } = await signNext(
      ownerSigner,
      desk.folder.gateway(NAME),
      'log: { level: warn }\n',
      NOW_MS,
    );
    expect(await desk.decide(NAME, request)).toMatchObject({ kind: 'taken', payload });
  });

  test('is taken once: a power cut before the configuration was signed costs nothing', async () => {
    const desk = new Desk();
    const request = first.asks(desk.invite(NAME));
    await desk.decide(NAME, request);
    const file = join(desk.path, 'gateways', NAME, 'configuration-000001.json');
    rmSync(file);
    const again = await desk.decide(NAME, request);
    expect(again).toMatchObject({ kind: 'taken', isNew: false, gateway: first.address });
    expect(await messageFor(first, (again as { payload: string }).payload)).toMatchObject({ number: 1 });
  });

  test('brings its proof for the registrar that the code names, as coldgate ledger register takes it', async () => {
    const desk = new Desk();
    const ledger = { chainId: 31337, contract: `0x${'5f'.repeat(20)}`, registrar: `0x${'70'.repeat(20)}` };
    await desk.decide(NAME, first.asks(desk.invite(NAME, { ledger })));
    const text = readFileSync(desk.folder.gateway(NAME).registrationFile, 'utf8');
    expect(parseRegistrationFile(text)).toMatchObject({ ...ledger, gateway: first.address });
  });
});

describe('a code that was used', () => {
  test('takes no other machine, also where two ask at once', async () => {
    const desk = new Desk();
    const invite = desk.invite(NAME);
    const outcomes = await Promise.all([
      desk.decide(NAME, first.asks(invite)),
      desk.decide(NAME, second.asks(invite)),
    ]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['refused', 'taken']);
    expect(outcomes.find(({ kind }) => kind === 'refused')).toMatchObject({ refusal: { code: 'CODE_USED' } });
  });

  test('takes no other machine where another program at the desk took one a moment before', async () => {
    const desk = new Desk();
    const invite = desk.invite(NAME);
    await desk.decide(NAME, first.asks(invite));
    const gateway = desk.folder.gateway(NAME);
    const enrolled = gateway.enrolled.bind(gateway);
    let looks = 0;
    // Its first look was before the other one's decision.
    gateway.enrolled = () => (looks++ === 0 ? undefined : enrolled());
    const folder = Object.assign(Object.create(desk.folder), { gateway: () => gateway });
    const late = new EnrolmentDesk({ folder, signer: ownerSigner, nowMs: () => NOW_MS });
    const outcome = await late.decide(NAME, Buffer.from(JSON.stringify(second.asks(invite))));
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'CODE_USED' } });
    expect(enrolled()).toMatchObject({ gateway: first.address });
  });

  test('takes no machine with the same device key and another sealing key', async () => {
    const desk = new Desk();
    const invite = desk.invite(NAME);
    await desk.decide(NAME, first.asks(invite));
    const mixed = new Machine(2);
    Object.assign(mixed, { signer: first.signer });
    expect(await desk.decide(NAME, mixed.asks(invite))).toMatchObject({ refusal: { code: 'CODE_USED' } });
  });

  test('takes another machine after an invitation to replace it, by the new code only', async () => {
    const desk = new Desk();
    const old = desk.invite(NAME);
    await desk.decide(NAME, first.asks(old));
    expect(() => desk.invite(NAME)).toThrow(/is in the fleet/);
    const fresh = desk.invite(NAME, { replaces: true });
    expect(await desk.decide(NAME, second.asks(old))).toMatchObject({ refusal: { code: 'CODE_UNKNOWN' } });
    expect(await desk.decide(NAME, second.asks(fresh))).toMatchObject({ kind: 'taken', isNew: true });
    expect(desk.folder.names()).toEqual([NAME]);
  });
});

describe('refused, with a reason that only the owner can have signed', () => {
  test('at the end of its time, and not a moment before', async () => {
    const desk = new Desk();
    const invite = desk.invite(NAME, { expiresAtMs: NOW_MS + 5_000 });
    desk.nowMs = NOW_MS + 5_001;
    expect(await desk.decide(NAME, first.asks(invite))).toMatchObject({ refusal: { code: 'CODE_EXPIRED' } });
    desk.nowMs = NOW_MS + 5_000;
    expect(await desk.decide(NAME, first.asks(invite))).toMatchObject({ kind: 'taken' });
  });

  test('without the secret, with that of another name, or of a code that was made anew', async () => {
    const desk = new Desk();
    const replaced = desk.invite(NAME);
    const invite = desk.invite(NAME);
    const other = desk.invite('truck-18');
    const guessed = {
      ...invite,
      secret: Uint8Array.from(invite.secret, (byte, at) => (at === 15 ? byte ^ 1 : byte)),
    };
    for (const wrong of [replaced, guessed, { ...other, name: NAME }]) {
      const outcome = await desk.decide(NAME, first.asks(wrong));
      expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'CODE_UNKNOWN' } });
    }
    // The right id and a good signature, and a proof by another secret.
    const { signature: _signature, ...guess } = { ...first.asks(guessed), invite: inviteIdOf(invite.secret) };
    const signed = { ...guess, signature: toHex(first.signer.sign(requestDigest(NAME, guess))) };
    expect(await desk.decide(NAME, signed)).toMatchObject({ refusal: { code: 'CODE_UNKNOWN' } });
    expect(await desk.decide(NAME, first.asks(invite))).toMatchObject({ kind: 'taken' });
  });

  test('and the refusal is believed of the owner alone, for that request alone', async () => {
    const desk = new Desk();
    const request = first.asks({ ...desk.invite(NAME), secret: new Uint8Array(16) });
    const { payload } = (await desk.decide(NAME, request)) as { payload: string };
    const bytes = Buffer.from(payload);
    const digest = requestDigest(NAME, request);
    expect(readRefusal(bytes, ownerSigner.address, digest)).toMatchObject({ code: 'CODE_UNKNOWN' });
    expect(readRefusal(bytes, strangerSigner.address, digest)).toBeUndefined();
    expect(readRefusal(bytes, ownerSigner.address, new Uint8Array(32))).toBeUndefined();
    const changed = Buffer.from(payload.replace('CODE_UNKNOWN', 'CODE_EXPIRED'));
    expect(readRefusal(changed, ownerSigner.address, digest)).toBeUndefined();
    // What no canonical JSON can hold is refused before anything is computed over it.
    const broken = Buffer.from(payload.replace('there is no', '\\udc00'));
    expect(readRefusal(broken, ownerSigner.address, digest)).toBeUndefined();
    expect(JSON.parse(payload).request).toBe(toHex(digest));
  });
});

describe('nobody hears anything, and the code stays good', () => {
  test.each<[string, (request: object, desk: Desk) => object | string]>([
    ['another owner’s gateway', (request) => ({ ...request, owner: addressOf(strangerSigner) })],
    ['a device key that did not sign', (request) => ({ ...request, gateway: second.address })],
    ['another sealing key than was signed for', (request) => ({ ...request, sealingKey: second.publicKey })],
    ['a proof that was changed', (request) => ({ ...request, proof: '00'.repeat(32) })],
    ['a field too many', (request) => ({ ...request, more: 1 })],
    ['half a request', (request) => JSON.stringify(request).slice(0, 100)],
    ['more than a request has', (request) => `${JSON.stringify(request)}${' '.repeat(5_000)}`],
    ['nothing', () => ''],
  ])('%s', async (_what, changed) => {
    const desk = new Desk();
    const request = first.asks(desk.invite(NAME));
    expect(await desk.decide(NAME, changed(request, desk))).toEqual({ kind: 'ignored' });
    expect(await desk.decide(NAME, request)).toMatchObject({ kind: 'taken', isNew: true });
  });

  test('a good request, said again under another name', async () => {
    const desk = new Desk();
    const request = first.asks(desk.invite(NAME));
    desk.invite('truck-18');
    expect(await desk.decide('truck-18', request)).toEqual({ kind: 'ignored' });
    expect(await desk.decide('nobody', request)).toEqual({ kind: 'ignored' });
  });
});

describe('the desk', () => {
  test('gives no number twice, also where several programs sign at once', async () => {
    const desk = new Desk();
    await desk.decide(NAME, first.asks(desk.invite(NAME)));
    const signed = await Promise.all(
      [1, 2, 3, 4].map((one) => signNext(ownerSigner, desk.folder.gateway(NAME), `# ${one}\n`, NOW_MS)),
    );
    expect(signed.map(({ number }) => number).sort()).toEqual([2, 3, 4, 5]);
  });

  test('goes on above what the gateway has said that it knows, after an old backup', async () => {
    const desk = new Desk();
    await desk.decide(NAME, first.asks(desk.invite(NAME)));
    const gateway = desk.folder.gateway(NAME);
    gateway.keepReport({ number: 41, state: 'applied', atMs: NOW_MS });
    expect(await signNext(ownerSigner, gateway, '', NOW_MS)).toMatchObject({ number: 42 });
  });

  test('keeps what a gateway says last, whatever old words are said again', async () => {
    const desk = new Desk();
    await desk.decide(NAME, first.asks(desk.invite(NAME)));
    const gateway = desk.folder.gateway(NAME);
    const { reportKey = '' } = gateway.enrolled() ?? {};
    const topic = topicsOf(NAME).configurationReport;
    const hear = (number: number, state: ConfigurationReport['state'], key = reportKey) => {
      const payload = Buffer.from(sealReport({ number, state, atMs: NOW_MS }, key, topic));
      return keepReport(desk.folder, topic, payload) !== undefined;
    };
    expect(hear(2, 'on-trial')).toBe(true);
    expect(hear(2, 'on-trial')).toBe(false);
    expect(hear(2, 'applied')).toBe(true);
    expect([hear(2, 'on-trial'), hear(1, 'refused'), hear(3, 'applied', '00'.repeat(32))]).toEqual([
      false,
      false,
      false,
    ]);
    expect(gateway.report()).toMatchObject({ number: 2, state: 'applied' });
    expect(hear(3, 'waiting')).toBe(true);
    expect([hear(2, 'refused'), gateway.report()?.number]).toEqual([false, 3]);
    expect(
      keepReport(desk.folder, topicsOf('nobody').configurationReport, Buffer.from('{}')),
    ).toBeUndefined();
    expect(keepReport(desk.folder, topicsOf(NAME).status, Buffer.from('{}'))).toBeUndefined();
  });

  test('says which file is damaged, and takes nobody by it', async () => {
    const desk = new Desk();
    const request = first.asks(desk.invite(NAME));
    desk.spoil(NAME, 'enrolled.json');
    await expect(desk.decide(NAME, request)).rejects.toMatchObject({
      ...{ code: 'FLEET_UNREADABLE', message: expect.stringContaining('enrolled.json') },
    });
  });

  test('signs nothing for a gateway that is not in the fleet', async () => {
    const desk = new Desk();
    desk.invite(NAME);
    await expect(signNext(ownerSigner, desk.folder.gateway(NAME), '', NOW_MS)).rejects.toMatchObject({
      code: 'GATEWAY_UNKNOWN',
    });
  });

  test('is one fleet: another owner’s folder is not taken over', () => {
    const desk = new Desk();
    mkdirSync(join(desk.path, 'gateways', 'no name!'));
    writeFileSync(join(desk.path, 'gateways', 'file'), '');
    expect(desk.folder.names()).toEqual([]);
    expect(() => new (desk.folder.constructor as new (path: string) => unknown)('/nonexistent')).toThrow(
      /no folder of a fleet/,
    );
  });
});
