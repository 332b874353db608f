// What somebody who reads the mempool, carries signatures, holds a right or signs by a contract could try against the
// trial contract.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attestationName } from '../../../ledger-sync/trials/trial-contract.js';
import { type Anvil, callAnvil, startAnvil } from '../anvil.js';
import { addressText, FAR, NONE, TrialRig, word } from '../trials/trial-rig.js';
import { compilePeers, Peer } from './agreement-peers.js';

let anvil: Anvil;
let rig: TrialRig;
/** Another deployment of the same code on the same chain. */
let twin: TrialRig;
let form: string;
let set: string;

beforeAll(async () => {
  compilePeers('HostileSigner');
  anvil = await startAnvil();
  rig = await TrialRig.deploy(anvil);
  twin = await TrialRig.deploy(anvil);
  for (const site of [rig.site, rig.otherSite]) await rig.chain.send(rig.appointData(site, 2));
  await rig.chain.send(rig.attestData(word('form'), { kind: 2 }));
  await rig.chain.send(rig.attestData(word('set'), { kind: 4 }));
  form = rig.nameOf(word('form'));
  set = rig.nameOf(word('set'));
}, 60_000);
afterAll(() => anvil.stop());

const everything = (one: TrialRig): string[] => [
  one.appointData(one.statistician, 4),
  one.attestData(word('replayed')),
  one.revokeData(form),
  one.grantData(set, word('recipient'), FAR, 0),
];

describe('replay', () => {
  test('a signature for another contract is worth nothing here', async () => {
    for (const data of everything(twin)) await expect(rig.chain.send(data)).rejects.toThrow('NotSignedBy');
  });

  test('a signature for another chain is worth nothing here', async () => {
    const elsewhere = await startAnvil({ chainId: 31338 });
    try {
      const there = await TrialRig.deploy(elsewhere);
      // The same account and nonces give the same address on both chains.
      expect(there.chain.address).toBe(rig.chain.address);
      const data = [rig.appointData(rig.statistician, 4), rig.attestData(word('replayed'))];
      for (const each of data) await expect(there.chain.send(each)).rejects.toThrow('NotSignedBy');
    } finally {
      await elsewhere.stop();
    }
  });

  test('a signature for another trial of the sponsor is worth nothing in this one', async () => {
    const values = [...rig.chain.interface.decodeFunctionData('attest', rig.attestData(word('x')))];
    const data = rig.chain.encode('attest', ...values.with(1, word('another trial')));
    await expect(rig.chain.send(data)).rejects.toThrow('NotSignedBy');
  });

  test('a grant that was withdrawn and rights that were taken cannot be played again', async () => {
    const granted = rig.grantData(set, word('played'), FAR, 0);
    await rig.chain.send(granted);
    await expect(rig.chain.send(granted)).rejects.toThrow('WrongChange(1)');
    await rig.chain.send(rig.grantData(set, word('played'), 0, 1));
    await expect(rig.chain.send(granted)).rejects.toThrow('WrongChange(2)');
    const appointed = rig.appointData(rig.statistician, 4);
    await rig.chain.send(appointed);
    await rig.chain.send(rig.appointData(rig.statistician, 0, 1));
    await expect(rig.chain.send(appointed)).rejects.toThrow('WrongChange(2)');
  });

  test('neither an attestation nor its revocation works a second time', async () => {
    const attested = rig.attestData(word('once'));
    const revoked = rig.revokeData(rig.nameOf(word('once')));
    await rig.chain.send(attested);
    await expect(rig.chain.send(attested)).rejects.toThrow('AlreadyAttested');
    await rig.chain.send(revoked);
    await expect(rig.chain.send(revoked)).rejects.toThrow('AlreadyRevoked');
    await expect(rig.chain.send(attested)).rejects.toThrow('AlreadyAttested');
  });

  test('after its deadline a signature is worth nothing', async () => {
    const { timestamp } = (await callAnvil(anvil, 'eth_getBlockByNumber', 'latest', false)) as {
      timestamp: string;
    };
    const late = rig.attestData(word('late'), { deadline: Number(timestamp) - 1 });
    await expect(rig.chain.send(late)).rejects.toThrow('Expired');
  });
});

describe('front-running', () => {
  test('a site that sees a consent under way cannot take its place, nor revoke it as its own', async () => {
    const commitment = word('a subject');
    const copied = rig.attestData(commitment, { kind: 3, basis: form, by: rig.otherSite });
    await rig.chain.send(copied);
    await rig.chain.send(rig.attestData(commitment, { kind: 3, basis: form, by: rig.site }));
    await rig.chain.send(rig.revokeData(rig.nameOf(commitment, rig.otherSite), rig.otherSite));
    expect(await rig.state(rig.nameOf(commitment, rig.site))).toMatchObject({
      author: addressText(rig.site),
      revokedAtMs: undefined,
    });
  });

  test('a stranger that sees a trial begin cannot take its word: a trial belongs to whoever signs for it', async () => {
    const stranger = { sponsor: addressText(rig.statistician), by: rig.statistician };
    await rig.chain.send(rig.attestData(word('taken'), stranger));
    await rig.chain.send(rig.attestData(word('taken')));
    expect(await rig.state(rig.nameOf(word('taken')))).toMatchObject({ author: addressText(rig.sponsor) });
  });

  test('whoever carries a signature can change nothing in it', async () => {
    const changes: [name: string, data: string, other: readonly (readonly [number, unknown])[]][] = [
      [
        'attest',
        rig.attestData(word('carried')),
        [
          [2, 2],
          [3, word('other')],
          [4, form],
          [6, FAR + 1],
        ],
      ],
      [
        'grant',
        rig.grantData(set, word('carried'), FAR, 0),
        [
          [3, word('my own key')],
          [4, FAR + 1],
          [2, rig.nameOf(word('other'))],
        ],
      ],
      ['revoke', rig.revokeData(form), [[3, word('another reason')]]],
      [
        'appoint',
        rig.appointData(rig.statistician, 4, 2),
        [
          [2, rig.chain.stranger.address],
          [3, 7],
        ],
      ],
    ];
    for (const [name, data, others] of changes) {
      const values = [...rig.chain.interface.decodeFunctionData(name, data)];
      for (const [at, value] of others) {
        const changed = rig.chain.encode(name, ...values.with(at, value));
        await expect(rig.chain.send(changed), `${name} ${at}`).rejects.toThrow('NotSignedBy');
      }
    }
  });

  test('two changes of one grant that are under way at once do not both count', async () => {
    const longer = rig.grantData(set, word('raced'), FAR, 0);
    const shorter = rig.grantData(set, word('raced'), FAR - 5, 0);
    await rig.chain.send(shorter);
    await expect(rig.chain.send(longer)).rejects.toThrow('WrongChange(1)');
  });

  test('a signature in its malleable form is refused', async () => {
    const values = [...rig.chain.interface.decodeFunctionData('attest', rig.attestData(word('malleable')))];
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const signature = String(values[7]).slice(2);
    const s = (order - BigInt(`0x${signature.slice(64, 128)}`)).toString(16).padStart(64, '0');
    const v = (55 - Number.parseInt(signature.slice(128), 16)).toString(16);
    const malleable = `0x${signature.slice(0, 64)}${s}${v}`;
    await expect(rig.chain.send(rig.chain.encode('attest', ...values.with(7, malleable)))).rejects.toThrow(
      'NotSignedBy',
    );
  });
});

describe('a sponsor that is a contract', () => {
  const attestOf = (sponsor: string, text: string) =>
    rig.chain.encode('attest', sponsor, rig.trial, 1, word(text), NONE, sponsor, FAR, '0x');
  const standsOf = async (sponsor: string, text: string) => {
    const name = { sponsor, trial: rig.trial };
    const [found] = await rig.contract.attestations(name, [attestationName(sponsor, word(text))]);
    return found !== undefined;
  };
  const hostile = () => Peer.deploy({ rpc: rig.chain.rpc, relay: rig.chain.wallet, anvil }, 'HostileSigner');

  test('signs by ERC-1271', async () => {
    const signer = await hostile();
    await rig.chain.send(attestOf(signer.address, 'by a contract'));
    expect(await standsOf(signer.address, 'by a contract')).toBe(true);
  });

  test('cannot enter again while it is asked for its signature', async () => {
    const signer = await hostile();
    const inner = attestOf(signer.address, 'inner');
    await signer.do('prepare', [rig.chain.address, inner, false]);
    await expect(rig.chain.send(attestOf(signer.address, 'outer'))).rejects.toThrow('NotSignedBy');
    // Where it swallows that failure, the outer call is all that happens.
    await signer.do('prepare', [rig.chain.address, inner, true]);
    await rig.chain.send(attestOf(signer.address, 'outer'), rig.chain.wallet);
    expect(await standsOf(signer.address, 'inner')).toBe(false);
    expect(await standsOf(signer.address, 'outer')).toBe(true);
  });
});

test('no coins can be stuck: there is no way to send any', async () => {
  const { address } = rig.chain;
  const from = rig.chain.wallet.address;
  for (const data of ['0x', rig.attestData(word('paid'))]) {
    const call = { from, to: address, value: '0x1', data };
    await expect(callAnvil(anvil, 'eth_call', call, 'latest')).rejects.toThrow();
  }
  expect(await callAnvil(anvil, 'eth_getBalance', address, 'latest')).toBe('0x0');
  const payable = rig.chain.interface.fragments.filter(
    (fragment) => 'payable' in fragment && fragment.payable,
  );
  expect(payable).toEqual([]);
});
