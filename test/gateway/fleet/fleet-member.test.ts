// The gateway's part: each number once and never backwards, over restarts; what is in the way is waited for; what became of a
// trial is told; and a trial that cuts the gateway off, or makes it blind, is not passed.

import { describe, expect, test, vi } from 'vitest';
import { configurationHash } from '../../../gateway/configuration/configuration-hash.js';
import { pendingRow, revertedRow } from '../../../gateway/configuration/configuration-state.js';
import type { ConfigurationReport } from '../../../gateway/fleet/configuration-report.js';
import { signConfiguration } from '../../../gateway/fleet/fleet-configuration.js';
import { FleetMember } from '../../../gateway/fleet/member/fleet-member.js';
import { FreshReading, hasRecentReading } from '../../../gateway/fleet/member/trial-facts.js';
import { memberText } from '../../../gateway/fleet/member-text.js';
import type { RequestOutcome } from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { encodeRecord, qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import type { Signer } from '../../../ledger-sync/evidence/signer.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { addressOf, Machine, NOW_MS, ownerSigner, strangerSigner } from './fleet-bench.js';

const machine = new Machine(1);
const owner = addressOf(ownerSigner);
const own = { gateway: { name: 'truck-17' }, fleet: { owner, broker: { url: 'mqtt://127.0.0.1:1' } } };
const reportKey = '5c'.repeat(32);
const fileOf = (text: string) => configurationHash(memberText(text, own, 'x'));
const textOf = (windowMs: number) => `commit: { windowMs: ${windowMs} }\n`;

interface Known {
  number: number;
  text?: string;
  expiresAtMs?: number;
}

async function payloadOf(
  { number, text = textOf(number), expiresAtMs }: Known,
  signer: Signer = ownerSigner,
) {
  const about = {
    gateway: machine.address,
    sealingKey: machine.publicKey,
    number,
    issuedAtMs: NOW_MS,
    expiresAtMs,
  };
  return Buffer.from(await signConfiguration(signer, about, { reportKey, text }));
}

/** A gateway with its rows; `restart` is the next start with what is durable. */
class Gateway {
  readonly rows = new StateStore(new Map());
  readonly reports: ConfigurationReport[] = [];
  readonly events: unknown[] = [];
  readonly proposed: string[] = [];
  readonly proofs: (string | undefined)[] = [];
  readonly warnings: string[] = [];
  running = textOf(0);
  refusal: { code: string; reason: string } | undefined;
  facts = { isOwnerReachable: true, links: {}, hasReading: () => true };
  clock = { nowMs: NOW_MS, clockTrust: 2 };
  member = this.restart();

  restart(): FleetMember {
    this.member = new FleetMember({
      ...{ owner, gateway: machine.address, sealingKey: machine.sealingKey, own, state: this.rows },
      runningFile: fileOf(this.running),
      now: () => this.clock,
      propose: ({ id, text }) => {
        if (this.refusal) return { ok: false, hint: '', ...this.refusal };
        this.proposed.push(id);
        return this.#goesOnTrial(id, text);
      },
      proof: () => ({ limitMs: 1000, needsReading: true }),
      decided: (outcome) => {
        if (outcome.ok) this.events.push(...outcome.records.map(({ detail }) => detail.event));
        return { outcome, drafts: [], state: outcome.ok ? outcome.state : [] };
      },
      put: (entry, state) => {
        this.rows.apply(state);
        entry.onDurable?.(0);
      },
      report: (report) => this.reports.push(report),
      facts: this.facts,
      tellProof: (missing) => this.proofs.push(missing),
      log: { warn: (_fields: object, text: string) => this.warnings.push(text), info: () => {} } as never,
    });
    return this.member;
  }

  get last() {
    return this.reports.at(-1);
  }

  async take(known: Known, signer?: Signer): Promise<void> {
    const before = this.reports.length + this.warnings.length;
    this.member.take(await payloadOf(known, signer));
    await eventually('it was looked at', () => this.reports.length + this.warnings.length > before);
  }

  /** Another role, with that text, after what was said of the trial. */
  comesUp(text: string, reverted?: { code: string; message: string }): void {
    const pending = JSON.parse(this.rows.get('configuration/pending') ?? '{}');
    const told = reverted && revertedRow({ id: pending.id, hash: pending.to, ...reverted });
    this.rows.apply([pendingRow(undefined), ...(told ? [told] : [])]);
    this.running = text;
    this.restart().look();
  }

  #goesOnTrial(id: string, text: string): RequestOutcome {
    const to = configurationHash(text);
    const record = { kind: 11, subjectName: 'gateway', detail: { event: 'applied' } };
    const proof = { limitMs: 1000, needsReading: true };
    const pending = { id, from: fileOf(this.running), to, text, proof };
    return { ok: true, records: [record], state: [pendingRow(pending)], answer: {} };
  }
}

describe('a number', () => {
  test('is decided on once, and lower ones never again, over restarts', async () => {
    const gateway = new Gateway();
    await gateway.take({ number: 5 });
    expect([gateway.last, gateway.proposed]).toMatchObject([{ number: 5, state: 'on-trial' }, ['fleet-5']]);
    gateway.comesUp(textOf(5));
    expect(gateway.last).toMatchObject({ number: 5, state: 'applied' });
    for (const number of [4, 1]) gateway.member.take(await payloadOf({ number }));
    // Said again after all: a broker that lost the report gets it.
    await gateway.take({ number: 5 });
    expect(gateway.last).toMatchObject({ number: 5, state: 'applied' });
    await gateway.take({ number: 6 });
    expect(gateway.proposed).toEqual(['fleet-5', 'fleet-6']);
    expect(gateway.reports.map(({ number }) => number)).not.toContain(4);
  });

  test('that was refused is used up too', async () => {
    const gateway = new Gateway();
    gateway.refusal = { code: 'CONFIGURATION_INVALID', reason: 'a file is missing' };
    await gateway.take({ number: 2 });
    expect(gateway.last).toMatchObject({ number: 2, state: 'refused', code: 'CONFIGURATION_INVALID' });
    expect(gateway.events).toEqual(['refused']);
    gateway.refusal = undefined;
    gateway.restart();
    await gateway.take({ number: 2 });
    expect(gateway.proposed).toEqual([]);
    expect(gateway.last).toMatchObject({ number: 2, state: 'refused' });
  });

  test('counts for one owner: another one begins anew', async () => {
    const gateway = new Gateway();
    gateway.rows.apply([
      [
        'fleet/state',
        JSON.stringify({ owner: addressOf(strangerSigner), number: 9, state: 'applied', reportKey }),
      ],
    ]);
    await gateway.take({ number: 1 });
    expect(gateway.proposed).toEqual(['fleet-1']);
  });

  test('of which several come at once is the highest', async () => {
    const gateway = new Gateway();
    for (const number of [3, 5, 4]) gateway.member.take(await payloadOf({ number }));
    await eventually('it is decided', () => gateway.last?.number === 5);
    expect(gateway.proposed.at(-1)).toBe('fleet-5');
    expect(gateway.proposed).not.toContain('fleet-4');
  });
});

describe('what is not taken', () => {
  test.each<[string, Known, Partial<Gateway>, string]>([
    [
      'is too old by a clock that is known',
      { number: 1, expiresAtMs: NOW_MS - 1 },
      {},
      'CONFIGURATION_EXPIRED',
    ],
    ['names the gateway', { number: 1, text: 'gateway: { name: x }' }, {}, 'CONFIGURATION_INVALID'],
    ['names another owner', { number: 1, text: 'fleet: { owner: x }' }, {}, 'CONFIGURATION_INVALID'],
    ['is no YAML', { number: 1, text: '\t{' }, {}, 'CONFIGURATION_INVALID'],
    ['is no mapping', { number: 1, text: '- a' }, {}, 'CONFIGURATION_INVALID'],
  ])('%s', async (_what, known, _more, code) => {
    const gateway = new Gateway();
    await gateway.take(known);
    expect(gateway.last).toMatchObject({ number: 1, state: 'refused', code });
    expect(gateway.proposed).toEqual([]);
  });

  test('nothing is too old by a clock that nobody believes', async () => {
    const gateway = new Gateway();
    gateway.clock = { nowMs: NOW_MS, clockTrust: 0 };
    await gateway.take({ number: 1, expiresAtMs: NOW_MS - 1 });
    expect(gateway.proposed).toEqual(['fleet-1']);
  });

  test('a stranger’s is not looked into, and said once', async () => {
    const gateway = new Gateway();
    const payload = await payloadOf({ number: 9 }, strangerSigner);
    for (const _time of [1, 2]) gateway.member.take(payload);
    gateway.member.take(new Uint8Array(0));
    expect(gateway.warnings).toEqual([expect.stringContaining('other-owner')]);
    expect(gateway.reports).toEqual([]);
  });
});

describe('the text that is in force already', () => {
  test('is confirmed: the first configuration of coldgate enrol is the file that is there', async () => {
    const gateway = new Gateway();
    await gateway.take({ number: 1, text: gateway.running });
    expect([gateway.last, gateway.events]).toMatchObject([{ number: 1, state: 'applied' }, ['confirmed']]);
  });
});

describe('what is in the way', () => {
  test.each([
    'CONFIGURATION_ON_TRIAL',
    'CONFIGURATION_UNREAD',
    'CONFIGURATION_UNWRITABLE',
    'CONFIGURATION_UNWATCHED',
  ])('%s is waited for, and told', async (code) => {
    const gateway = new Gateway();
    gateway.refusal = { code, reason: 'later' };
    await gateway.take({ number: 1 });
    expect(gateway.last).toMatchObject({ number: 1, state: 'waiting', code });
    gateway.member.look();
    expect([gateway.proposed, gateway.events]).toEqual([[], []]);
    gateway.refusal = undefined;
    gateway.member.look();
    expect(gateway.proposed).toEqual(['fleet-1']);
  });

  test('a newer one takes its place', async () => {
    const gateway = new Gateway();
    gateway.refusal = { code: 'CONFIGURATION_ON_TRIAL', reason: 'later' };
    await gateway.take({ number: 1 });
    gateway.refusal = undefined;
    await gateway.take({ number: 2 });
    gateway.member.look();
    expect(gateway.proposed).toEqual(['fleet-2']);
  });

  test('a program that fails on a configuration goes on, or it would end at each start', async () => {
    const gateway = new Gateway();
    Object.defineProperty(gateway, 'refusal', {
      get: () => {
        throw new Error('a bug');
      },
    });
    await gateway.take({ number: 1 });
    expect(gateway.warnings).toEqual([expect.stringContaining('a bug')]);
  });
});

describe('what became of a trial', () => {
  test('taken back: refused, with the reason, once', async () => {
    const gateway = new Gateway();
    await gateway.take({ number: 3 });
    gateway.comesUp(textOf(0), { code: 'CONFIGURATION_UNFIT', message: 'the gateway role ended' });
    const refused = {
      number: 3,
      state: 'refused',
      code: 'CONFIGURATION_UNFIT',
      reason: 'the gateway role ended',
    };
    expect(gateway.last).toMatchObject(refused);
    const told = gateway.reports.length;
    gateway.member.look();
    expect(gateway.reports).toHaveLength(told);
    gateway.restart().repeat();
    expect(gateway.last).toMatchObject(refused);
  });

  test('overtaken by hand: refused', async () => {
    const gateway = new Gateway();
    await gateway.take({ number: 3 });
    gateway.comesUp(textOf(77));
    expect(gateway.last).toMatchObject({ state: 'refused', code: 'CONFIGURATION_OVERTAKEN' });
  });

  test('not settled yet: nothing is told, and what it lacks goes to the process above', async () => {
    const gateway = new Gateway();
    await gateway.take({ number: 3 });
    gateway.member.look();
    expect(gateway.proofs).toEqual([]);
    gateway.running = textOf(3);
    gateway.facts = { isOwnerReachable: false, links: { fleet: false }, hasReading: () => false };
    gateway.restart();
    const lacking = (change: Partial<Gateway['facts']>) => {
      Object.assign(gateway.facts, change);
      gateway.member.look();
      return gateway.proofs.at(-1);
    };
    expect(lacking({})).toContain('owner');
    expect(lacking({ isOwnerReachable: true })).toContain('publish');
    expect(lacking({ links: { local: false, fleet: true } })).toContain('reading');
    expect(lacking({ hasReading: () => true })).toBeUndefined();
    expect(gateway.proofs).toHaveLength(4);
    expect(lacking({ links: {} })).toBeUndefined();
    expect(gateway.last).toMatchObject({ state: 'on-trial' });
  });
});

describe('a reading', () => {
  const leafOf = (more: object) =>
    encodeRecord({
      ...{ version: 1, gateway: machine.signer.address, sequence: 0, observedAtMs: NOW_MS, bootCount: 1 },
      ...{
        uptimeMs: 0,
        clockTrust: 2,
        kind: recordKinds.temperature,
        subject: new Uint8Array(16),
        value: 4000,
      },
      ...{ quality: qualityCodes.good, shipment: new Uint8Array(0), detail: new Uint8Array(0) },
      ...more,
    });
  const logOf = (leaves: Uint8Array[]) => ({
    leaves: (from: number, limit: number) => leaves.slice(from, from + limit),
    latestCheckpoint: () => ({ size: leaves.length }) as never,
  });
  const fault = leafOf({ quality: qualityCodes['probe-open'] });
  const door = leafOf({ kind: recordKinds.door });

  test('was there before if a good one is at most ten minutes old', () => {
    expect(hasRecentReading(logOf([leafOf({})]), NOW_MS + 600_000)).toBe(true);
    expect(hasRecentReading(logOf([leafOf({})]), NOW_MS + 600_001)).toBe(false);
    expect(hasRecentReading(logOf([fault, door]), NOW_MS)).toBe(false);
    expect(hasRecentReading(logOf([]), NOW_MS)).toBe(false);
  });

  test('is fresh if it came since the start, is good and is durable', () => {
    const leaves = [leafOf({}), leafOf({})];
    const fresh = new FreshReading(logOf(leaves), 2);
    expect(fresh.isThere).toBe(false);
    leaves.push(...Array.from({ length: 300 }, () => fault), door);
    expect(fresh.isThere).toBe(false);
    leaves.push(leafOf({ observedAtMs: 0 }));
    expect(fresh.isThere).toBe(true);
    const read = vi.spyOn(Array.prototype, 'slice');
    expect(fresh.isThere).toBe(true);
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });
});
