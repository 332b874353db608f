import { describe, expect, it } from 'vitest';
import { TidBook } from '../../../firmware-bridge/epc/tid-book.js';

const epc = '30751feb705c5904e3d50d70';
const [tid, damagedTid, other] = ['e2806890aa', 'e2806890ab', 'e2801105bb'];

/** A book that sees one tag all the time. */
function book() {
  const tids = new TidBook();
  tids.see(epc, 0);
  return tids;
}

describe('tid book', () => {
  it('a TID is sure when it was heard twice: damage that passed once is nobody’s chip', () => {
    const tids = book();
    expect(tids.hear(epc, damagedTid, 0)).toBe(false);
    expect(tids.hear(epc, tid, 0)).toBe(false);
    expect(tids.hear(epc, tid, 0)).toBe(true);
    // While one of them was heard once, it is asked on.
    expect(tids.due(0)).toEqual([epc]);
  });

  it('asks until four readings agree, and no more until the tag was away or five minutes are over', () => {
    const tids = book();
    for (const isSure of [false, true, true, true]) {
      expect(tids.due(0)).toEqual([epc]);
      expect(tids.hear(epc, tid, 0)).toBe(isSure);
    }
    expect(tids.due(0)).toEqual([]);
    for (let ms = 0; ms <= 300_000; ms += 1000) tids.see(epc, ms);
    expect(tids.due(300_000)).toEqual([]);
    tids.see(epc, 300_001);
    expect(tids.due(300_001)).toEqual([epc]);
    for (let reading = 0; reading < 4; reading += 1) tids.hear(epc, tid, 300_001);
    tids.see(epc, 310_001);
    expect(tids.due(310_001)).toEqual([]);
    tids.see(epc, 320_002);
    expect(tids.due(320_002)).toEqual([epc]);
    // Who comes back is a stranger: nothing that was heard before counts.
    expect(tids.hear(epc, tid, 320_002)).toBe(false);
  });

  it('a mute tag is left alone after ten questions, for a minute', () => {
    const tids = book();
    for (let question = 0; question < 10; question += 1) {
      expect(tids.due(0)).toEqual([epc]);
      tids.miss(epc, 0);
    }
    expect(tids.due(0)).toEqual([]);
    for (let ms = 0; ms <= 60_001; ms += 1) tids.see(epc, ms);
    expect(tids.due(60_001)).toEqual([epc]);
  });

  it('the least asked comes first, and nobody who has left', () => {
    const tids = book();
    tids.see(other, 0);
    tids.miss(epc, 0);
    expect(tids.due(0)).toEqual([other, epc]);
    tids.see(epc, 2500);
    expect(tids.due(2500)).toEqual([epc]);
  });

  it('asks a chip with a shorter bank for less, down to the words that name its maker', () => {
    const tids = book();
    const words = [6, 4, 2, 2].map((expected) => {
      const asked = tids.wordsOf(epc);
      tids.tooLong(epc, 0);
      return [asked, expected];
    });
    for (const [asked, expected] of words) expect(asked).toBe(expected);
  });

  it('remembers 1,024 tags, and of one EPC four chips', () => {
    const tids = new TidBook();
    for (let number = 0; number < 3000; number += 1) tids.see(number.toString(16), 0);
    expect(tids.due(0)).toHaveLength(1024);
    expect(tids.hear('0', tid, 0)).toBe(false);
    expect(tids.hear('0', tid, 0)).toBe(false);
    const [last] = tids.due(0).slice(-1);
    for (let chip = 0; chip < 9; chip += 1) expect(tids.hear(last ?? '', `e280${chip}`, 0)).toBe(false);
    expect(tids.hear(last ?? '', 'e2808', 0)).toBe(false);
  });
});
