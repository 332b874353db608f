// Stands between a socket and the MQTT broker and ends connections that announce a packet over the cap: a
// client can otherwise make the broker hold what it has only announced (MQTT 3.1.1 section 2.2.3, up to 256 MiB).

import type { Socket } from 'node:net';
import { Duplex, Transform, type TransformCallback } from 'node:stream';
import { IntakeError } from './intake-error.js';

const MAX_LENGTH_BYTES = 4;
const CONTINUATION = 0x80;

/** Follows the packet boundaries of a client's bytes; errors on a packet of more than `maxPacketBytes`. */
class PacketGuard extends Transform {
  readonly #maxPacketBytes: number;
  #bodyBytesLeft = 0;
  /** -1: the next byte begins a packet; else how many length bytes were read. */
  #lengthBytes = -1;
  #length = 0;

  constructor(maxPacketBytes: number) {
    super();
    this.#maxPacketBytes = maxPacketBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
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
    done(null, chunk);
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
export function guardPackets(socket: Socket, maxPacketBytes: number): Duplex {
  const guard = new PacketGuard(maxPacketBytes);
  socket.pipe(guard);
  socket.once('close', () => guard.destroy());
  socket.once('error', (error) => guard.destroy(error));
  const duplex = Duplex.from({ readable: guard, writable: socket });
  duplex.once('error', () => socket.destroy());
  duplex.once('close', () => socket.destroy());
  return duplex;
}
