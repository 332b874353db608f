// What the ledger held, proven under a trusted block: against a real node's eth_getProof, and every byte of it.
import { keccak256 as ethersKeccak } from 'ethers/crypto';
import { decodeRlp as ethersDecodeRlp, encodeRlp as ethersEncodeRlp, hexlify } from 'ethers/utils';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBlock } from '../../../ledger-sync/anchor/chain-reader.js';
import { anchorInterface, encodeAnchor } from '../../../ledger-sync/anchor/contract-client.js';
import type { Rpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../../../ledger-sync/anchor/ledger-error.js';
import { revokeGateway } from '../../../ledger-sync/anchor/registry.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import { runtimeCodeHash } from '../../../ledger-sync/contracts/generated/coldgate-anchor.js';
import { fromHex, toHex } from '../../../ledger-sync/evidence/bytes.js';
import { EvidenceError } from '../../../ledger-sync/evidence/evidence-error.js';
import { parseStateProof, type StateProof } from '../../../ledger-sync/evidence/state-proof-schema.js';
import { valueInTrie } from '../../../ledger-sync/proofs/merkle-patricia.js';
import { decodeRlp, encodeRlp, type RlpItem } from '../../../ledger-sync/proofs/rlp.js';
import { headSlotOf, verifyStateProof } from '../../../ledger-sync/proofs/state-proof.js';
import { agreeOnBlock, readStateProof } from '../../../ledger-sync/proofs/state-proof-reader.js';
import { type Anvil, startAnvil } from '../anvil.js';
import { deployTestLedger, TestGateway, type TestLedger } from '../test-ledger.js';

let anvil: Anvil;
let ledger: TestLedger;
let proof: StateProof;
let blockHash = '';
let head = '';
const gateway = new TestGateway('proven truck');

beforeAll(async () => {
  anvil = await startAnvil();
  ledger = await deployTestLedger(anvil.url);
  // Neighbours make the storage trie deep enough for branches and extensions.
  for (let count = 0; count < 12; count += 1) await ledger.register(new TestGateway(`neighbour ${count}`));
  await ledger.register(gateway);
  const batches = [gateway.cut(ledger.domain), gateway.cut(ledger.domain)];
  const contract = hexlify(ledger.domain.verifyingContract);
  await sendAndWait(ledger.rpc, ledger.wallet, contract, encodeAnchor(batches.map(({ wire }) => wire)));
  head = toHex(batches[1]?.head ?? new Uint8Array(0));
  blockHash = (await readBlock(ledger.rpc, 'latest')).hash;
  proof = await readProof(gateway);
});
afterAll(() => anvil.stop());

function readProof(of: TestGateway): Promise<StateProof> {
  return readStateProof(ledger.rpc, blockHash, ledger.domain.verifyingContract, of.signer.address);
}

test("the slot is the contract's own slotOf", async () => {
  const data = anchorInterface.encodeFunctionData('slotOf', [hexlify(gateway.signer.address)]);
  const to = hexlify(ledger.domain.verifyingContract);
  const answer = await ledger.rpc.call('eth_call', [{ to, data }, 'latest']);
  expect(answer).toBe(hexlify(headSlotOf(gateway.signer.address)));
});

test("a node's proof gives the head that the contract holds, block and time", () => {
  const state = verifyStateProof(parseStateProof(JSON.stringify(proof)), blockHash, [runtimeCodeHash]);
  expect(state).toMatchObject({ registered: true, headSeq: 2, head });
  expect(state.blockNumber).toBeGreaterThan(13);
  expect(state.blockTimeMs).toBeGreaterThan(1_600_000_000_000);
  expect(proof.storageProof.length).toBeGreaterThan(1);
});

test('that a gateway is not registered is proven too', async () => {
  const none = await readProof(new TestGateway('stranger'));
  expect(verifyStateProof(none, blockHash, [runtimeCodeHash])).toMatchObject({
    registered: false,
    headSeq: 0,
  });
});

test('a proof with any byte changed is refused with the typed error', () => {
  const unnoticed: string[] = [];
  const tryOne = (changed: StateProof, title: string) => {
    try {
      verifyStateProof(changed, blockHash, [runtimeCodeHash]);
      unnoticed.push(title);
    } catch (error) {
      if (!(error instanceof EvidenceError)) throw error;
    }
  };
  for (const [title, hex, place] of partsOf(proof)) {
    const bytes = fromHex(hex);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      tryOne(place(hexlify(changed)), `${title} byte ${at}`);
    }
    tryOne(place('0x'), `${title} empty`);
  }
  expect(unnoticed).toEqual([]);
});

type Place = (hex: string) => StateProof;

function partsOf(whole: StateProof): [title: string, hex: string, place: Place][] {
  const inList = (key: 'accountProof' | 'storageProof') =>
    whole[key].map((node, at): [string, string, Place] => [
      `${key} ${at}`,
      node,
      (hex) => ({ ...whole, [key]: whole[key].with(at, hex) }),
    ]);
  return [
    ['header', whole.header, (header) => ({ ...whole, header })],
    ['contract', whole.contract, (contract) => ({ ...whole, contract })],
    ...inList('accountProof'),
    ...inList('storageProof'),
  ];
}

test('a node left out, added or taken from another gateway is refused', async () => {
  const verify = (changed: Partial<StateProof>) => () =>
    verifyStateProof({ ...proof, ...changed }, blockHash, [runtimeCodeHash]);
  const { accountProof, storageProof } = proof;
  expect(verify({ storageProof: storageProof.slice(0, -1) })).toThrow(/a node is missing/);
  expect(verify({ accountProof: [] })).toThrow(EvidenceError);
  expect(verify({ storageProof: [...storageProof, '0x80'] })).toThrow(/does not need/);
  expect(verify({ accountProof: [...accountProof, accountProof[0] ?? ''] })).toThrow(/does not need/);
  const other = await readProof(new TestGateway('neighbour 3'));
  expect(verify({ storageProof: other.storageProof })).toThrow(EvidenceError);
  expect(verify({ gateway: other.gateway })).toThrow(EvidenceError);
});

test('another block, and other code at the address, are refused', () => {
  expect(() => verifyStateProof(proof, `0x${'00'.repeat(32)}`, [runtimeCodeHash])).toThrow(
    /not that of block/,
  );
  expect(() => verifyStateProof(proof, blockHash, [`0x${'00'.repeat(32)}`])).toThrow(/no anchor contract/);
});

test.each([
  ['no JSON', '{'],
  ['another format', '{"format":"coldgate-bundle"}'],
  ['a proof of a thousand nodes', () => JSON.stringify({ ...proof, accountProof: Array(1000).fill('0x80') })],
  ['a node of a megabyte', () => JSON.stringify({ ...proof, storageProof: [`0x${'00'.repeat(2 ** 20)}`] })],
])('a file with %s is refused', (_, text) => {
  expect(() => parseStateProof(typeof text === 'string' ? text : text())).toThrow(EvidenceError);
});

describe('endpoints agree by majority', () => {
  const lying: Rpc = {
    call: async (method) => (method === 'eth_blockNumber' ? '0xffffff' : { hash: `0x${'66'.repeat(32)}` }),
  };
  const down: Rpc = {
    call: async () => {
      throw new LedgerError('RPC_DOWN', 'down', 'none');
    },
  };

  test('a liar and a silent one among five do not decide', async () => {
    const { rpc } = ledger;
    const agreed = await agreeOnBlock([lying, rpc, down, rpc, rpc]);
    expect(agreed).toMatchObject({ hash: blockHash, agreeing: 3, asked: 5 });
  });

  test('without a majority there is no answer', async () => {
    const { rpc } = ledger;
    await expect(agreeOnBlock([lying, rpc])).rejects.toMatchObject({ code: 'RPC_MALFORMED' });
    await expect(agreeOnBlock([down, rpc])).rejects.toMatchObject({ code: 'RPC_DOWN' });
  });

  test('a node whose block does not hash to what was asked is not believed', async () => {
    const { rpc } = ledger;
    const forging: Rpc = {
      call: async (method, params) => {
        const answer = await rpc.call(method, params);
        return method === 'eth_getBlockByHash'
          ? { ...Object(answer), stateRoot: `0x${'66'.repeat(32)}` }
          : answer;
      },
    };
    const { verifyingContract } = ledger.domain;
    const asked = readStateProof(forging, blockHash, verifyingContract, gateway.signer.address);
    await expect(asked).rejects.toMatchObject({ code: 'RPC_MALFORMED' });
  });
});

test('the empty trie holds nothing', () => {
  const root = fromHex(ethersKeccak('0x80'));
  expect(valueInTrie(root, new Uint8Array(20), [])).toBe(undefined);
  expect(valueInTrie(root, new Uint8Array(20), [Uint8Array.of(0x80)])).toBe(undefined);
  expect(() => valueInTrie(new Uint8Array(32), new Uint8Array(20), [])).toThrow(EvidenceError);
});

test('RLP is that of ethers both ways, and nothing else is read', () => {
  const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
    item: fc.oneof(
      { maxDepth: 3 },
      fc.uint8Array({ maxLength: 80 }),
      fc.array(tie('item'), { maxLength: 6 }),
    ),
  }));
  const hexOf = (one: RlpItem): unknown => (one instanceof Uint8Array ? hexlify(one) : one.map(hexOf));
  fc.assert(
    fc.property(item, (one) => {
      const bytes = encodeRlp(one);
      expect(hexlify(bytes)).toBe(ethersEncodeRlp(hexOf(one) as never));
      expect(decodeRlp(bytes)).toEqual(one);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
      try {
        expect(hexOf(decodeRlp(bytes))).toEqual(ethersDecodeRlp(bytes));
      } catch (error) {
        if (!(error instanceof EvidenceError)) throw error;
      }
    }),
  );
  for (const hex of ['8101', 'b80101', 'f800', 'b9000a', 'c3c2c1', '', 'c1'.repeat(99), 'bfffffffffffffffff'])
    expect(() => decodeRlp(fromHex(hex))).toThrow(EvidenceError);
});

// Last: it makes blocks, and the others speak of the newest one.
test('that a gateway was stopped is proven; how far it came is then not in the word', async () => {
  const stopped = new TestGateway('stopped');
  await ledger.register(stopped);
  const target = { rpc: ledger.rpc, wallet: ledger.wallet, contract: ledger.domain.verifyingContract };
  await revokeGateway(target, stopped.signer.address, 0, 'lost');
  const latest = await ledger.rpc.call('eth_getBlockByNumber', ['latest', false]);
  const { hash } = latest as { hash: string };
  const shown = await readStateProof(
    ledger.rpc,
    hash,
    ledger.domain.verifyingContract,
    stopped.signer.address,
  );
  expect(verifyStateProof(shown, hash, [runtimeCodeHash])).toMatchObject({
    registered: true,
    isStopped: true,
  });
  expect(verifyStateProof(proof, blockHash, [runtimeCodeHash])).toMatchObject({ isStopped: false });
});
