// Packets of a broker that were cut off before the two bytes of their number (MQTT 3.1.1 section 2.3.1).

import type { MqttClient } from 'mqtt';

/**
 * Ends the connection to a broker that sends a packet cut off before its number. The parser makes it -1, and to acknowledge
 * that would throw where nobody can catch it: such a packet is taken for one that asks for nothing.
 */
export function refuseNumberless(client: MqttClient): void {
  client.on('packetreceive', (packet) => {
    if (packet.messageId === undefined || packet.messageId > 0) return;
    packet.cmd = 'pingresp';
    client.emit('error', new Error('the broker sent a packet without its number'));
  });
}
