// A node that answers whatever it likes: to every question that the ledger side asks, and as bytes over real HTTP.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBlock, readChainId, readReceipt } from '../../../ledger-sync/anchor/chain-reader.js';
import { readEvents } from '../../../ledger-sync/anchor/event-logs.js';
import { suggestFees } from '../../../ledger-sync/anchor/fees.js';
import { JsonRpc, type Rpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { LedgerError } from '../../../ledger-sync/anchor/ledger-error.js';
import { readStateProof } from '../../../ledger-sync/proofs/state-proof-reader.js';
import { trialInterface } from '../../../ledger-sync/trials/trial-contract.js';
import { bytesOf, type FuzzTarget, jsonBytes, refusedLaterBy, textOf } from '../fuzz-target.js';

const hash = `0x${'22'.repeat(32)}`;
const address = new Uint8Array(20).fill(0xcc);
const block = {
  ...{
    number: '0x4b5',
    hash,
    timestamp: '0x6ab13b80',
    baseFeePerGas: '0x7',
    parentHash: hash,
    sha3Uncles: hash,
  },
  ...{ miner: `0x${'11'.repeat(20)}`, stateRoot: hash, transactionsRoot: hash, receiptsRoot: hash },
  ...{ logsBloom: `0x${'00'.repeat(256)}`, difficulty: '0x0', gasLimit: '0x1c9c380', gasUsed: '0x0' },
  ...{ extraData: '0x', mixHash: hash, nonce: '0x0000000000000000' },
};
const event = {
  ...{ address: `0x${'cc'.repeat(20)}`, topics: [hash, hash], data: `0x${'00'.repeat(64)}` },
  ...{ blockNumber: '0x4b5', transactionHash: hash, logIndex: '0x0', transactionIndex: '0x0' },
};
const receipt = {
  ...{ blockNumber: '0x4b5', blockHash: hash, status: '0x1', gasUsed: '0x5208', effectiveGasPrice: '0x7' },
  ...{ contractAddress: null, logs: [event] },
};
const proof = { accountProof: ['0xc0'], storageProof: [{ key: '0x0', value: '0x1', proof: ['0xc0'] }] };

const questions: readonly ((rpc: Rpc) => Promise<unknown>)[] = [
  readChainId,
  (rpc) => readBlock(rpc, 'latest'),
  (rpc) => readReceipt(rpc, hash),
  (rpc) => suggestFees(rpc, { number: 1, hash, timeMs: 1, baseFeePerGas: 7n }),
  (rpc) => readStateProof(rpc, hash, address, address),
  (rpc) => readEvents(rpc, { contract: event.address, face: trialInterface, topics: [], fromBlock: 0 }),
];

export async function chainTargets(): Promise<FuzzTarget[]> {
  let answer: Uint8Array = new Uint8Array(0);
  let turn = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return [
    {
      name: 'chain answer',
      seeds: [block, receipt, [event], proof, '0x7a69'].map(jsonBytes),
      isJson: true,
      slice: 800,
      share: 15,
      feed: (input) => {
        turn += 1;
        const ask = questions[turn % questions.length];
        let value: unknown;
        try {
          value = JSON.parse(textOf(input));
        } catch {
          return 'refused';
        }
        // To what follows from the answer a node answers as well as it can.
        const rpc: Rpc = {
          call: async (method) => (method === 'eth_getBlockByNumber' && Array.isArray(value) ? block : value),
        };
        return refusedLaterBy([LedgerError], async () => ask?.(rpc));
      },
    },
    {
      name: 'chain http',
      seeds: [
        bytesOf('{"jsonrpc":"2.0","id":1,"result":"0x7a69"}'),
        bytesOf('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no","data":"0x08c379a0"}}'),
      ],
      isJson: true,
      slice: 200,
      share: 1,
      feed: (input) => {
        answer = input;
        const rpc = new JsonRpc(`http://127.0.0.1:${port}/`);
        return refusedLaterBy([LedgerError], () => rpc.call('eth_chainId', []));
      },
      close: () => {
        server.closeAllConnections();
        server.close();
      },
    },
  ];
}
