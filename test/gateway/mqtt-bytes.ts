// MQTT packets byte by byte (MQTT 3.1.1 chapters 2 and 3), for tests that say what no library would.

/** A text or bytes with their length in front. */
function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

/** A packet from its first byte and what follows its length. */
function packetBytes(head: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([head, ...length]), body]);
}

interface Hello {
  readonly version?: number;
  readonly clientId?: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Topic of a retained last will of QoS 1. */
  readonly will?: string;
  /** Bytes of the properties of MQTT 5, with their length. */
  readonly properties?: readonly number[];
}

/** CONNECT with a clean session and no keep-alive. */
export function connectBytes({
  version = 4,
  clientId = 'bad',
  username,
  password,
  will,
  properties = [],
}: Hello): Buffer {
  const flags =
    0x02 |
    (will === undefined ? 0 : 0x2c) |
    (password === undefined ? 0 : 0x40) |
    (username === undefined ? 0 : 0x80);
  return packetBytes(
    0x10,
    field('MQTT'),
    Buffer.from([version, flags, 0, 0, ...properties]),
    field(clientId),
    ...(will === undefined ? [] : [field(will), field('forged')]),
    ...(username === undefined ? [] : [field(username)]),
    ...(password === undefined ? [] : [field(password)]),
  );
}

/** PUBLISH with a packet id. `flags` 2 is QoS 1, 4 is QoS 2, 1 more is retained. */
export function publishBytes(topic: string, flags = 2, messageId = 7): Buffer {
  return packetBytes(
    0x30 | flags,
    field(topic),
    Buffer.from([messageId >> 8, messageId & 0xff]),
    Buffer.from('x'),
  );
}

export function subscribeBytes(filter: string): Buffer {
  return packetBytes(0x82, Buffer.from([0, 1]), field(filter), Buffer.from([0]));
}
