// The relay as a process: headers come from a broker and go to the ledger; what the ledger says goes back to each gateway.
// It holds a key that pays and no other: it can delay a header, never make or change one.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import * as z from 'zod';
import type { RelayConfig } from '../../config/relay-schema.js';
import type { Inclusion } from '../../ledger-sync/anchor/anchor-store.js';
import { runAnchorLoop } from '../../ledger-sync/anchor/follow-loop.js';
import { JsonRpc } from '../../ledger-sync/anchor/json-rpc.js';
import { payingWallet } from '../../ledger-sync/anchor/paying-wallet.js';
import { fromHex, toHex } from '../../ledger-sync/evidence/bytes.js';
import { prefixedHex } from '../../ledger-sync/evidence/hex-field.js';
import { aggregatePlan } from '../../ledger-sync/relay/aggregate-plan.js';
import { anchorPlan } from '../../ledger-sync/relay/anchor-plan.js';
import type { FleetFinality, FleetView } from '../../ledger-sync/relay/fleet-view.js';
import type { GatewayInclusion } from '../../ledger-sync/relay/relay-store.js';
import { RelaySubmitter } from '../../ledger-sync/relay/relay-submitter.js';
import type { RunningRole } from '../gateway-role.js';
import { BrokerLink } from '../publish/broker-link.js';
import { secretsOf } from '../publish/link-secrets.js';
import { gatewayNameIn, TOPIC_ROOT, topicsOf } from '../publish/topics.js';
import { openKeyFile, readPassphrase } from '../sealing/key-file.js';
import { spendingLimits } from '../spending-limits.js';
import { AggregateRows } from './aggregate-rows.js';
import { type AnchoredNotice, encodeAnchored } from './anchored-message.js';
import { RelayDatabase } from './relay-database.js';
import { RelayIntake } from './relay-intake.js';

/** Signatures are checked for a part of the time, so that connections and the ledger are never starved. */
const WORK_EVERY_MS = 25;
const WORK_BUDGET_MS = 20;
const MAX_STATUS_BYTES = 4096;
/** The receipt of a thousand headers has about 700 kB. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

const status = z.object({ version: z.literal(1), gateway: prefixedHex(20) });

/**
 * Starts the relay; brokers and endpoints that are down are tried for ever.
 * @throws KeyError; Error of SQLite or of the file system
 */
export async function startRelay(config: RelayConfig, log: Logger): Promise<RunningRole> {
  const { ledger } = config;
  const privateKey = await openKeyFile(ledger.payerKeyFile, readPassphrase(ledger.payerPassphraseFile));
  mkdirSync(config.dataDir, { recursive: true, mode: 0o750 });
  const database = new RelayDatabase(join(config.dataDir, 'relay.db'));
  const domain = { chainId: ledger.chainId, verifyingContract: fromHex(ledger.contract.toLowerCase()) };
  const allowed = new Set(config.gateways.map((address) => address.toLowerCase()));
  const wallet = payingWallet(privateKey);
  const aggregate = config.mode === 'aggregate' ? new AggregateRows(database.connection) : undefined;
  const plan = aggregate
    ? aggregatePlan(domain.verifyingContract, wallet.address, aggregate, () => database.followed())
    : anchorPlan(domain.verifyingContract);
  const stop = new AbortController();
  const told = new Map<string, string>();
  let client: MqttClient | undefined;

  const intake = new RelayIntake({
    domain,
    database,
    allowed,
    onTaken: ({ gateway, seq }, taken) => {
      if (taken === 'known' || taken === 'new') return;
      const fields = {
        code: taken === 'full' ? 'RELAY_FULL' : 'HEADER_CONTRADICTS',
        gateway: `0x${toHex(gateway)}`,
        seq,
      };
      const hint =
        taken === 'full'
          ? 'a fleet of this size needs another relay, or this gateway is broken'
          : 'both headers are kept in relay.db; nothing more of this gateway is anchored until a person has looked';
      log.error({ ...fields, hint }, 'a header was not taken');
    },
  });

  const tell = (view: FleetView, finality: FleetFinality | undefined) => {
    for (const [key, word] of view.words) {
      const name = database.nameOf(word.gateway);
      if (name === undefined || client === undefined) continue;
      const notice = noticeOf(key, view, finality);
      const text = encodeAnchored(notice);
      // The block moves all the time; what is told is how the gateway stands.
      const state = encodeAnchored({ ...notice, observation: { ...notice.observation, blockNumber: 0 } });
      if (told.get(key) === state) continue;
      told.set(key, state);
      client.publish(topicsOf(name).anchored, text, { qos: 1, retain: true });
    }
  };

  const noticeOf = (key: string, view: FleetView, finality: FleetFinality | undefined): AnchoredNotice => {
    const word = view.words.get(key);
    if (!word) throw new Error('a gateway that was not asked about');
    const inclusion = database.inclusion(word.gateway);
    const isCurrent = inclusion !== undefined && !word.isStopped && inclusion.toSeq <= word.seq;
    return {
      observation: {
        ...{ chainId: ledger.chainId, contract: domain.verifyingContract, gateway: word.gateway },
        ...{ registered: word.registered, seq: word.isStopped ? 0 : word.seq, head: word.head },
        blockNumber: view.block.number,
        safeSeq: finality?.safe?.get(key),
        finalizedSeq: finality?.finalized?.get(key),
      },
      isStopped: word.isStopped,
      inclusion: isCurrent ? inclusionOf(inclusion) : undefined,
      aggregate:
        isCurrent && inclusion.treeSize !== undefined && inclusion.toSeq === word.seq
          ? aggregate?.proofIn(word.gateway, inclusion.treeSize, wallet.address)
          : undefined,
    };
  };

  const take = (topic: string, payload: Uint8Array) => {
    const name = gatewayNameIn(topic);
    if (name === undefined) return;
    const topics = topicsOf(name);
    if (topic === topics.batch || topic === topics.header) intake.offer(name, payload);
    if (topic !== topics.status || payload.length > MAX_STATUS_BYTES) return;
    const gateway = gatewayOf(payload);
    if (gateway !== undefined && (allowed.size === 0 || allowed.has(gateway)))
      database.follow(fromHex(gateway), name);
  };

  const { url, username } = config.broker;
  const link = new BrokerLink(
    {
      url,
      clientId: `coldgate-relay-${toHex(domain.verifyingContract).slice(0, 8)}`,
      ...(username === undefined ? {} : { username }),
      secrets: () => secretsOf(config.broker),
    },
    {
      onUp: (fresh) => {
        client = fresh;
        // What was said on another connection may be lost.
        told.clear();
        fresh.on('message', take);
        fresh.subscribe(
          ['batch', 'header', 'status'].map((one) => `${TOPIC_ROOT}/+/${one}`),
          { qos: 1 },
        );
        log.info('broker connected');
      },
      onDown: (reason) => {
        client = undefined;
        log.warn(
          { code: 'BROKER_UNREACHABLE', reason, hint: 'it is tried for ever' },
          'broker not reachable',
        );
      },
    },
  );

  const submitter = new RelaySubmitter({
    chainId: ledger.chainId,
    contract: domain.verifyingContract,
    store: database,
    plan,
    endpoints: ledger.rpcUrls.map(
      (endpoint) => new JsonRpc(endpoint, { signal: stop.signal, maxBytes: MAX_ANSWER_BYTES }),
    ),
    wallet,
    limits: spendingLimits(ledger),
    lowBalanceDays: ledger.lowBalanceDays,
    finality: ledger.finality,
    maxHeaders: config.maxHeaders,
    onView: tell,
    log,
  });

  link.open();
  const work = setInterval(() => intake.work(WORK_BUDGET_MS), WORK_EVERY_MS);
  const loop = runAnchorLoop({ submitter, intervalMs: ledger.pollIntervalMs, signal: stop.signal });
  const failed = new Promise<never>((_resolve, reject) => {
    loop.catch(reject);
  });
  failed.catch(() => {});
  log.info({ chainId: ledger.chainId, contract: ledger.contract, payer: wallet.address }, 'relay started');
  return {
    failed,
    close: async () => {
      clearInterval(work);
      stop.abort();
      await loop.catch(() => {});
      await link.close(() => {});
      database.close();
      log.info('relay ended');
    },
  };
}

function inclusionOf({ gateway: _gateway, treeSize: _size, ...inclusion }: GatewayInclusion): Inclusion {
  return inclusion;
}

function gatewayOf(payload: Uint8Array): string | undefined {
  try {
    const parsed = status.safeParse(JSON.parse(new TextDecoder().decode(payload)));
    return parsed.success ? parsed.data.gateway : undefined;
  } catch {
    return undefined;
  }
}
