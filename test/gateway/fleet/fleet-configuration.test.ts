// Configurations and reports on a broker that anybody may read and write: only the owner can have made the one, only the
// gateway the other, and nobody else reads either.

import { describe, expect, test } from 'vitest';
import { openReport, sealReport } from '../../../gateway/fleet/configuration-report.js';
import {
  MAX_CONFIGURATION_BYTES,
  openConfiguration,
  readConfiguration,
  signConfiguration,
} from '../../../gateway/fleet/fleet-configuration.js';
import { toBase64url, toHex } from '../../../ledger-sync/evidence/bytes.js';
import type { Signer } from '../../../ledger-sync/evidence/signer.js';
import { sealFile } from '../../../ledger-sync/sealed/sealed-file.js';
import { addressOf, Machine, NOW_MS, ownerSigner, strangerSigner } from './fleet-bench.js';

const machine = new Machine(1);
const other = new Machine(2);
const whom = { gateway: machine.address, owner: addressOf(ownerSigner) };
const reportKey = '5c'.repeat(32);
const text = 'shipment: { id: SHIP-ACME-0001 }\n';

const signed = (about: object = {}, inside: object = {}, signer: Signer = ownerSigner) =>
  signConfiguration(
    signer,
    { gateway: machine.address, sealingKey: machine.publicKey, number: 7, issuedAtMs: NOW_MS, ...about },
    { reportKey, text, ...inside },
  );
const judge = (payload: string | Uint8Array) => readConfiguration(Buffer.from(payload), whom);
const changed = (payload: string, change: object) => JSON.stringify({ ...JSON.parse(payload), ...change });

describe('a configuration', () => {
  test('comes out as the owner wrote it, and shows nothing of it on the way', async () => {
    const payload = await signed();
    const message = judge(payload);
    if (typeof message === 'string') throw new Error(message);
    expect(message.number).toBe(7);
    expect(await openConfiguration(message, machine.sealingKey)).toEqual({ reportKey, text });
    for (const word of ['ACME', reportKey, Buffer.from(text).toString('base64url').slice(0, 12)])
      expect(payload).not.toContain(word);
  });

  test('is as long as any other of its size: what changed in it cannot be told', async () => {
    const lengths = await Promise.all(
      ['', text, text.repeat(40)].map(async (one) => (await signed({}, { text: one })).length),
    );
    expect(new Set(lengths).size).toBe(1);
  });

  test.each<[string, () => Promise<string>, string]>([
    ['of a stranger', () => signed({}, {}, strangerSigner), 'other-owner'],
    [
      'of a stranger in the owner’s name',
      async () => changed(await signed({}, {}, strangerSigner), { owner: whom.owner }),
      'forged',
    ],
    ['for another gateway', () => signed({ gateway: other.address }), 'other-gateway'],
    [
      'for another gateway, with this one’s address put in',
      async () => changed(await signed({ gateway: other.address }), { gateway: whom.gateway }),
      'forged',
    ],
    ['with another number', async () => changed(await signed(), { number: 8 }), 'forged'],
    [
      'with a longer life',
      async () => changed(await signed({ expiresAtMs: NOW_MS }), { expiresAtMs: NOW_MS + 1 }),
      'forged',
    ],
    [
      'with an expiry taken out',
      async () =>
        JSON.stringify({ ...JSON.parse(await signed({ expiresAtMs: NOW_MS })), expiresAtMs: undefined }),
      'forged',
    ],
    [
      'with the contents of another one',
      async () => changed(await signed(), { content: JSON.parse(await signed({}, { text: '' })).content }),
      'forged',
    ],
    ['of another version', async () => changed(await signed(), { version: 2 }), 'malformed'],
    ['with a field too many', async () => changed(await signed(), { more: 1 }), 'malformed'],
    ['numbered 0', async () => changed(await signed(), { number: 0 }), 'malformed'],
    [
      'issued at -0, which no canonical text has',
      async () => (await signed()).replace(/"issuedAtMs":\d+/, '"issuedAtMs":-0'),
      'malformed',
    ],
    ['cut in half', async () => (await signed()).slice(0, 2_000), 'malformed'],
    ['of too many bytes', async () => (await signed()).padEnd(MAX_CONFIGURATION_BYTES + 1), 'too-large'],
    ['that is empty', async () => '', 'malformed'],
  ])('%s is not taken', async (_what, payload, why) => {
    expect(judge(await payload())).toBe(why);
  });

  test.each<[string, string, unknown]>([
    ['no JSON', 'application/vnd.coldgate.configuration+json', '{'],
    ['no text', 'application/vnd.coldgate.configuration+json', { version: 1, reportKey }],
    ['something else that was sealed for the gateway', 'application/json', { version: 1, reportKey, text }],
  ])('with %s inside is told as unreadable', async (_what, contentType, inside) => {
    const bytes = Buffer.from(typeof inside === 'string' ? inside : JSON.stringify(inside));
    const content = toBase64url(await sealFile(bytes, contentType, [machine.publicKey]));
    const message = judge(await signed());
    if (typeof message === 'string') throw new Error(message);
    await expect(openConfiguration({ ...message, content }, machine.sealingKey)).rejects.toMatchObject({
      code: 'SEALED_MALFORMED',
    });
  });

  test('that is longer than a gateway takes is refused at the desk; the longest still fits', async () => {
    await expect(signed({}, { text: '#'.repeat(49_153) })).rejects.toMatchObject({
      code: 'CONFIGURATION_TOO_LARGE',
    });
    const payload = await signed({}, { text: '\n'.repeat(49_152) });
    expect(typeof judge(payload)).toBe('object');
  });
});

describe('a report', () => {
  const topic = 'coldgate/1/truck-17/configuration/report';
  const report = {
    number: 7,
    state: 'refused' as const,
    code: 'CONFIGURATION_UNFIT',
    reason: 'ACME',
    atMs: NOW_MS,
  };
  const payload = sealReport(report, reportKey, topic);
  const opened = (bytes: string, key = reportKey, at = topic) => openReport(Buffer.from(bytes), key, at);

  test('is read by the owner alone', () => {
    expect(opened(payload)).toEqual(report);
    expect(payload).not.toContain('ACME');
    expect(payload.length).toBe(
      sealReport({ number: 7, state: 'applied', atMs: 0 }, reportKey, topic).length,
    );
  });

  test('of a reason without end is cut', () => {
    const long = opened(sealReport({ ...report, reason: 'x'.repeat(5_000) }, reportKey, topic));
    expect(long?.reason).toBe('x'.repeat(1_000));
  });

  test.each<[string, string, string?, string?]>([
    ['by another key', payload, toHex(new Uint8Array(32))],
    ['moved to another gateway', payload, reportKey, 'coldgate/1/truck-18/configuration/report'],
    ['with a bit changed', changed(payload, { box: flipped(JSON.parse(payload).box) })],
    ['cut in half', payload.slice(0, 100)],
    ['with a box too short', changed(payload, { box: 'AAAA' })],
    ['with no box', '{"version":1}'],
    ['that is empty', ''],
    ['of too many bytes', payload.padEnd(9_000)],
  ])('%s is none', (_what, bytes, key, at) => {
    expect(opened(bytes, key, at)).toBeUndefined();
  });
});

function flipped(box: string): string {
  const bytes = Buffer.from(box, 'base64url');
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  return bytes.toString('base64url');
}
