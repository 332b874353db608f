// What browsers call this console, and who may reach it: the names that a Host header may have, against pages of others that
// rebind their name to this machine, and the origin that a request which changes something must come from.

import { hostname, networkInterfaces } from 'node:os';
import type { ConsoleConfig } from '../../../config/console-schema.js';
import { isLoopback } from '../../../config/fields.js';

export interface Site {
  /** Browsers come over https: cookies may be `Secure`. */
  readonly isSecure: boolean;
  /** Reachable from this machine only, and by nobody's proxy. */
  readonly isLocal: boolean;
  /** Whether the Host header names this console. */
  isOwnHost(host: string): boolean;
  /** Whether the Origin header is this console's own, for a request to `host`. */
  isOwnOrigin(origin: string, host: string): boolean;
  /** To print. */
  urlAt(port: number): string;
}

const bare = (host: string) => host.replace(/^\[|\]$/g, '').toLowerCase();

/** Name and port of `host[:port]`; undefined for anything else. */
function nameOf(host: string): string | undefined {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/.exec(host);
  return match?.[1] === undefined ? undefined : bare(match[1]);
}

function ownAddresses(): Set<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return new Set(addresses.map(({ address }) => bare(address)));
}

export function siteOf({ listen, publicOrigin, trustedProxies }: ConsoleConfig): Site {
  const isSecure = publicOrigin?.startsWith('https:') ?? listen.tls !== undefined;
  const scheme = listen.tls ? 'https' : 'http';
  const machine = hostname().toLowerCase();
  const names = new Set([bare(listen.host), machine, `${machine}.local`]);
  const isOwnName = (name: string) =>
    isLoopback(name) || (!isLoopback(listen.host) && (names.has(name) || ownAddresses().has(name)));
  const publicHost = publicOrigin === undefined ? undefined : new URL(publicOrigin).host;
  return {
    isSecure,
    isLocal: isLoopback(listen.host) && trustedProxies.length === 0,
    isOwnHost: (host) => {
      if (publicHost !== undefined && host.toLowerCase() === publicHost) return true;
      // A person on the machine itself may always look.
      const name = nameOf(host);
      return name !== undefined && (publicHost === undefined ? isOwnName(name) : isLoopback(name));
    },
    isOwnOrigin: (origin, host) =>
      origin === (publicOrigin ?? `${scheme}://${host.toLowerCase()}`) ||
      // Also with a public origin, on the machine itself.
      (isLoopback(nameOf(host) ?? '') && origin === `${scheme}://${host.toLowerCase()}`),
    urlAt: (port) => {
      const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host;
      return publicOrigin ?? `${scheme}://${host}:${port}`;
    },
  };
}
