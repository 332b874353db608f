// What the trial contract promises to sponsors, sites, recipients and auditors.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTrialEvents, storyOf } from '../../../ledger-sync/trials/trial-history.js';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { addressText, FAR, NONE, signerNamed, TrialRig, word } from '../trials/trial-rig.js';

let anvil: Anvil;
let rig: TrialRig;

beforeAll(async () => {
  anvil = await startAnvil();
  rig = await TrialRig.deploy(anvil);
  await rig.chain.send(rig.appointData(rig.site, 2));
  await rig.chain.send(rig.appointData(rig.statistician, 4));
}, 60_000);
afterAll(() => anvil.stop());

async function nowS(): Promise<number> {
  const { timestamp } = (await callAnvil(anvil, 'eth_getBlockByNumber', 'latest', false)) as {
    timestamp: string;
  };
  return Number(timestamp);
}

/** A form that stands, and its name. */
async function form(text: string): Promise<string> {
  await rig.chain.send(rig.attestData(word(text), { kind: 2 }));
  return rig.nameOf(word(text));
}

async function dataSet(text: string): Promise<string> {
  await rig.chain.send(rig.attestData(word(text), { kind: 4, by: rig.statistician }));
  return rig.nameOf(word(text), rig.statistician);
}

describe('attestations', () => {
  test('a protocol version stands from its block on, and says who attested it', async () => {
    await rig.chain.send(rig.attestData(word('protocol 1.0')));
    const state = await rig.state(rig.nameOf(word('protocol 1.0')));
    expect(state).toMatchObject({
      kind: 'document',
      author: addressText(rig.sponsor),
      revokedAtMs: undefined,
    });
    expect(state?.madeAtMs).toBe((await nowS()) * 1000);
  });

  test('what nobody has attested is unknown, in this trial and for this sponsor', async () => {
    await rig.chain.send(rig.attestData(word('mine')));
    const name = rig.nameOf(word('mine'));
    expect(await rig.contract.attestations(rig.name, [name, word('never')])).toEqual([
      expect.objectContaining({ kind: 'document' }),
      undefined,
    ]);
    const elsewhere = { ...rig.name, trial: word('another trial') };
    expect(await rig.contract.attestations(elsewhere, [name])).toEqual([undefined]);
    const other = { ...rig.name, sponsor: addressText(rig.site) };
    expect(await rig.contract.attestations(other, [name])).toEqual([undefined]);
  });

  test('a consent rests on a form that stands: on a revoked, unknown or other one it is refused', async () => {
    const standing = await form('form A');
    await rig.chain.send(rig.attestData(word('subject 1'), { kind: 3, basis: standing, by: rig.site }));
    const revoked = await form('form B');
    await rig.chain.send(rig.revokeData(revoked));
    await rig.chain.send(rig.attestData(word('no form')));
    for (const basis of [revoked, word('unknown'), NONE, rig.nameOf(word('no form'))]) {
      const data = rig.attestData(word(`subject 2 ${basis}`), { kind: 3, basis, by: rig.site });
      await expect(rig.chain.send(data)).rejects.toThrow('BasisNotStanding');
    }
    // A consent given to a version that is replaced later was given all the same.
    await rig.chain.send(rig.revokeData(standing));
    expect(await rig.state(rig.nameOf(word('subject 1'), rig.site))).toMatchObject({
      revokedAtMs: undefined,
    });
  });

  test('a document may name the version that it replaces, and none that nobody knows', async () => {
    await rig.chain.send(rig.attestData(word('plan 1')));
    await rig.chain.send(rig.attestData(word('plan 2'), { basis: rig.nameOf(word('plan 1')) }));
    const data = rig.attestData(word('plan 3'), { basis: word('nobody knows') });
    await expect(rig.chain.send(data)).rejects.toThrow('UnknownAttestation');
  });

  test('neither an empty commitment nor an unknown kind is attested', async () => {
    await expect(rig.chain.send(rig.attestData(NONE))).rejects.toThrow('CommitmentMissing');
    await expect(rig.chain.send(rig.attestData(word('kind 0'), { kind: 0 }))).rejects.toThrow('KindMissing');
    await expect(rig.chain.send(rig.attestData(word('kind 5'), { kind: 5 }))).rejects.toThrow();
  });

  test('a consent is withdrawn by the site or the sponsor, once, for good, and by nobody else', async () => {
    const standing = await form('form C');
    for (const who of ['one', 'two'])
      await rig.chain.send(rig.attestData(word(who), { kind: 3, basis: standing, by: rig.site }));
    const [one, two] = ['one', 'two'].map((who) => rig.nameOf(word(who), rig.site));
    await expect(rig.chain.send(rig.revokeData(one ?? '', rig.statistician))).rejects.toThrow('NotAppointed');
    await rig.chain.send(rig.revokeData(one ?? '', rig.site));
    await rig.chain.send(rig.revokeData(two ?? ''));
    expect((await rig.state(one ?? ''))?.revokedAtMs).toBeGreaterThan(0);
    await expect(rig.chain.send(rig.revokeData(one ?? '', rig.site))).rejects.toThrow('AlreadyRevoked');
    const again = rig.attestData(word('one'), { kind: 3, basis: standing, by: rig.site });
    await expect(rig.chain.send(again)).rejects.toThrow('AlreadyAttested');
    await expect(rig.chain.send(rig.revokeData(word('nothing')))).rejects.toThrow('UnknownAttestation');
  });
});

describe('members', () => {
  test('each right covers its own kinds only', async () => {
    const standing = await form('form D');
    const tries: [number, string, typeof rig.site][] = [
      [1, NONE, rig.site],
      [2, NONE, rig.site],
      [4, NONE, rig.site],
      [1, NONE, rig.statistician],
      [3, standing, rig.statistician],
      [3, standing, rig.otherSite],
    ];
    for (const [kind, basis, by] of tries) {
      const data = rig.attestData(word(`try ${kind}`), { kind, basis, by });
      await expect(rig.chain.send(data), `kind ${kind}`).rejects.toThrow('NotAppointed');
    }
  });

  test('only the sponsor appoints; what it takes is gone, and own consents can still be withdrawn', async () => {
    const clinic = signerNamed('clinic');
    await expect(rig.chain.send(rig.appointData(clinic, 7, 0, rig.site))).rejects.toThrow('NotSignedBy');
    await expect(rig.chain.send(rig.appointData(clinic, 8))).rejects.toThrow('UnknownRights');
    await expect(rig.chain.send(rig.appointData(clinic, 0))).rejects.toThrow('NothingToChange');
    await rig.chain.send(rig.appointData(clinic, 2));
    const standing = await form('form E');
    await rig.chain.send(rig.attestData(word('last'), { kind: 3, basis: standing, by: clinic }));
    await rig.chain.send(rig.appointData(clinic, 0, 1));
    expect(await rig.contract.member(rig.name, addressText(clinic))).toEqual({ rights: 0, changes: 2 });
    const more = rig.attestData(word('one more'), { kind: 3, basis: standing, by: clinic });
    await expect(rig.chain.send(more)).rejects.toThrow('NotAppointed');
    await rig.chain.send(rig.revokeData(rig.nameOf(word('last'), clinic), clinic));
  });
});

describe('grants', () => {
  test('a recipient may read until the grant is over, to the second', async () => {
    const set = await dataSet('results 1');
    const expiresAt = (await nowS()) + 1000;
    await rig.chain.send(rig.grantData(set, word('r1'), expiresAt, 0, rig.statistician));
    expect(await rig.contract.grant(rig.name, set, word('r1'))).toMatchObject({
      stands: true,
      expiresAtMs: expiresAt * 1000,
    });
    expect(await rig.contract.grant(rig.name, set, word('r2'))).toMatchObject({ stands: false });
    await callAnvil(anvil, 'evm_setNextBlockTimestamp', expiresAt - 1);
    await callAnvil(anvil, 'evm_mine');
    expect((await rig.contract.grant(rig.name, set, word('r1'))).stands).toBe(true);
    await callAnvil(anvil, 'evm_setNextBlockTimestamp', expiresAt);
    await callAnvil(anvil, 'evm_mine');
    expect((await rig.contract.grant(rig.name, set, word('r1'))).stands).toBe(false);
    await rig.chain.send(rig.grantData(set, word('r1'), FAR, 1, rig.statistician));
    expect((await rig.contract.grant(rig.name, set, word('r1'))).stands).toBe(true);
  });

  test('a grant is withdrawn for one recipient and leaves the others; it can be given anew', async () => {
    const set = await dataSet('results 2');
    await rig.chain.send(rig.grantData(set, word('a'), FAR, 0));
    await rig.chain.send(rig.grantData(set, word('b'), FAR, 0));
    await rig.chain.send(rig.grantData(set, word('a'), 0, 1));
    expect(await rig.contract.grant(rig.name, set, word('a'))).toMatchObject({
      stands: false,
      isWithdrawn: true,
    });
    expect(await rig.contract.grant(rig.name, set, word('b'))).toMatchObject({ stands: true });
    await expect(rig.chain.send(rig.grantData(set, word('a'), 0, 2))).rejects.toThrow('NothingToChange');
    await expect(rig.chain.send(rig.grantData(set, word('c'), 0, 0))).rejects.toThrow('NothingToChange');
    await rig.chain.send(rig.grantData(set, word('a'), FAR, 2));
    expect(await rig.contract.grant(rig.name, set, word('a'))).toMatchObject({ stands: true });
  });

  test('with the data set all of its grants fall, and no new one is given', async () => {
    const set = await dataSet('results 3');
    await rig.chain.send(rig.grantData(set, word('a'), FAR, 0));
    await rig.chain.send(rig.revokeData(set));
    expect(await rig.contract.grant(rig.name, set, word('a'))).toMatchObject({ stands: false });
    await expect(rig.chain.send(rig.grantData(set, word('b'), FAR, 0))).rejects.toThrow('DataSetNotStanding');
    // What was granted can still be withdrawn, so that the books say it.
    await rig.chain.send(rig.grantData(set, word('a'), 0, 1));
  });

  test('only a data set can be granted, to a time to come, by whoever may share', async () => {
    const set = await dataSet('results 4');
    await rig.chain.send(rig.attestData(word('no set')));
    const noSet = rig.grantData(rig.nameOf(word('no set')), word('a'), FAR, 0);
    await expect(rig.chain.send(noSet)).rejects.toThrow('DataSetNotStanding');
    await expect(rig.chain.send(rig.grantData(set, word('a'), await nowS(), 0))).rejects.toThrow('GrantOver');
    await expect(rig.chain.send(rig.grantData(set, word('a'), FAR, 0, rig.site))).rejects.toThrow(
      'NotAppointed',
    );
  });
});

test('the events alone rebuild what the contract says of every attestation, grant and member', async () => {
  const events = await readTrialEvents(rig.chain.rpc, rig.chain.address, rig.name, 0);
  const { attestations, grants, members } = storyOf(events);
  expect(attestations.length).toBeGreaterThan(15);
  const states = await rig.contract.attestations(
    rig.name,
    attestations.map(({ attestation }) => attestation),
  );
  expect(states).toEqual(
    attestations.map(({ kind, author, madeAtMs, revokedAtMs }) => ({ kind, author, madeAtMs, revokedAtMs })),
  );
  expect(grants.length).toBeGreaterThan(3);
  for (const { dataSet: set, recipient, ...told } of grants)
    expect(await rig.contract.grant(rig.name, set, recipient)).toMatchObject(told);
  expect(members.size).toBe(3);
  for (const [account, rights] of members)
    expect((await rig.contract.member(rig.name, account)).rights).toBe(rights);
});
