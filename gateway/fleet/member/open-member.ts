// A gateway's membership in a fleet, put together: a connection of its own to the owner's broker, which no configuration from
// afar can cut, and what it says there.

import type { MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Config } from '../../../config/schema.js';
import type { Clock } from '../../../firmware-bridge/observation.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import type { ConfigurationDesk, RoleConfiguration } from '../../configuration/configuration-desk.js';
import { probesOf } from '../../configuration/configured-probes.js';
import type { RecordContext } from '../../intake/record-mapper.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { readRecipientKeyFile } from '../../privacy/recipient-key-file.js';
import { BrokerLink } from '../../publish/broker-link.js';
import { secretsOf } from '../../publish/link-secrets.js';
import { topicsOf } from '../../publish/topics.js';
import type { RequestDesk } from '../../requests/request-desk.js';
import type { StateStore } from '../../requests/state-store.js';
import { sealReport } from '../configuration-report.js';
import { ownSectionsOf } from '../member-text.js';
import { FleetMember } from './fleet-member.js';
import { FreshReading, hasRecentReading } from './trial-facts.js';

const MS_PER_SECOND = 1000;

export interface MembershipParts {
  readonly config: Config;
  readonly journal: JournalReader;
  /** Records of the log at the start. */
  readonly size: number;
  readonly clock: Clock;
  readonly state: StateStore;
  readonly context: Pick<RecordContext, 'clockTrust'>;
  /** Both undefined where the role has no file that could be changed. */
  readonly place: RoleConfiguration | undefined;
  readonly desk: ConfigurationDesk | undefined;
  readonly requests: Pick<RequestDesk, 'decided' | 'put'>;
  readonly publishing: () => { links(): Readonly<Record<string, boolean>> };
  readonly log: Logger;
}

export interface Membership {
  /** Call it every second. */
  look(): void;
  close(): Promise<void>;
}

/** Connects at once. Undefined where the gateway is in no fleet. @throws KeyError for the fleet key */
export function openMembership(parts: MembershipParts): Membership | undefined {
  const { config, journal, clock, state, context, place, desk, requests, publishing, log } = parts;
  const { fleet, gateway: own } = config;
  if (!fleet || !place || !desk) return undefined;
  const topics = topicsOf(own.name);
  const fresh = new FreshReading(journal.log, parts.size);
  let client: MqttClient | undefined;
  let reason: string | undefined;
  const member = new FleetMember({
    owner: fleet.owner.toLowerCase(),
    gateway: `0x${toHex(journal.gateway)}`,
    sealingKey: readRecipientKeyFile(fleet.keyFile),
    runningFile: desk.hash,
    own: ownSectionsOf(place.place.runningText, place.place.path),
    state,
    now: () => ({ nowMs: clock.now().unixMs, clockTrust: context.clockTrust() }),
    propose: (change) => desk.proposeSigned(change),
    proof: () => ({
      limitMs: fleet.trialSeconds * MS_PER_SECOND,
      needsReading: hasRecentReading(journal.log, clock.now().unixMs),
    }),
    decided: (outcome, actor) => requests.decided(outcome, actor),
    put: (entry, rows) => requests.put(entry, rows),
    report: (report, reportKey) => {
      const payload = sealReport(report, reportKey, topics.configurationReport);
      client?.publish(topics.configurationReport, payload, { qos: 1, retain: true });
    },
    facts: {
      get isOwnerReachable() {
        return client !== undefined;
      },
      get links() {
        return publishing().links();
      },
      // Of the configuration on trial: without a probe there is nothing to wait for.
      hasReading: () => probesOf(config).length === 0 || fresh.isThere,
    },
    tellProof: (missing) => place.tellProof?.(missing),
    log,
  });
  const { url, username } = fleet.broker;
  // No broker of `publish` can have that client id: theirs begin with `coldgate-`, and two of one id push each other out.
  const link = new BrokerLink(
    {
      ...{ url, clientId: `coldgateFleet-${own.name}`, secrets: () => secretsOf(fleet.broker) },
      ...(username === undefined ? {} : { username }),
    },
    {
      onUp: (up) => {
        client = up;
        reason = undefined;
        up.on('message', (topic, payload) => {
          if (topic === topics.configuration) member.take(payload);
        });
        up.subscribe(topics.configuration, { qos: 1 });
        member.repeat();
        log.info({ broker: url }, 'broker of the fleet’s owner connected');
      },
      onDown: (why) => {
        client = undefined;
        if (why === reason) return;
        reason = why;
        const hint = 'it is tried for ever; meanwhile the gateway goes on with the configuration that it has';
        log.warn(
          { code: 'FLEET_UNREACHABLE', hint, reason: why },
          'broker of the fleet’s owner not reachable',
        );
      },
    },
  );
  link.open();
  return {
    look: () => member.look(),
    close: () => link.close(() => {}),
  };
}
