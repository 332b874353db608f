// Brokers, step by step, so that what is told is the step that fails: name, connection, certificate and login.

import { lookup } from 'node:dns/promises';
import type { BrokerConfig, Config } from '../../../config/schema.js';
import { brokerRefusal } from '../../publish/broker-probe.js';
import { secretsOf } from '../../publish/link-secrets.js';
import { answersAt } from '../../reports/qualification/tcp-answer.js';
import { type DoctorCheck, type DoctorWord, fine, found } from './doctor-check.js';

const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 };

type CheckedBroker = Pick<
  BrokerConfig,
  'name' | 'url' | 'username' | 'passwordFile' | 'caFile' | 'certFile' | 'keyFile' | 'mqttVersion'
>;

export function brokerChecks({ gateway, publish, fleet }: Config): DoctorCheck[] {
  const owners: CheckedBroker[] = fleet
    ? [{ ...fleet.broker, name: 'of the fleet’s owner', mqttVersion: '3.1.1' }]
    : [];
  return [...publish.brokers, ...owners]
    .filter(({ url }) => url !== 'embedded')
    .map((broker) => ({
      id: 'broker',
      needsNetwork: true,
      mend: 'check the broker, its address and the network; it is tried for ever and nothing is lost',
      look: () => brokerWord(broker, gateway.name),
    }));
}

async function brokerWord(broker: CheckedBroker, gatewayName: string): Promise<DoctorWord> {
  const { name, url, username, mqttVersion } = broker;
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const number = Number(port || PORTS[protocol]);
  try {
    await lookup(host);
  } catch {
    const mend = 'check the name and the name server: getent hosts NAME';
    return found(`${name}: nobody knows the name ${host}`, mend);
  }
  if (!(await answersAt(host, number))) return found(`${name}: ${host} port ${number} takes no connection`);
  const secrets = () => secretsOf(broker);
  const refusal = await brokerRefusal(
    { url, mqttVersion, secrets, ...(username === undefined ? {} : { username }) },
    gatewayName,
  );
  if (refusal === undefined) return fine(`${name}: ${host} port ${number} takes the login`);
  const isTls = /certificate|self.signed|TLS|SSL|altname/i.test(refusal);
  const mend = isTls
    ? 'set caFile to the certificate of who signed the broker’s; the clock must be right as well'
    : 'check username, passwordFile and the rights that the broker gives';
  return found(`${name}: ${host} port ${number} takes the connection, not the login: ${refusal}`, mend);
}
