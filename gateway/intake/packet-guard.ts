// Stands between a socket and the MQTT broker. Ends connections that announce a packet over the cap: a client can otherwise
// make the broker hold what it has only announced (MQTT 3.1.1 section 2.2.3, up to 256 MiB). Slows those that send too many:
// their bytes wait in their own network buffers, in their order. Who hangs up meanwhile loses what was not acknowledged.

import type { Socket } from 'node:net';
import { Duplex, Transform, type TransformCallback } from 'node:stream';
import { TokenBucket } from '../publish/token-bucket.js';
import { IntakeError } from './intake-error.js';

export interface PacketLimits {
  readonly maxPacketBytes: number;
  /** Of the first packet, the CONNECT, which comes from somebody unknown. */
  readonly maxFirstPacketBytes?: number | undefined;
  /** Pings and subscriptions cost the broker as much as messages; answers cost a twentieth. */
  readonly packetsPerSecond?: number | undefined;
  /** Told once of a client that has to wait. */
  readonly onSlowed?: (() => void) | undefined;
}

const MAX_LENGTH_BYTES = 4;
const CONTINUATION = 0x80;
/** PUBACK, PUBREC, PUBCOMP: what a reader of the log answers to each message, and cheap. */
const answers: ReadonlySet<number> = new Set([4, 5, 7]);
const ANSWER_COST = 0.05;

/** Follows the packet boundaries of a client's bytes; errors on a packet over the cap. */
class PacketGuard extends Transform {
  readonly #limits: PacketLimits;
  readonly #bucket: TokenBucket | undefined;
  #packets = 0;
  /** Of the packets that began in this chunk. */
  #cost = 0;
  #isSlowed = false;
  #timer: NodeJS.Timeout | undefined;
  #bodyBytesLeft = 0;
  /** -1: the next byte begins a packet; else how many length bytes were read. */
  #lengthBytes = -1;
  #length = 0;

  constructor(limits: PacketLimits) {
    super();
    this.#limits = limits;
    const { packetsPerSecond } = limits;
    if (packetsPerSecond !== undefined) this.#bucket = new TokenBucket(packetsPerSecond, performance.now());
  }

  get #maxPacketBytes(): number {
    const { maxPacketBytes, maxFirstPacketBytes } = this.#limits;
    return this.#packets === 1 ? (maxFirstPacketBytes ?? maxPacketBytes) : maxPacketBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#cost = 0;
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyBytesLeft > 0) {
        const taken = Math.min(this.#bodyBytesLeft, chunk.length - at);
        this.#bodyBytesLeft -= taken;
        at += taken;
        continue;
      }
      if (this.#lengthBytes < 0) {
        this.#lengthBytes = 0;
        this.#length = 0;
        this.#packets += 1;
        this.#cost += answers.has((chunk[at] ?? 0) >> 4) ? ANSWER_COST : 1;
      } else if (!this.#readLength(chunk[at] ?? 0)) {
        done(
          new IntakeError(
            'PACKET_TOO_LARGE',
            `an MQTT packet of more than ${this.#maxPacketBytes} bytes was announced`,
            'check what that client sends',
          ),
        );
        return;
      }
      at += 1;
    }
    this.#passSlowly(chunk, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    done(error);
  }

  /** Passes the bytes, and takes no more before their packets are paid for. */
  #passSlowly(chunk: Buffer, done: TransformCallback): void {
    this.#bucket?.take(this.#cost);
    const waitMs = this.#bucket?.waitMs(performance.now()) ?? 0;
    if (waitMs === 0) {
      done(null, chunk);
      return;
    }
    if (!this.#isSlowed) this.#limits.onSlowed?.();
    this.#isSlowed = true;
    this.push(chunk);
    this.#timer = setTimeout(() => done(), waitMs);
  }

  #readLength(byte: number): boolean {
    this.#length += (byte & ~CONTINUATION) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if (this.#length > this.#maxPacketBytes || this.#lengthBytes > MAX_LENGTH_BYTES) return false;
    if ((byte & CONTINUATION) === 0) {
      this.#bodyBytesLeft = this.#length;
      this.#lengthBytes = -1;
    }
    return true;
  }
}

/** The socket as the broker may see it. */
export function guardPackets(socket: Socket, limits: PacketLimits): Duplex {
  const guard = new PacketGuard(limits);
  socket.pipe(guard);
  socket.once('close', () => guard.destroy());
  socket.once('error', (error) => guard.destroy(error));
  const duplex = Duplex.from({ readable: guard, writable: socket });
  duplex.once('error', () => socket.destroy());
  duplex.once('close', () => socket.destroy());
  return duplex;
}
