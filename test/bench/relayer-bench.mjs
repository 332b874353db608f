// What a look at the ledger costs while nothing is owed, with one endpoint and with three, and what it costs to make a
// signed transaction durable before it is sent.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SigningKey } from 'ethers/crypto';
import { BaseWallet } from 'ethers/wallet';
import { anchorRows } from '../../dist/gateway/journal/anchor-rows.js';
import { openDatabase } from '../../dist/gateway/journal/database.js';
import { JsonRpc } from '../../dist/ledger-sync/anchor/json-rpc.js';
import { AnchorSubmitter } from '../../dist/ledger-sync/anchor/submitter.js';
import { SoftwareSigner } from '../../dist/ledger-sync/evidence/signer.js';
import { CHAIN_ID, startLocalChain } from '../chaos/local-chain.mjs';

const TICKS = 100;
const SAVES = 200;
const GENEROUS = { perGas: 10n ** 15n, perHeader: 10n ** 20n, perDay: 10n ** 21n };

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Median time of a tick on a quiet ledger and the calls that it made. */
async function measureTicks(chain, store, device, endpointCount) {
  let calls = 0;
  const rpc = new JsonRpc(chain.url);
  const endpoint = () => ({
    call: (method, params) => {
      calls += 1;
      return rpc.call(method, params);
    },
  });
  const submitter = new AnchorSubmitter({
    store,
    endpoints: Array.from({ length: endpointCount }, endpoint),
    wallet: new BaseWallet(new SigningKey(`0x${'09'.repeat(32)}`)),
    chainId: CHAIN_ID,
    contract: chain.contract,
    gateway: device.address,
    limits: GENEROUS,
    lowBalanceDays: 7,
    finality: 'tags',
    log: { info: () => {}, warn: () => {} },
  });
  await submitter.tick();
  calls = 0;
  const times = [];
  for (let tick = 0; tick < TICKS; tick += 1) {
    const startedMs = performance.now();
    const { kind } = await submitter.tick();
    if (kind !== 'idle') throw new Error(`a quiet ledger is ${kind}`);
    times.push(performance.now() - startedMs);
  }
  return { tickMs: median(times), calls: calls / TICKS };
}

function measureSaves(store) {
  const raw = `0x${'ab'.repeat(340)}`;
  const times = [];
  for (let nonce = 0; nonce < SAVES; nonce += 1) {
    const startedMs = performance.now();
    const hash = `0x${nonce.toString(16).padStart(64, '0')}`;
    store.saveSubmission(
      { hash, nonce, raw, fromSeq: nonce + 1, toSeq: nonce + 1 },
      { nonce, wei: 1n, timeMs: 0 },
    );
    times.push(performance.now() - startedMs);
  }
  return median(times);
}

async function measureRelayer() {
  const folder = mkdtempSync(join(tmpdir(), 'coldgate-bench-'));
  const device = new SoftwareSigner(new Uint8Array(32).fill(7));
  const chain = await startLocalChain(device, `0x${'11'.repeat(20)}`);
  const database = openDatabase(join(folder, 'journal.db'), { access: 'owner' });
  try {
    const domain = { chainId: CHAIN_ID, verifyingContract: chain.contract };
    const store = anchorRows(database, device.address, domain);
    const one = await measureTicks(chain, store, device, 1);
    const three = await measureTicks(chain, store, device, 3);
    return [
      { figure: 'relayer.tickMs', value: Number(one.tickMs.toFixed(2)), unit: 'ms' },
      { figure: 'relayer.callsPerTick', value: one.calls, unit: 'calls' },
      { figure: 'relayer.tickMsOfThree', value: Number(three.tickMs.toFixed(2)), unit: 'ms' },
      { figure: 'relayer.callsPerTickOfThree', value: three.calls, unit: 'calls' },
      { figure: 'relayer.saveMs', value: Number(measureSaves(store).toFixed(3)), unit: 'ms' },
    ];
  } finally {
    database.close();
    await chain.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const relayerMeasurements = [
  {
    figures: [
      'relayer.tickMs',
      'relayer.callsPerTick',
      'relayer.tickMsOfThree',
      'relayer.callsPerTickOfThree',
      'relayer.saveMs',
    ],
    measure: measureRelayer,
  },
];
