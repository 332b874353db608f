// How fast a relay brings the headers of a fleet onto the ledger: from a thousand retained messages on a broker to a
// thousand heads on the chain, every signature checked, all of it in one process beside the broker and the chain.

import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import pino from 'pino';
import { startRelay } from '../../dist/gateway/relay/relay-role.js';
import { createKeyFile, createPassphraseFile } from '../../dist/gateway/sealing/key-file.js';
import { AnchorContract } from '../../dist/ledger-sync/anchor/contract-client.js';
import { JsonRpc } from '../../dist/ledger-sync/anchor/json-rpc.js';
import { genesisHead, packMeta, signBatch } from '../../dist/ledger-sync/evidence/batch.js';
import { toHex } from '../../dist/ledger-sync/evidence/bytes.js';
import { SoftwareSigner } from '../../dist/ledger-sync/evidence/signer.js';
import { headSlotOf } from '../../dist/ledger-sync/proofs/state-proof.js';
import { CHAIN_ID, startLocalChain } from '../chaos/local-chain.mjs';
import { makeBenchFolder } from './bench-folder.mjs';
import { startBroker } from './mqtt-relay.mjs';

const FLEET = 1000;
const BLOCK_MS = 100;

/** A gateway with its first signed header, as a message. */
function signedGateway(index, domain) {
  const key = new Uint8Array(32).fill(1);
  new DataView(key.buffer).setUint32(0, index + 1);
  const signer = new SoftwareSigner(key);
  const meta = { seq: 1, size: 48, tFirstMs: 1, tLastMs: 2, minCentiC: 200, maxCentiC: 800, flags: 0 };
  const root = new Uint8Array(32).fill(index % 251);
  const prev = genesisHead(signer.address);
  const batch = signBatch(signer, domain, { gateway: signer.address, prev, root, meta });
  const message = {
    version: 1,
    gateway: `0x${toHex(signer.address)}`,
    chainId: domain.chainId,
    contract: `0x${toHex(domain.verifyingContract)}`,
    seq: 1,
    size: 48,
    prev: toHex(prev),
    root: toHex(root),
    meta: toHex(packMeta(meta)),
    signature: toHex(batch.signature),
  };
  return { address: signer.address, name: `truck-${index}`, text: JSON.stringify(message) };
}

async function measureRelay() {
  const folder = makeBenchFolder();
  const passphraseFile = `${folder.path}/passphrase`;
  const keyFile = `${folder.path}/payer.json`;
  const { address: payer } = await createKeyFile(keyFile, createPassphraseFile(passphraseFile));
  const chain = await startLocalChain(new SoftwareSigner(new Uint8Array(32).fill(7)), payer);
  const rpc = new JsonRpc(chain.url, { maxBytes: 64 * 1024 * 1024 });
  const domain = { chainId: CHAIN_ID, verifyingContract: chain.contract };
  const fleet = Array.from({ length: FLEET }, (_, index) => signedGateway(index, domain));
  // A thousand registrations would take most of a minute, and are not what is measured.
  for (const { address } of fleet) {
    const slot = `0x${toHex(headSlotOf(address))}`;
    const word = `0x${toHex(genesisHead(address))}00000000`;
    await rpc.call('anvil_setStorageAt', [`0x${toHex(chain.contract)}`, slot, word]);
  }
  await rpc.call('evm_mine', []);
  const broker = await startBroker();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  const blocks = setInterval(() => rpc.call('evm_mine', []).catch(() => {}), BLOCK_MS);
  let relay;
  try {
    for (const { name, text } of fleet) {
      await client.publishAsync(`coldgate/1/${name}/batch`, text, { qos: 1, retain: true });
    }
    const ledger = {
      ...{
        rpcUrls: [chain.url],
        rpcUrl: chain.url,
        chainId: CHAIN_ID,
        contract: `0x${toHex(chain.contract)}`,
      },
      ...{ payerKeyFile: keyFile, payerPassphraseFile: passphraseFile, relay: false, finality: 'tags' },
      ...{
        pollIntervalMs: BLOCK_MS,
        batchIntervalMs: 1000,
        heartbeatIntervalMs: 3_600_000,
        lowBalanceDays: 7,
      },
      ...{ maxGasPriceGwei: 500, maxHeaderCostGwei: 50_000_000, maxDayCostGwei: 1_000_000_000 },
    };
    const startedMs = performance.now();
    relay = await startRelay(
      {
        dataDir: folder.path,
        broker: { url },
        ledger,
        gateways: [],
        maxHeaders: FLEET,
        log: { level: 'error' },
      },
      pino({ level: 'error' }),
    );
    const contract = new AnchorContract(rpc, chain.contract);
    const addresses = fleet.map(({ address }) => address);
    for (;;) {
      const { number } = await rpc.call('eth_getBlockByNumber', ['latest', false]);
      const words = await contract.words(addresses, Number(number));
      if (words.every(({ seq }) => seq === 1)) break;
      await sleep(50);
    }
    const seconds = (performance.now() - startedMs) / 1000;
    return [{ figure: 'relay.headersPerSecond', value: Math.round(FLEET / seconds), unit: '1/s' }];
  } finally {
    clearInterval(blocks);
    await relay?.close();
    await client.endAsync(true);
    await broker.close();
    await chain.stop();
    folder.remove();
  }
}

export const relayMeasurements = [{ figures: ['relay.headersPerSecond'], measure: measureRelay }];
