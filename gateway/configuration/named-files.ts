// Looks at the files and ports that a configuration names: secrets must be there and closed to others.
// Opens no key and no serial port. A port that is absent now is only a warning: adapters come and go.

import { accessSync, constants, existsSync } from 'node:fs';
import type { ConfigProblem } from '../../config/config-error.js';
import { isLoopback } from '../../config/fields.js';
import { RawNode } from '../../config/raw-node.js';
import type { BrokerConfig, Config } from '../../config/schema.js';
import { sensorNames } from '../../config/sensor-names.js';
import { readTagKeys } from '../authenticity/proof/tag-keys.js';
import { readRecipientKeyFile } from '../privacy/recipient-key-file.js';
import { KeyError } from '../sealing/key-error.js';
import { readKeyFileAddress, readPassphrase, readTokenKey } from '../sealing/key-file.js';
import { readSecretFile } from '../sealing/secret-file.js';
import { WebhookError } from '../webhooks/webhook-error.js';
import { readWebhookKeys } from '../webhooks/webhook-signature.js';

const MAX_TLS_KEY_BYTES = 65_536;

/** A certificate is public: it must only be there. */
const readable = (file: string) => accessSync(file, constants.R_OK);

/** What is wrong with the secret files, in the order of the configuration. */
export function secretFileProblems(config: Config): ConfigProblem[] {
  const { gateway, ledger, mqttIntake, publish, webhooks, epcis, authenticity, fleet } = config;
  const problems: ConfigProblem[] = [];
  const look = (path: string, file: string | undefined, open: (file: string) => unknown) => {
    if (file === undefined) return;
    try {
      open(file);
    } catch (error) {
      const hint =
        error instanceof KeyError || error instanceof WebhookError
          ? error.hint
          : 'check the path and its permissions';
      problems.push({ path, message: error instanceof Error ? error.message : String(error), hint });
    }
  };
  look('gateway.keyFile', gateway.keyFile, (file) => {
    const token = readTokenKey(file);
    if (token) readable(token.module);
  });
  look('gateway.passphraseFile', gateway.passphraseFile, readPassphrase);
  for (const [index, user] of (mqttIntake?.users ?? []).entries()) {
    look(`mqttIntake.users[${index}].passwordFile`, user.passwordFile, readPassphrase);
  }
  const tls = mqttIntake?.listen.tls;
  look('mqttIntake.listen.tls.certFile', tls?.certFile, readable);
  look('mqttIntake.listen.tls.keyFile', tls?.keyFile, (file) => readSecretFile(file, MAX_TLS_KEY_BYTES));
  look('mqttIntake.listen.tls.caFile', tls?.caFile, readable);
  for (const [index, broker] of publish.brokers.entries()) {
    look(`publish.brokers[${index}].passwordFile`, broker.passwordFile, readPassphrase);
    const path = `publish.brokers[${index}]`;
    look(`${path}.caFile`, broker.caFile, readable);
    look(`${path}.certFile`, broker.certFile, readable);
    look(`${path}.keyFile`, broker.keyFile, (file) => readSecretFile(file, MAX_TLS_KEY_BYTES));
  }
  for (const [index, webhook] of webhooks.entries()) {
    look(`webhooks[${index}].secretFile`, webhook.secretFile, readWebhookKeys);
    look(`webhooks[${index}].caFile`, webhook.caFile, readable);
  }
  look('fleet.keyFile', fleet?.keyFile, readRecipientKeyFile);
  look('fleet.broker.passwordFile', fleet?.broker.passwordFile, readPassphrase);
  look('fleet.broker.caFile', fleet?.broker.caFile, readable);
  look('fleet.broker.certFile', fleet?.broker.certFile, readable);
  look('fleet.broker.keyFile', fleet?.broker.keyFile, (file) => readSecretFile(file, MAX_TLS_KEY_BYTES));
  look('epcis.capture.tokenFile', epcis?.capture?.tokenFile, readPassphrase);
  look('epcis.capture.caFile', epcis?.capture?.caFile, readable);
  look('authenticity.tagKeyFile', authenticity?.tagKeyFile, readTagKeys);
  look('authenticity.tagService.tokenFile', authenticity?.tagService?.tokenFile, readPassphrase);
  // Behind a relay the gateway pays nothing.
  const payer = ledger?.relay ? undefined : ledger;
  look('ledger.payerKeyFile', payer?.payerKeyFile, readKeyFileAddress);
  look('ledger.payerPassphraseFile', payer?.payerPassphraseFile, readPassphrase);
  return problems;
}

/** What will work but may surprise on the road. */
export function configWarnings(config: Config): ConfigProblem[] {
  return [...portWarnings(config), ...networkWarnings(config), ...limitWarnings(config)];
}

function portWarnings(config: Config): ConfigProblem[] {
  return config.devices.flatMap((device, index) => {
    const path = `devices[${index}].port`;
    const port = 'port' in device ? device.port : undefined;
    if (port === undefined || port.startsWith('tcp://')) return [];
    const warnings: ConfigProblem[] = [];
    if (!existsSync(port)) {
      warnings.push({
        path,
        message: `${port} is not there now`,
        hint: 'plug the adapter in; the gateway waits for it',
      });
    }
    if (/^\/dev\/tty(USB|ACM)[0-9]+$/.test(port)) {
      const hint = 'use the name under /dev/serial/by-id';
      warnings.push({ path, message: `${port} may be another device after the next start`, hint });
    }
    return warnings;
  });
}

function networkWarnings(config: Config): ConfigProblem[] {
  const warnings: ConfigProblem[] = [];
  const { mqttIntake, ledger, publish, fleet } = config;
  if (mqttIntake && !mqttIntake.listen.tls && !isLoopback(mqttIntake.listen.host)) {
    const message = 'passwords and readings of sensors cross the network in the clear';
    warnings.push({
      path: 'mqttIntake.listen.host',
      message,
      hint: 'add listen.tls, or keep this network closed to others',
    });
  }
  for (const [index, broker] of publish.brokers.entries()) {
    if (sendsPasswordInClear(broker)) {
      const message = 'the password crosses the network in the clear';
      warnings.push({ path: `publish.brokers[${index}].url`, message, hint: 'use an mqtts:// url' });
    }
  }
  if (fleet && sendsPasswordInClear(fleet.broker)) {
    const message = 'the password crosses the network in the clear';
    warnings.push({ path: 'fleet.broker.url', message, hint: 'use an mqtts:// url' });
  }
  const rpcUrls = ledger?.rpcUrls ?? [];
  for (const [index, url] of rpcUrls.entries()) {
    if (!url.startsWith('http://') || isLoopback(new URL(url).hostname)) continue;
    const path = rpcUrls.length === 1 ? 'ledger.rpcUrl' : `ledger.rpcUrls[${index}]`;
    const message = 'anyone on the way can answer in the name of the ledger';
    warnings.push({ path, message, hint: 'use an https:// url' });
  }
  return warnings;
}

function sendsPasswordInClear(broker: Pick<BrokerConfig, 'passwordFile' | 'url'>): boolean {
  if (broker.passwordFile === undefined || !broker.url.startsWith('mqtt://')) return false;
  return !isLoopback(broker.url.slice('mqtt://'.length).replace(/:[0-9]+$/, ''));
}

/** A sensor without limits is recorded but never judged; that is rarely meant. */
function limitWarnings(config: Config): ConfigProblem[] {
  const judged = new Set(config.excursions.map((rule) => rule.sensorId));
  return sensorNames(new RawNode(config))
    .filter(({ name, measures }) => measures === 'temperature' && !judged.has(name))
    .map(({ name }) => name)
    .map((sensorId) => ({
      path: 'excursions',
      message: `${sensorId} has no limits: its readings are recorded and never judged`,
      hint: `add: - { sensorId: ${sensorId}, lowMilliC: 2000, highMilliC: 8000, delayMs: 900000 }`,
    }));
}
