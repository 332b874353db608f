import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTap, type TapEntry, tapHeaderLines, tapLines } from '../../../firmware-bridge/tap/tap-file.js';

const text = readFileSync(new URL('../../vectors/taps/m100-unplugged.tap', import.meta.url), 'latin1');
const header = { port: '/dev/ttyUSB0', line: '9600 8N1', startedAt: '2026-03-01T08:00:00.000Z' };

function parsed(body: string) {
  return parseTap(`${tapHeaderLines(header).join('\n')}\n${body}`);
}

describe('a tap file', () => {
  it('says what it is a recording of', () => {
    const tap = parseTap(text);
    expect(tap).toMatchObject({
      kind: 'tap',
      header: { port: '/dev/ttyUSB0', line: '115200 8N1' },
      isCut: false,
    });
  });

  it('cut anywhere by a power loss gives all whole lines before the cut', () => {
    const whole = parseTap(text);
    const entries = whole.kind === 'tap' ? whole.entries : [];
    const headerLength = text.split('\n').slice(0, 4).join('\n').length + 1;
    for (let length = headerLength; length <= text.length; length += 1) {
      const tap = parseTap(text.slice(0, length));
      expect(tap.kind, `cut at ${length}`).toBe('tap');
      if (tap.kind !== 'tap') continue;
      const lines = text.slice(0, length).split('\n').length - 5;
      expect(tap.entries).toEqual(entries.slice(0, lines));
      expect(tap.isCut).toBe(!text.slice(0, length).endsWith('\n'));
    }
  });

  it('with a tail of zeros, as some file systems leave, loses the tail only', () => {
    expect(parsed('0 open\n5 in bb7e\n\0\0\0\0')).toMatchObject({ kind: 'tap', isCut: true });
  });

  it.each([
    ['', 1, 'begin with'],
    ['coldgate-tap 2\nport x\nbaud y\nstart z\n', 1, 'begin with'],
    ['coldgate-tap 1\nbaud y\nport x\nstart z\n', 2, 'port'],
  ])('%j is refused', (bad, line, reason) => {
    expect(parseTap(bad)).toEqual({ kind: 'refused', line, reason: expect.stringContaining(reason) });
  });

  it.each([
    ['0 open\n5 in b\n', 6, 'hex'],
    ['0 open\n5 in BB\n', 6, 'hex'],
    ['0 open\n5 sideways bb\n', 6, 'should be'],
    ['9 open\n5 in bb\n', 6, 'goes back'],
    [`0 open\n5 in ${'bb'.repeat(3000)}\n`, 6, 'characters'],
  ])('a line that is wrong is named: %#', (body, line, reason) => {
    expect(parsed(body)).toEqual({ kind: 'refused', line, reason: expect.stringContaining(reason) });
  });

  it('gives back what was written, in lines of bounded length', () => {
    const entry = fc.oneof(
      fc.constant<Pick<TapEntry, 'kind'>>({ kind: 'open' }),
      fc.record({
        kind: fc.constantFrom('in', 'out'),
        bytes: fc.uint8Array({ minLength: 1, maxLength: 5000 }),
      }),
      fc.record({ kind: fc.constant('close'), reason: fc.string({ unit: 'binary', maxLength: 400 }) }),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (written) => {
        const entries = written.map((one, ms) => ({ ...one, ms }) as TapEntry);
        const lines = entries.flatMap(tapLines);
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(4096);
        const tap = parsed(lines.map((line) => `${line}\n`).join(''));
        expect(tap.kind).toBe('tap');
        const read = tap.kind === 'tap' ? tap.entries : [];
        expect(bytesOf(read, 'in')).toEqual(bytesOf(entries, 'in'));
        expect(bytesOf(read, 'out')).toEqual(bytesOf(entries, 'out'));
        expect(read.filter(({ kind }) => kind === 'close')).toHaveLength(
          entries.filter(({ kind }) => kind === 'close').length,
        );
      }),
    );
  });

  it('never throws on text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (body) => void parsed(body)));
  });
});

function bytesOf(entries: readonly TapEntry[], kind: 'in' | 'out'): number[] {
  return entries.flatMap((entry) => (entry.kind === kind ? [...entry.bytes] : []));
}
