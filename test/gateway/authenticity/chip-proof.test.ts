// The third level: a chip that proves itself passes, one that cannot is told, and what nobody could judge yet is never passed.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { shortTidOf } from '../../../firmware-bridge/epc/tid.js';
import type { ChipProof, TagSighting } from '../../../firmware-bridge/observation.js';
import { judgeWith } from '../../../gateway/authenticity/proof/proof-detail.js';
import { readTagKeys, TagKeys } from '../../../gateway/authenticity/proof/tag-keys.js';
import { isTam1Response } from '../../../gateway/authenticity/proof/tam1.js';
import { draftOfObservation } from '../../../gateway/intake/record-mapper.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { contextWith } from '../record-context.js';
import { tempFolder } from '../temp-folder.js';
import { chips, epcOf, HOUR_MS, knowledgeOf, lotWith, TagBench } from './tag-bench.js';

// FIPS 197, appendix C.1: the cipher text as a chip's answer, the last ten bytes of the plain text as the challenge.
const key = fromHex('000102030405060708090a0b0c0d0e0f');
const challenge = '66778899aabbccddeeff';
const response = '69c4e0d86a7b0430d8cdb78070b4c55a';
const tid = 'e2c06f9220000000aaaa1111';

describe('TAM1', () => {
  test('finds the challenge in the block that the key opens', () => {
    expect(isTam1Response(key, fromHex(challenge), fromHex(response))).toBe(true);
  });

  test('another key, another challenge, or one flipped bit of the answer fails', () => {
    expect(
      isTam1Response(
        key.map((byte) => byte ^ 1),
        fromHex(challenge),
        fromHex(response),
      ),
    ).toBe(false);
    expect(isTam1Response(key, fromHex('66778899aabbccddeefe'), fromHex(response))).toBe(false);
    for (let bit = 0; bit < 128; bit += 1) {
      const flipped = fromHex(response).map((byte, index) =>
        index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
      );
      expect(isTam1Response(key, fromHex(challenge), flipped)).toBe(false);
    }
  });

  test('an answer or a challenge of another length is none', () => {
    expect(isTam1Response(key, fromHex(challenge), fromHex(response.slice(2)))).toBe(false);
    expect(isTam1Response(key, fromHex(challenge.slice(2)), fromHex(response))).toBe(false);
    expect(isTam1Response(key, new Uint8Array(0), new Uint8Array(0))).toBe(false);
  });
});

describe('the owner’s keys', () => {
  const fileOf = (document: unknown, mode = 0o600): string => {
    const path = join(tempFolder(), 'tag-keys.json');
    writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document));
    chmodSync(path, mode);
    return path;
  };
  const keyed = (keys: readonly object[]) => ({ format: 'coldgate-tag-keys', version: 1, keys });
  const [keyA, keyB] = ['00'.repeat(16), 'ff'.repeat(16)];

  test('the longest beginning of a TID decides', () => {
    const path = fileOf(
      keyed([
        { tid: 'e2c06f92', key: keyA },
        { tid: tid.toUpperCase(), key: keyB },
      ]),
    );
    const keys = readTagKeys(path);
    expect(keys.keyOf(tid)).toEqual(fromHex(keyB));
    expect(keys.keyOf('e2c06f9220000000aaaa1112')).toEqual(fromHex(keyA));
    expect(keys.keyOf('e2801160')).toBeUndefined();
  });

  test.each([
    ['no JSON', '{'],
    ['a short key', keyed([{ tid, key: '00' }])],
    ['a beginning that names no maker', keyed([{ tid: 'e2c0', key: keyA }])],
    [
      'a beginning twice',
      keyed([
        { tid, key: keyA },
        { tid, key: keyB },
      ]),
    ],
    ['another format', { ...keyed([]), format: 'keys' }],
    ['what it does not know', { ...keyed([]), more: 1 }],
  ])('%s is refused, and no key is shown', (_what, document) => {
    const act = () => readTagKeys(fileOf(document));
    expect(act).toThrow(expect.objectContaining({ code: 'KEY_FILE_DAMAGED' }));
    expect(act).not.toThrow(keyA);
  });

  test('a file that others may read is refused', () => {
    expect(() => readTagKeys(fileOf(keyed([]), 0o644))).toThrow(
      expect.objectContaining({ code: 'KEY_FILE_OPEN_TO_OTHERS' }),
    );
  });
});

describe('a proof in the record of a sighting', () => {
  const aes: ChipProof = { suite: 'aes-128', challenge, response, challengedBy: 'gateway' };
  // As the vendor's tutorial has it; the TID is another public capture's.
  const impinj: ChipProof = {
    ...{ suite: 'impinj', challenge: '054cb6bbc56a', response: 'ee69413d90de7aa7' },
    ...{ challengedBy: 'reader', shortTid: '51a3269379aafd00' },
  };
  const impinjTid = 'e2c451a32000269379aafd00';
  const keys = new TagKeys(new Map([['e2c06f92', key]]));
  const draftOf = (proof: ChipProof | undefined, ownTid: string | undefined) => {
    const sighting: TagSighting = {
      ...{
        kind: 'tag-sighting',
        readerId: 'dock',
        at: { unixMs: 1, uptimeMs: 1 },
        epc: epcOf(1001),
        pc: '3000',
      },
      ...{ antenna: 1, lastSeenUptimeMs: 1, count: 1, bestRssiDbm: -50, tid: ownTid, proof },
    };
    return draftOfObservation(contextWith({ judgeProof: judgeWith(keys) }), sighting);
  };

  test.each([
    ['passes with the owner’s key', aes, tid, 'passed'],
    ['fails with another answer', { ...aes, response: impinj.response.repeat(2) }, tid, 'failed'],
    ['fails with the answer to another challenge', { ...aes, challenge: '00'.repeat(10) }, tid, 'failed'],
    ['has no key for another chip', aes, chips[0], 'no-key'],
    ['has no key without the chip’s number', aes, undefined, 'no-key'],
    ['has no answer', { ...aes, response: '' }, tid, 'no-answer'],
    ['waits for the maker', impinj, impinjTid, 'unchecked'],
    ['waits for the maker without a TID', impinj, undefined, 'unchecked'],
    ['of another chip than the one that was read fails', impinj, tid, 'failed'],
  ] as const)('%s', (_what, proof, ownTid, result) => {
    const { detail, aside } = draftOf(proof, ownTid);
    const { suite, challengedBy } = proof;
    expect(detail?.proof).toEqual({
      ...{ suite, challengedBy, challenge: proof.challenge, response: proof.response, result },
    });
    expect(aside).toEqual('shortTid' in proof ? { shortTid: proof.shortTid } : undefined);
    // The chip's number is in no record.
    for (const number of [tid, impinjTid, impinj.shortTid ?? '', chips[0]])
      expect(JSON.stringify(detail)).not.toContain(number);
  });

  test('a sighting without one has none, and the short TID is words 1, 3, 4 and 5', () => {
    expect(draftOf(undefined, tid).detail).not.toHaveProperty('proof');
    expect(shortTidOf(impinjTid)).toBe(impinj.shortTid);
    expect(shortTidOf('e2c451a3')).toBeUndefined();
  });
});

describe('a tag whose chip was challenged', () => {
  const lot = lotWith([1001, 1002]);
  const bound = { epc: epcOf(1001), tid: chips[0] };
  let bench: TagBench;
  beforeEach(() => {
    bench = new TagBench().know(knowledgeOf([lot]));
  });
  const told = (verdict: string, proof: string, more: object = {}) => ({
    detail: expect.objectContaining({ verdict, levels: expect.objectContaining({ proof }), ...more }),
  });

  test('and has proven itself reaches the third level', () => {
    expect(bench.read({ ...bound, proof: 'passed' })).toMatchObject({
      value: 3,
      ...told('verified', 'passed'),
    });
    expect(bench.wait(60_000).read(bound)).toBeUndefined();
  });

  test('later than it was first read is told again, once', () => {
    bench.read(bound);
    expect(bench.read({ ...bound, proof: 'passed' })).toMatchObject({
      value: 3,
      ...told('verified', 'passed'),
    });
    expect(bench.restart().read({ ...bound, proof: 'passed' })).toBeUndefined();
  });

  test('and has failed is suspect, also while a genuine one answers beside it', () => {
    bench.read({ ...bound, proof: 'passed' });
    expect(bench.read({ ...bound, proof: 'failed' })).toMatchObject(
      told('suspect', 'failed', { finding: 'proof-failed', before: 'verified' }),
    );
    for (let read = 0; read < 20; read += 1)
      expect(bench.wait(10_000).read({ ...bound, proof: 'passed' })).toBeUndefined();
    // Ten minutes after the last failure it may have been the radio.
    expect(bench.wait(600_000).read({ ...bound, proof: 'passed' })).toMatchObject(told('verified', 'passed'));
  });

  test('by its reader has a weaker proof, and that is said', () => {
    expect(bench.read({ ...bound, proof: 'passed', challengedBy: 'reader' })).toMatchObject(
      told('verified', 'passed', { findings: [{ code: 'reader-challenged', weight: 'note' }] }),
    );
  });

  test('with a challenge that comes again is told: it may be a record that is played back', () => {
    const again = { ...bound, proof: 'passed', challenge: '0535443e2aa7', challengedBy: 'reader' } as const;
    bench.read(again);
    // The same message, delivered twice.
    expect(bench.wait(30_000).read(again)).toBeUndefined();
    expect(bench.wait(120_000).read(again)).toMatchObject(
      told('verified', 'passed', { finding: 'challenge-repeated, reader-challenged' }),
    );
  });

  test.each([
    ['no-key', 'no-key'],
    ['no-answer', 'chip-has-none'],
  ] as const)('and gave %s stands as %s, never as passed', (proof, level) => {
    expect(bench.read({ ...bound, proof })).toMatchObject({ value: 2, ...told('verified', level) });
  });

  test('and stays silent though it has proven itself before is told', () => {
    bench.read({ ...bound, proof: 'passed' });
    for (let read = 0; read < 2; read += 1)
      expect(bench.wait(1000).read({ ...bound, proof: 'no-answer' })).toBeUndefined();
    expect(bench.wait(1000).read({ ...bound, proof: 'no-answer' })).toMatchObject(
      told('verified', 'passed', { finding: 'proof-withheld' }),
    );
    expect(bench.wait(1000).read({ ...bound, proof: 'passed' })).toMatchObject(told('verified', 'passed'));
  });

  test('without a service to ask has no key for what only its maker can judge', () => {
    const alone = new TagBench(72 * HOUR_MS, false).know(knowledgeOf([lot]));
    expect(alone.read({ ...bound, proof: 'unchecked' })).toMatchObject(told('verified', 'no-key'));
    expect(alone.asks()).toEqual([]);
  });

  describe('and whose maker must be asked', () => {
    const ask = (): { epc: string; askedAtMs: number } => {
      const [one] = bench.asks();
      if (!one) throw new Error('nothing was asked');
      return one;
    };

    test('is pending until the answer, over restarts, and is asked once', () => {
      expect(bench.read({ ...bound, proof: 'unchecked' })).toMatchObject({
        value: 2,
        ...told('verified', 'pending'),
      });
      for (let read = 0; read < 5; read += 1)
        expect(
          bench
            .restart()
            .wait(1000)
            .read({ ...bound, proof: 'unchecked' }),
        ).toBeUndefined();
      expect(bench.asks()).toHaveLength(1);
      const { epc, askedAtMs } = ask();
      const answer = { epc, askedAtMs, result: 'passed' } as const;
      const [answered, judged, ...more] = bench.restart().answer(answer);
      expect(answered).toMatchObject({
        ...{ kind: 17, subjectName: epc, isSalted: true },
        detail: { type: 'tag-proof', result: 'passed', reader: 'dock', suite: 'impinj', askedAtMs },
      });
      expect(judged).toMatchObject({ value: 3, ...told('verified', 'passed') });
      expect([more, bench.asks()]).toEqual([[], []]);
      // Its row beside the log may stay a while: it is taken once.
      expect(bench.restart().answer(answer)).toEqual([]);
      expect(bench.restart().read({ ...bound, proof: 'unchecked' })).toBeUndefined();
    });

    test('is suspect when the maker does not know the answer for his', () => {
      bench.read({ ...bound, proof: 'unchecked' });
      const [, judged] = bench.answer({ ...ask(), result: 'failed' });
      expect(judged).toMatchObject(told('suspect', 'failed', { finding: 'proof-failed', case: 'tag-1' }));
      // The log says so after a restart too.
      expect(bench.restart().read(bound)).toBeUndefined();
    });

    test('is asked about again after a quarter of an hour, and an answer to the first question counts no more', () => {
      bench.read({ ...bound, proof: 'unchecked' });
      const first = ask();
      bench.wait(901_000).read({ ...bound, proof: 'unchecked' });
      expect(ask().askedAtMs).toBe(first.askedAtMs + 901_000);
      expect(bench.answer({ ...first, result: 'failed' })).toEqual([]);
      const [, judged] = bench.answer({ ...ask(), result: 'no-key' });
      expect(judged).toBeUndefined();
    });
  });
});
