// A fresh gateway asks to be taken and waits for its first configuration. The request is said again until it is answered: the
// owner's desk may be closed, and no broker keeps it.

import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { SealedError } from '../../../ledger-sync/sealed/sealed-error.js';
import type { LinkSettings } from '../../publish/broker-link.js';
import { topicsOf } from '../../publish/topics.js';
import { readRefusal } from '../enrol-refusal.js';
import { type EnrolRequest, requestDigest } from '../enrol-request.js';
import {
  type ConfigurationMessage,
  type FleetConfiguration,
  openConfiguration,
  readConfiguration,
} from '../fleet-configuration.js';
import { FleetError } from '../fleet-error.js';
import { FleetLink } from '../fleet-link.js';

const ASK_EVERY_MS = 3_000;

export interface AskParts {
  readonly name: string;
  readonly request: EnrolRequest;
  /** Private, 32 bytes. */
  readonly sealingKey: Uint8Array;
  readonly settings: Omit<LinkSettings, 'will'>;
  readonly waitMs: number;
  /** Something to tell the person who waits. */
  readonly onTrouble: (reason: string) => void;
}

export interface FirstConfiguration extends FleetConfiguration {
  readonly number: number;
}

/**
 * The newest configuration that the owner has signed for this gateway.
 * @throws FleetError ENROLMENT_REFUSED, OWNER_SILENT, BROKER_*; SealedError
 */
export async function askOwner(parts: AskParts): Promise<FirstConfiguration> {
  const { name, request, sealingKey, settings, waitMs, onTrouble } = parts;
  const topics = topicsOf(name);
  const { owner, gateway } = request;
  const digest = requestDigest(name, request);
  const payload = JSON.stringify(request);
  let answer: (message: ConfigurationMessage) => void = () => {};
  let refuse: (error: FleetError) => void = () => {};
  const answered = new Promise<ConfigurationMessage>((resolve, reject) => {
    answer = resolve;
    refuse = reject;
  });
  answered.catch(() => {});
  const take = (topic: string, bytes: Uint8Array) => {
    if (topic === topics.configuration) {
      const message = readConfiguration(bytes, { owner, gateway });
      if (typeof message !== 'string') answer(message);
      else if (message === 'other-owner')
        onTrouble('another owner than that of the code has sent a configuration; it is not taken');
    }
    const refusal = topic === topics.enrolRefused ? readRefusal(bytes, fromHex(owner), digest) : undefined;
    if (refusal)
      refuse(new FleetError('ENROLMENT_REFUSED', `${refusal.reason} (${refusal.code})`, refusal.hint));
  };
  const link = new FleetLink({
    settings,
    onUp: (client) => {
      client.on('message', take);
      client.subscribe([topics.configuration, topics.enrolRefused], { qos: 1 }, () =>
        client.publish(topics.enrol, payload, { qos: 1 }),
      );
    },
    onDown: onTrouble,
  });
  const asking = setInterval(() => link.client?.publish(topics.enrol, payload, { qos: 1 }), ASK_EVERY_MS);
  let limit: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => {
    limit = setTimeout(() => reject(silent(name, waitMs)), waitMs);
  });
  try {
    const message = await Promise.race([answered, link.failed, silence]);
    return { number: message.number, ...(await openConfiguration(message, sealingKey)) };
  } catch (error) {
    if (error instanceof SealedError) {
      // The broker still retains what was for an earlier key of this name.
      const hint = 'let the owner invite this name anew: coldgate fleet invite --replace';
      throw new FleetError(
        'ENROLMENT_REFUSED',
        `the configuration is for another key: ${error.message}`,
        hint,
        error,
      );
    }
    throw error;
  } finally {
    clearInterval(asking);
    clearTimeout(limit);
    await link.close();
  }
}

function silent(name: string, waitMs: number): FleetError {
  const hint = 'let the owner run coldgate fleet accept, and run this command again: the code is not used up';
  const seconds = Math.round(waitMs / 1000);
  return new FleetError('OWNER_SILENT', `the owner has not answered ${name} within ${seconds} s`, hint);
}
