// From a configured port to a way of opening it: "tcp://host:port", or the path of a tty.

import { BridgeError } from '../bridge-error.js';
import type { SerialSettings } from './serial-transport.js';
import { connectTcp, parseTcpAddress } from './tcp-transport.js';
import type { OpenTransport } from './transport.js';

/**
 * How to open `port`. Opens nothing yet. Throws BridgeError PORT_ADDRESS for a text that is neither an absolute
 * path nor a tcp address. The settings are those of a tty and mean nothing to TCP.
 */
export function openTransport(port: string, settings: SerialSettings): OpenTransport {
  const address = parseTcpAddress(port);
  if (address !== undefined) return (signal) => connectTcp(port, address, signal);
  if (!port.startsWith('/')) {
    throw new BridgeError(
      'PORT_ADDRESS',
      `"${port}" is no port`,
      'Write an absolute path (/dev/serial/by-id/...) or tcp://host:port.',
    );
  }
  return async (signal) => {
    // Loaded when first needed: a gateway that reads over TCP needs no native binding.
    const { openSerial } = await import('./serial-transport.js');
    return openSerial(port, settings, signal);
  };
}
