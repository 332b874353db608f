// The whole way of headers to a chain under everything that goes wrong in the field, with real processes, a real
// journal and a real node. The last line is a JSON summary; exit code 1 if a promise broke, 3 if it could not run.
// use: chaos.mjs [--seconds N] [--seed N] [--loud]

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { keccak256 } from 'ethers/crypto';
import { openDatabase } from '../../dist/gateway/journal/database.js';
import { journalPathOf } from '../../dist/gateway/journal/paths.js';
import { createKeyFile, createPassphraseFile } from '../../dist/gateway/sealing/key-file.js';
import { readBlock } from '../../dist/ledger-sync/anchor/chain-reader.js';
import { AnchorContract } from '../../dist/ledger-sync/anchor/contract-client.js';
import { toHex } from '../../dist/ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../dist/ledger-sync/evidence/signer.js';
import { auditChain, countAnchoredOnce } from './chain-audit.mjs';
import { runFaults, seededRandom } from './faults.mjs';
import { startFaultyEndpoint } from './faulty-endpoint.mjs';
import { killable } from './killable.mjs';
import { CHAIN_ID, startLocalChain } from './local-chain.mjs';

const BLOCK_MS = 150;
/** Long enough for every breaker to be at its longest pause. */
const OUTAGE_MS = 5_000;
/** 30 gwei. */
const FINAL_BASE_FEE = '0x6fc23ac00';
/** What the promises allow. */
const DRAIN_LIMIT_MS = 5_000;
const SIGNED_PER_MINED = 1.1;
/** With this long all well and nothing anchored although something is owed, it is a jam. */
const JAM_MS = 10_000;

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, seed: { type: 'string' }, loud: { type: 'boolean' } },
});
const seconds = Number(values.seconds ?? 180);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('use: npm run test:chaos -- --seconds 180 [--seed 7] [--loud]');
  process.exit(2);
}

/** Makes a block every BLOCK_MS unless paused; `alone` keeps blocks away from what must not meet one. */
function startMiner(rpc) {
  const miner = { isPaused: false, alone: undefined, stop: undefined };
  let turn = Promise.resolve();
  miner.alone = (task) => {
    turn = turn.then(task, task);
    return turn;
  };
  const timer = setInterval(() => {
    if (!miner.isPaused) miner.alone(() => rpc.call('evm_mine', [])).catch(console.error);
  }, BLOCK_MS);
  miner.stop = async () => {
    clearInterval(timer);
    await turn;
  };
  return miner;
}

/** Looks whether headers get on while nothing stands in their way. */
function watchForJams({ headSeq, signedSeq, honest, miner }) {
  const watch = { jams: 0, stop: undefined };
  let lastSeq = -1;
  let wellSinceMs = performance.now();
  const look = async () => {
    const seq = await headSeq();
    const isWell = !miner.isPaused && honest.every(({ mode }) => mode === 'up');
    if (seq !== lastSeq || !isWell || signedSeq() <= seq) wellSinceMs = performance.now();
    else if (performance.now() - wellSinceMs > JAM_MS) {
      watch.jams += 1;
      wellSinceMs = performance.now();
    }
    lastSeq = seq;
  };
  const timer = setInterval(() => void look().catch(console.error), 250);
  watch.stop = () => clearInterval(timer);
  return watch;
}

async function run(folder) {
  const random = seededRandom(seed);
  const device = new SoftwareSigner(new Uint8Array(32).fill(7));
  const payerKeyFile = join(folder, 'payer-key.json');
  const payerPassphraseFile = join(folder, 'payer-passphrase');
  const payer = (await createKeyFile(payerKeyFile, createPassphraseFile(payerPassphraseFile))).address;
  const chain = await startLocalChain(device, payer);
  const dataDir = join(folder, 'data');
  mkdirSync(dataDir);
  const journalPath = journalPathOf(dataDir);
  const contract = `0x${toHex(chain.contract)}`;

  const sentHashes = new Set();
  const onRaw = (raw) => sentHashes.add(keccak256(raw));
  const endpointIn = (mode) => startFaultyEndpoint({ nodeUrl: chain.url, mode, random, onRaw });
  const honest = [await endpointIn('up'), await endpointIn('up'), await endpointIn('up')];
  const [late, lying] = [await endpointIn('late'), await endpointIn('lying')];
  const endpoints = [lying, honest[0], late, honest[1], honest[2]];

  const gateway = killable('gateway-process.mjs', () => ({
    journalPath,
    deviceKey: '07'.repeat(32),
    bootId: 'chaos',
    chainId: CHAIN_ID,
    contract,
    batchIntervalMs: 0,
  }));
  const relayer = killable('relayer-process.mjs', () => ({
    dataDir,
    isLoud: values.loud === true,
    ledger: {
      rpcUrls: endpoints.map(({ url }) => url),
      chainId: CHAIN_ID,
      contract,
      payerKeyFile,
      payerPassphraseFile,
      pollIntervalMs: 60,
      finality: 'tags',
      maxGasPriceGwei: 500,
      maxHeaderCostGwei: 50_000_000,
      maxDayCostGwei: 100_000_000_000,
      lowBalanceDays: 7,
    },
  }));
  const miner = startMiner(chain.rpc);
  const anchor = new AnchorContract(chain.rpc, chain.contract);
  const headSeq = async () =>
    (await anchor.head(device.address, (await readBlock(chain.rpc, 'latest')).number)).seq;
  let journal;
  while (journal === undefined) {
    await sleep(100);
    try {
      journal = openDatabase(journalPath, { access: 'reader' });
    } catch {
      // The gateway process has not made it yet.
    }
  }
  const signedSeq = () => journal.prepare('SELECT coalesce(max(seq), 0) FROM batches').pluck().get();
  const watch = watchForJams({ headSeq, signedSeq, honest, miner });

  const stop = AbortSignal.timeout(seconds * 1_000);
  const world = { chain, honest, late, relayer, gateway, miner, sentHashes };
  const counts = await runFaults(world, stop, random);

  await endBadly({ ...world, isOwing: async () => (await headSeq()) < signedSeq() });
  // Recovery: no new headers, three honest endpoints; one still lags and one still lies.
  await gateway.stop();
  miner.isPaused = false;
  for (const endpoint of honest) endpoint.setMode('up');
  const recoveredMs = performance.now();
  while ((await headSeq()) < signedSeq() && performance.now() - recoveredMs < 60_000) await sleep(20);
  const drainMs = Math.round(performance.now() - recoveredMs);
  await sleep(2_000);
  watch.stop();
  await relayer.stop();
  await miner.stop();

  const signedHeaders = journal
    .prepare('SELECT seq, head FROM batches ORDER BY seq')
    .all()
    .map(({ seq, head }) => ({ seq, head: toHex(head) }));
  for (const { hash } of journal.prepare('SELECT hash FROM submissions').all()) sentHashes.add(hash);
  journal.close();
  const audit = await auditChain(chain.rpc, { payer, contract, gateway: device.address });
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  await chain.stop();
  return {
    ...counts,
    headers: signedHeaders.length,
    anchoredOnce: countAnchoredOnce(audit.anchored, signedHeaders),
    anchored: audit.anchored.length,
    reverts: audit.reverts,
    skipping: audit.skipping,
    jams: watch.jams,
    signed: sentHashes.size,
    mined: audit.mined,
    drainMs,
  };
}

/** A short run has few transactions and few faults: a share of them is told only to so many. */
const SHORT_RUN_SECONDS = 60;
const SHORT_RUN_SLACK = 3;

/** The worst place to recover from: nobody honest answers, no blocks, the transaction lost, its offer too low. */
async function endBadly({ chain, honest, miner, sentHashes, isOwing }) {
  miner.isPaused = true;
  for (let looks = 0; !(await isOwing()); looks += 1) {
    if (looks === 1_000) throw new Error('no header was signed in 20 s');
    await sleep(20);
  }
  // Time to be sent, then all is taken away.
  await sleep(500);
  for (const endpoint of honest) endpoint.setMode('down');
  for (const hash of [...sentHashes].slice(-3)) await chain.rpc.call('anvil_dropTransaction', [hash]);
  await chain.rpc.call('anvil_setNextBlockBaseFeePerGas', [FINAL_BASE_FEE]);
  await sleep(OUTAGE_MS);
}

/** In words what a summary breaks. */
function brokenPromises(summary) {
  const { headers, anchored, anchoredOnce, reverts, jams, signed, mined, drainMs, kills, reorgs } = summary;
  const slack = seconds < SHORT_RUN_SECONDS ? SHORT_RUN_SLACK : 0;
  const promises = [
    [headers > 0 && anchoredOnce === headers, 'every header is anchored exactly once and in order'],
    [anchored === anchoredOnce, 'nothing else is anchored'],
    [reverts === 0, 'no transaction is reverted'],
    [jams === 0, 'nothing jams'],
    [
      signed <= mined * SIGNED_PER_MINED + slack,
      `at most ${SIGNED_PER_MINED} transactions are signed for one mined`,
    ],
    [drainMs <= DRAIN_LIMIT_MS, `all is anchored within ${DRAIN_LIMIT_MS} ms of recovery`],
    // A run too gentle proves nothing.
    [kills >= Math.floor(seconds / 3) - slack, 'there is a kill every three seconds'],
    [reorgs >= Math.floor(seconds / 18), 'there is a reorg every eighteen seconds'],
  ];
  return promises.filter(([isKept]) => !isKept).map(([, promise]) => promise);
}

const folder = mkdtempSync(join(tmpdir(), 'coldgate-chaos-'));
try {
  const summary = await run(folder);
  const broken = brokenPromises(summary);
  for (const promise of broken) console.error(`broken: ${promise}`);
  console.log(JSON.stringify({ seconds, seed, ...summary, broken }));
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 3;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
