// What happens to the chain, to the endpoints and to the processes while headers are on their way: each fault at its
// own random rhythm, all from one seed.

import { setTimeout as sleep } from 'node:timers/promises';
import { readBlock } from '../../dist/ledger-sync/anchor/chain-reader.js';

const GWEI = 1_000_000_000;
const awayModes = ['down', 'hang', 'busy'];

/** mulberry32: small and the same everywhere. */
export function seededRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Goes on until the signal; then everything is back in order but the endpoint that lags and the one that lies.
 * @param world what the faults act on
 * @returns how often each happened
 */
export async function runFaults(world, signal, random) {
  const { chain, honest, late, relayer, gateway, miner, sentHashes } = world;
  const counts = { kills: 0, reorgs: 0, drops: 0, spikes: 0, pauses: 0, outages: 0 };
  const between = (least, most) => least + (most - least) * random();
  const pick = (list) => list[Math.floor(random() * list.length)];
  const rest = (ms) => sleep(ms, undefined, { signal }).catch(() => undefined);

  const again = async (leastMs, mostMs, fault) => {
    for (;;) {
      await rest(between(leastMs, mostMs));
      if (signal.aborted) return;
      await fault();
    }
  };
  const kill = async () => {
    const isGateway = random() < 0.4;
    await (isGateway ? gateway : relayer).restart();
    counts.kills += 1;
  };
  const reorg = async () => {
    const { number } = await readBlock(chain.rpc, 'latest');
    const depth = Math.floor(between(1, 4));
    if (number - depth <= chain.firstBlock) return;
    await miner.alone(() => chain.rpc.call('anvil_reorg', [depth, []]));
    counts.reorgs += 1;
  };
  const drop = async () => {
    const hash = [...sentHashes].at(-1);
    if (hash === undefined) return;
    const dropped = await chain.rpc.call('anvil_dropTransaction', [hash]);
    if (dropped) counts.drops += 1;
  };
  const spike = async () => {
    const baseFee = Math.round(between(5 * GWEI, 40 * GWEI));
    await chain.rpc.call('anvil_setNextBlockBaseFeePerGas', [`0x${baseFee.toString(16)}`]);
    counts.spikes += 1;
  };
  const pause = async () => {
    miner.isPaused = true;
    counts.pauses += 1;
    await rest(between(500, 3_000));
    miner.isPaused = false;
  };
  const outage = async () => {
    // Sometimes the truck is in a tunnel: then nobody answers.
    const away = random() < 0.25 ? honest : [pick(honest)];
    for (const endpoint of away) endpoint.setMode(pick(awayModes));
    counts.outages += 1;
    await rest(between(500, 4_000));
    for (const endpoint of away) endpoint.setMode('up');
  };
  const lag = async () => {
    late.lag = Math.floor(between(4, 40));
  };
  await Promise.all([
    again(1_800, 3_200, kill),
    again(6_000, 14_000, reorg),
    again(1_000, 3_000, drop),
    again(16_000, 30_000, spike),
    again(6_000, 15_000, pause),
    again(2_000, 7_000, outage),
    again(3_000, 9_000, lag),
  ]);
  return counts;
}
