// Fetches the certificate that a typed code names from what the broker itself shows. Nothing is believed of that connection,
// and nothing is sent over it: the hash in the code says which certificate is meant, and the real connection is checked by it.

import { X509Certificate } from 'node:crypto';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { FleetError } from '../fleet-error.js';
import { isPinned } from '../invite.js';

const DEFAULT_PORT = 8883;
const LIMIT_MS = 15_000;
const MOST_CERTIFICATES = 16;

/**
 * PEM of the certificate behind the pin.
 * @param url mqtts://host[:port]
 * @throws FleetError BROKER_UNREACHABLE, BROKER_UNTRUSTED
 */
export async function pinnedCa(url: string, pin: Uint8Array): Promise<string> {
  const found = (await shownCertificates(url)).find((der) => isPinned(pin, der));
  if (found) return new X509Certificate(found).toString();
  const hint =
    'use the file of the invite, or --ca FILE: a broker need not show its CA. If neither helps, this is another broker';
  const message = `${url} does not show the certificate that the code names`;
  throw new FleetError('BROKER_UNTRUSTED', message, hint);
}

function shownCertificates(url: string): Promise<Uint8Array[]> {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      const hint = 'check the network; the code can be used again';
      reject(new FleetError('BROKER_UNREACHABLE', `${url} is not reached: ${reason}`, hint));
      socket.destroy();
    };
    const servername = /^[0-9.]+$|:/.test(host) ? undefined : host;
    const socket = connect({
      ...{ host, port: Number(port || DEFAULT_PORT), rejectUnauthorized: false, timeout: LIMIT_MS },
      ...(servername === undefined ? {} : { servername }),
    });
    socket.once('timeout', () => fail('no answer'));
    socket.once('error', (error) => fail(error.message));
    socket.once('secureConnect', () => {
      resolve(chainOf(socket.getPeerCertificate(true)));
      socket.destroy();
    });
  });
}

/** A root is its own issuer. */
function chainOf(first: DetailedPeerCertificate): Uint8Array[] {
  const chain: DetailedPeerCertificate[] = [];
  for (
    let one: DetailedPeerCertificate | undefined = first;
    one?.raw && !chain.includes(one) && chain.length < MOST_CERTIFICATES;
    one = one.issuerCertificate
  ) {
    chain.push(one);
  }
  return chain.map(({ raw }) => raw);
}
