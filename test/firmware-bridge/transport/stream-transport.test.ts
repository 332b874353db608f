import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { streamTransport } from '../../../firmware-bridge/transport/stream-transport.js';

/** Like a serial port object: it outlives its port, and would send later what is written while closed. */
class PortLikeStream extends Duplex {
  readonly sent: number[] = [];
  readonly finishWrite: (() => void)[] = [];

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.finishWrite.push(() => {
      this.sent.push(...chunk);
      done();
    });
  }

  override _read(): void {}
}

describe('stream transport', () => {
  it('refuses writes after an unplug, so that no command reaches the device that comes next', async () => {
    const stream = new PortLikeStream();
    const transport = streamTransport('/dev/x', stream, (done) => done());
    stream.emit('close', new Error('Disconnected'));
    await expect(transport.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'PORT_CLOSED' });
    expect(stream.finishWrite).toEqual([]);
  });

  it('tells an unplug that happened before anyone listened', () => {
    const stream = new PortLikeStream();
    const transport = streamTransport('/dev/x', stream, (done) => done());
    stream.emit('close', new Error('Disconnected'));
    const reasons: string[] = [];
    transport.onClose((reason) => reasons.push(reason));
    expect(reasons).toEqual(['/dev/x: Disconnected']);
  });

  it('lets the last write leave before it closes', async () => {
    const stream = new PortLikeStream();
    let isShut = false;
    const transport = streamTransport('/dev/x', stream, (done) => {
      isShut = true;
      done();
    });
    void transport.write(Uint8Array.of(7));
    const closed = transport.close();
    await Promise.resolve();
    expect(isShut).toBe(false);
    for (const finish of stream.finishWrite) finish();
    await closed;
    expect(isShut).toBe(true);
    expect(stream.sent).toEqual([7]);
  });

  it('closes although the last write never leaves', async () => {
    const stream = new PortLikeStream();
    const transport = streamTransport('/dev/x', stream, (done) => done());
    transport.write(Uint8Array.of(7)).catch(() => undefined);
    await transport.close();
    expect(stream.sent).toEqual([]);
  });
});
