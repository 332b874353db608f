// The owner's desk at the broker: hears gateways that ask to be taken and what became of configurations, and publishes what
// was signed. What it publishes is retained, and said again at each connection: a broker may have lost it.

import type { MqttClient } from 'mqtt';
import type { LinkSettings } from '../../publish/broker-link.js';
import { secretsOf } from '../../publish/link-secrets.js';
import { gatewayNameIn, TOPIC_ROOT, topicsOf } from '../../publish/topics.js';
import { type ConfigurationReport, openReport } from '../configuration-report.js';
import type { FleetFolder } from './fleet-folder.js';

/** How the desk reaches its broker. @param use tells several commands apart, which may run at once */
export function deskSettings({ broker, owner }: FleetFolder, use: string): Omit<LinkSettings, 'will'> {
  const { url, username } = broker;
  return {
    ...{ url, clientId: `coldgateDesk-${owner.slice(2, 10)}-${use}-${process.pid}` },
    secrets: () => secretsOf(broker),
    ...(username === undefined ? {} : { username }),
  };
}

export const enrolTopics = topicsOf('+').enrol;
export const reportTopics = `${TOPIC_ROOT}/+/configuration/report`;

/** Resolves when the broker has it. */
export async function publishConfiguration(client: MqttClient, name: string, payload: string): Promise<void> {
  await client.publishAsync(topicsOf(name).configuration, payload, { qos: 1, retain: true });
}

/** The newest configurations of all gateways that were taken. @throws FleetError FLEET_UNREADABLE */
export async function publishAll(client: MqttClient, folder: FleetFolder): Promise<void> {
  for (const name of folder.names()) {
    const gateway = folder.gateway(name);
    const newest = gateway.enrolled() && gateway.configuration(gateway.newestNumber());
    if (newest) await publishConfiguration(client, name, newest.payload);
  }
}

const settled: ReadonlySet<string> = new Set(['applied', 'refused']);

/** Whether a report says more than the one before: retained ones come again, and somebody may say an old one. */
function isNewer(report: ConfigurationReport, before: ConfigurationReport | undefined): boolean {
  if (!before || report.number > before.number) return true;
  if (report.number < before.number || settled.has(before.state)) return false;
  return report.state !== before.state || report.code !== before.code;
}

/**
 * Keeps what a gateway says of its configuration.
 * @returns its name and the report, where it is of a gateway of the fleet and new
 * @throws FleetError FLEET_UNREADABLE; what the file system throws
 */
export function keepReport(
  folder: FleetFolder,
  topic: string,
  payload: Uint8Array,
): { readonly name: string; readonly report: ConfigurationReport } | undefined {
  const name = gatewayNameIn(topic);
  if (name === undefined || topic !== topicsOf(name).configurationReport) return undefined;
  const gateway = folder.gateway(name);
  const enrolled = gateway.enrolled();
  const report = enrolled && openReport(payload, enrolled.reportKey, topic);
  if (!report || !isNewer(report, gateway.report())) return undefined;
  gateway.keepReport(report);
  return { name, report };
}
