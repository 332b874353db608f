// Which addresses a webhook may reach. A url is written by the operator, but what its name leads to is decided by
// whoever answers DNS, in a truck often a stranger's hotspot: without these rules the gateway could be made to post
// into its own network (server-side request forgery). Asked of the address that is then connected to, so that a
// name cannot mean one thing when it is checked and another when it is used.

import { BlockList, isIPv4, isIPv6 } from 'node:net';

export interface AddressPolicy {
  /** Receivers in the truck's own network, and on this machine, are meant. */
  readonly allowPrivateAddresses: boolean;
  /** Without TLS: nothing may leave this machine. */
  readonly isPlain: boolean;
}

type Range = readonly [address: string, prefix: number];

function listOf(ipv4: readonly Range[], ipv6: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [address, prefix] of ipv4) list.addSubnet(address, prefix, 'ipv4');
  for (const [address, prefix] of ipv6) list.addSubnet(address, prefix, 'ipv6');
  return list;
}

const loopback = listOf([['127.0.0.0', 8]], [['::1', 128]]);

/** No receiver of anybody: this network, multicast, reserved, broadcast, and the metadata services of clouds. */
const never = listOf(
  [
    ['0.0.0.0', 8],
    ['169.254.169.254', 32],
    ['224.0.0.0', 3],
  ],
  [
    ['::', 128],
    ['fd00:ec2::254', 128],
    ['ff00::', 8],
  ],
);

/**
 * Not globally reachable (IANA special-purpose registries, RFC 6890), and the IPv6 ranges in which an IPv4 address can
 * hide: NAT64, 6to4, Teredo and IPv4-compatible.
 */
const notPublic = listOf(
  [
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
  ],
  [
    ['::', 96],
    ['64:ff9b::', 96],
    ['64:ff9b:1::', 48],
    ['100::', 64],
    ['2001::', 32],
    ['2001:db8::', 32],
    ['2002::', 16],
    ['fc00::', 7],
    ['fe80::', 10],
  ],
);

/** Why this address must not be connected to; undefined where it may. */
export function addressRefusal(address: string, policy: AddressPolicy): string | undefined {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : undefined;
  if (family === undefined) return `${address} is no IP address`;
  // An IPv4-mapped IPv6 address is checked by the rules of IPv4: BlockList does so itself.
  if (never.check(address, family)) return `${address} is no address of a receiver`;
  if (policy.isPlain && !loopback.check(address, family))
    return `${address} is not loopback, and http is not encrypted`;
  if (!policy.allowPrivateAddresses && notPublic.check(address, family)) {
    return `${address} is a private address, and allowPrivateAddresses is false`;
  }
  return undefined;
}
