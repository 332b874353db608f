// mqtt.js and aedes write packets with mqtt-packet, which with its first packet makes a Buffer for each of the 65,536 packet
// ids: 6 MiB for numbers of two bytes.

import { writeToStream } from 'mqtt-packet';

/** Has two bytes written when they are needed instead. Before the first packet of this process. */
export function keepNoPacketNumbers(): void {
  writeToStream.cacheNumbers = false;
}
