// Tries out one setting of a proposed configuration before anybody saves it: reads the device, connects to the broker, asks
// the ledger for its chain and contract. Only what the configuration names is spoken to, with the code that would later
// do so, for a few seconds. Changes nothing; nothing of what a peer sent comes back but what is known to be harmless.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { parseConfig } from '../../../config/load.js';
import type { BrokerConfig, DeviceConfig, LedgerConfig } from '../../../config/schema.js';
import type { Observation } from '../../../firmware-bridge/observation.js';
import { printable } from '../../../ledger-sync/evidence/printable.js';

/** Which setting, by its name in the proposed text. */
export type TrialSubject =
  | { readonly kind: 'device'; readonly id: string }
  | { readonly kind: 'broker'; readonly name: string }
  | { readonly kind: 'ledger' };

export interface TrialJob {
  /** The whole text of the proposal, and the folder that its paths start at. */
  readonly text: string;
  readonly folder: string;
  /** Address of the device key. */
  readonly gateway: string;
  readonly subject: TrialSubject;
}

export interface TrialResult {
  readonly isOk: boolean;
  /** SCREAMING_SNAKE_CASE. */
  readonly code: string;
  /** One printable line. */
  readonly message: string;
}

/** How long somebody waits for an answer. */
export interface TrialLimits {
  readonly deviceMs: number;
  readonly brokerMs: number;
}

const usualLimits: TrialLimits = { deviceMs: 10_000, brokerMs: 8_000 };

const result = (isOk: boolean, code: string, message: string): TrialResult => ({
  isOk,
  code,
  message: printable(message),
});

/** @throws ConfigError for a text that does not load */
export async function trySetting(
  { text, folder, gateway, subject }: TrialJob,
  limits = usualLimits,
): Promise<TrialResult> {
  const config = parseConfig(text, join(folder, 'coldgate.yaml'));
  switch (subject.kind) {
    case 'device': {
      const device = config.devices.find(({ id }) => id === subject.id);
      return device ? tryDevice(device, limits.deviceMs) : absent(`device ${subject.id}`);
    }
    case 'broker': {
      const broker = config.publish.brokers.find(({ name }) => name === subject.name);
      return broker ? tryBroker(broker, limits.brokerMs) : absent(`broker ${subject.name}`);
    }
    case 'ledger':
      return config.ledger ? tryLedger(config.ledger, gateway) : absent('ledger section');
  }
}

const absent = (what: string) => result(false, 'SETTING_ABSENT', `the text has no ${what}`);

/** The first word counts. */
function firstResult() {
  let resolve: (said: TrialResult) => void = () => undefined;
  const promise = new Promise<TrialResult>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Waits until every named probe was read, a reader has answered, or the time is over. */
async function tryDevice(device: DeviceConfig, limitMs: number): Promise<TrialResult> {
  const { startDevices } = await import('../../intake/devices.js');
  const missing = new Set('probes' in device ? device.probes.map(({ sensorId }) => sensorId) : []);
  const isBus = missing.size > 0;
  const said: string[] = [];
  let lastWord = 'nothing was heard';
  const heard = firstResult();
  const sink = (observation: Observation) => {
    if (observation.kind === 'device-condition') {
      const { condition, reason } = observation;
      lastWord = `${condition}: ${reason}`;
      // A bus is there before any of its probes.
      if (condition === 'ready' && !isBus) heard.resolve(result(true, 'DEVICE_ANSWERS', lastWord));
      return;
    }
    const words = saidBy(observation);
    if (words === undefined) return;
    said.push(words);
    if ('sensorId' in observation) missing.delete(observation.sensorId);
    if (missing.size === 0) heard.resolve(result(true, 'DEVICE_ANSWERS', said.join('; ')));
  };
  const log = pino({ level: 'silent' });
  const desk = { sink, isBehind: () => false, knownOffsets: new Map<string, number>(), log };
  const devices = startDevices([device], desk);
  const limit = setTimeout(() => {
    const silent = isBus ? [`no reading of ${[...missing].join(', ')}`] : [];
    heard.resolve(result(false, 'DEVICE_SILENT', [...silent, ...said, lastWord].join('; ')));
  }, limitMs);
  try {
    return await heard.promise;
  } finally {
    clearTimeout(limit);
    await devices.close();
  }
}

/** A reading or sighting in words; undefined for what proves no device. */
function saidBy(observation: Observation): string | undefined {
  switch (observation.kind) {
    case 'temperature':
      return observation.quality === 'good'
        ? `${observation.sensorId} reads ${observation.temperatureMilliC / 1000} degC`
        : undefined;
    case 'humidity':
      return observation.quality === 'good'
        ? `${observation.sensorId} reads ${observation.humidityMilliPercent / 1000} %`
        : undefined;
    case 'door':
      return `${observation.sensorId} is ${observation.isOpen ? 'open' : 'closed'}`;
    case 'tag-sighting':
      return 'the reader answers and sees a tag';
    case 'position':
      return 'the receiver knows where it is';
    default:
      return undefined;
  }
}

/** One connection with the name and password of the proposal. */
async function tryBroker(
  { url, username, passwordFile, caFile }: BrokerConfig,
  limitMs: number,
): Promise<TrialResult> {
  if (url === 'embedded') return result(true, 'BROKER_EMBEDDED', "the gateway's own broker needs no test");
  const { BrokerLink } = await import('../../publish/broker-link.js');
  const heard = firstResult();
  const secrets = () => ({
    ...(passwordFile === undefined ? {} : { password: readFileSync(passwordFile, 'utf8').trim() }),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
  });
  const clientId = `coldgate-setup-${process.pid}`;
  const link = new BrokerLink(
    { url, clientId, secrets, ...(username === undefined ? {} : { username }) },
    {
      onUp: () => heard.resolve(result(true, 'BROKER_ANSWERS', 'the broker takes the connection')),
      onDown: (reason) => heard.resolve(result(false, 'BROKER_REFUSES', reason)),
    },
  );
  const limit = setTimeout(
    () => heard.resolve(result(false, 'BROKER_SILENT', 'the broker does not answer')),
    limitMs,
  );
  link.open();
  try {
    return await heard.promise;
  } finally {
    clearTimeout(limit);
    await link.close(() => {});
  }
}

/** Chain, contract, and whether the gateway is registered there. */
async function tryLedger(
  { rpcUrls, chainId, contract, relay }: LedgerConfig,
  gateway: string,
): Promise<TrialResult> {
  const [rpcUrl] = rpcUrls;
  if (relay || rpcUrl === undefined)
    return result(true, 'LEDGER_BY_RELAY', 'a relay anchors: there is no endpoint to ask');
  const [{ readLedgerAnswer }, { LedgerError }, { fromHex }] = await Promise.all([
    import('../../../ledger-sync/anchor/verify-on-ledger.js'),
    import('../../../ledger-sync/anchor/ledger-error.js'),
    import('../../../ledger-sync/evidence/bytes.js'),
  ]);
  try {
    const answer = await readLedgerAnswer(rpcUrl, {
      chainId,
      contract: fromHex(contract),
      gateway: fromHex(gateway),
    });
    const standing = answer.registered
      ? `the gateway is registered, at header ${answer.headSeq}`
      : 'the gateway is not registered there yet (coldgate ledger register)';
    return result(true, 'LEDGER_ANSWERS', `chain ${answer.chainId}, genuine contract; ${standing}`);
  } catch (error) {
    if (error instanceof LedgerError) return result(false, error.code, error.message);
    throw error;
  }
}
