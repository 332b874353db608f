// Tries whether a broker takes this gateway's login, and says no more than that: another client id than the gateway's own, so
// that a connection that works is not pushed out, nothing published, nothing subscribed.

import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import type { LinkSettings } from './broker-link.js';
import { refuseNumberless } from './numberless-packets.js';

const LIMIT_MS = 10_000;

/** Why it is not taken; undefined if it is. Never rejects. */
export function brokerRefusal(
  { url, username, secrets, mqttVersion }: Omit<LinkSettings, 'will' | 'clientId'> & { readonly url: string },
  name: string,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let refusal: string | undefined = 'no answer to the login';
    const client = mqtt.connect(url, {
      clientId: `coldgate-${name}-doctor-${randomBytes(4).toString('hex')}`,
      protocolVersion: mqttVersion === '5' ? 5 : 4,
      ...{ clean: true, reconnectPeriod: 0, connectTimeout: LIMIT_MS },
      ...(username === undefined ? {} : { username }),
      ...secrets?.(),
    });
    refuseNumberless(client);
    client.once('connect', () => {
      refusal = undefined;
      client.end();
    });
    client.on('error', (error) => {
      refusal = error.message || String(error);
      client.end(true);
    });
    client.once('close', () => {
      client.end(true);
      resolve(refusal);
    });
  });
}
