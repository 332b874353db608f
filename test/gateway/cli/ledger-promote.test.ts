// A relay that goes on publishing while somebody promotes a header of it: a scripted node in the place of the ledger.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { AggregateRows } from '../../../gateway/relay/aggregate-rows.js';
import { RelayDatabase } from '../../../gateway/relay/relay-database.js';
import { createKeyFile, createPassphraseFile } from '../../../gateway/sealing/key-file.js';
import { aggregateInterface } from '../../../ledger-sync/anchor/aggregated-tree.js';
import { encodeBatchWire, headOf } from '../../../ledger-sync/evidence/batch.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { signedHeader } from '../relay/signed-header.js';
import { tempFolder } from '../temp-folder.js';
import { capturedIo } from './captured-io.js';

const contract = `0x${'cc'.repeat(20)}`;
const no = `0x${'0'.repeat(64)}`;
const yes = `0x${'0'.repeat(63)}1`;
const block = {
  number: '0x1',
  hash: `0x${'11'.repeat(32)}`,
  parentHash: no,
  timestamp: '0x1',
  baseFeePerGas: '0x1',
};

/** A node that answers in turn whether a tree is the newest, and refuses each transaction with the next error. */
async function scriptedNode(isNewest: readonly boolean[], refusals: readonly object[]) {
  const trees = [...isNewest];
  const errors = [...refusals];
  const answers: Record<string, () => object> = {
    eth_call: () => ({ result: trees.shift() ? yes : no }),
    eth_chainId: () => ({ result: '0x7a69' }),
    eth_getBlockByNumber: () => ({ result: block }),
    eth_getTransactionCount: () => ({ result: '0x0' }),
    eth_estimateGas: () => ({ error: errors.shift() }),
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (data) => {
      text += data;
    });
    request.on('end', () => {
      const { id, method } = JSON.parse(text);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answers[method]?.() }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, left: () => trees.length + errors.length };
}

async function promote(url: string, isEmpty = false) {
  const home = tempFolder();
  await createKeyFile(join(home, 'key.json'), createPassphraseFile(join(home, 'passphrase')));
  const config = join(home, 'relay.yaml');
  const lines = [
    'broker: { url: mqtt://127.0.0.1:1 }',
    `ledger: { rpcUrl: '${url}', chainId: 31337, contract: '${contract}', payerKeyFile: key.json, payerPassphraseFile: passphrase }`,
    'dataDir: .',
    'mode: aggregate',
  ];
  writeFileSync(config, lines.join('\n'));
  const header = signedHeader('truck');
  const database = new RelayDatabase(join(home, 'relay.db'));
  const { gateway, prev, meta } = header;
  if (!isEmpty) {
    new AggregateRows(database.connection).append([
      { gateway, seq: meta.seq, prev, head: headOf(header), wire: encodeBatchWire(header) },
    ]);
  }
  database.close();
  const io = capturedIo();
  const code = await runProgram(['ledger', 'promote', `0x${toHex(gateway)}`, '-c', config], io);
  return { code, err: io.errLines.join('\n') };
}

const reverted = (name: string, ...values: readonly unknown[]) => ({
  code: 3,
  message: 'execution reverted',
  data: aggregateInterface.encodeErrorResult(name, values),
});
const notNewer = reverted('NotNewer', contract, 1);

it('a tree that is published during a promotion is asked for anew', async () => {
  const node = await scriptedNode(
    [false, true, true, true],
    [reverted('UnknownTree', contract), { code: -32_000, message: 'nonce too low' }, notNewer],
  );
  const { code, err } = await promote(node.url);
  expect(err).toContain('NotNewer');
  expect(code).not.toBe(0);
  expect(node.left()).toBe(0);
});

it.each([
  ['an error of the contract', notNewer, 'NotNewer'],
  ['words that only name another error', reverted('Error', 'no UnknownTree'), 'Error(no UnknownTree)'],
])('a refusal that no waiting mends is told at once: %s', async (_what, refusal, told) => {
  const node = await scriptedNode([true, true], [refusal, refusal]);
  const { err } = await promote(node.url);
  expect(err).toContain(told);
  expect(node.left()).toBe(2);
});

it('a relay that has published nothing is told so at once', async () => {
  const node = await scriptedNode([true], []);
  const { code, err } = await promote(node.url, true);
  expect(code).toBe(2);
  expect(err).toContain('published');
  expect(node.left()).toBe(1);
});
