// Chips that are challenged through a Mercury reader: every challenge fresh, every answer with the chip that gave it.
import { afterEach, describe, expect, it } from 'vitest';
import type { DeviceHandle } from '../../../firmware-bridge/device.js';
import { encodeAuthenticate } from '../../../firmware-bridge/mercury/authenticate.js';
import { startMercuryReader } from '../../../firmware-bridge/mercury/start-mercury-reader.js';
import { MercurySimulator } from '../../../firmware-bridge/simulators/mercury-simulator.js';
import type { ChallengeFirmware } from '../../../firmware-bridge/simulators/mercury-tags.js';
import { seededRandom } from '../../../firmware-bridge/simulators/simulated-device.js';
import { type ChipAnswer, type FieldTag, tam1Chip } from '../../../firmware-bridge/simulators/tag-memory.js';
import { FaultyWire } from '../../../firmware-bridge/simulators/wire-faults.js';
import { judgeWith } from '../../../gateway/authenticity/proof/proof-detail.js';
import { TagKeys } from '../../../gateway/authenticity/proof/tag-keys.js';
import { FakeTime } from '../fake-time.js';
import { fromHex } from '../hex.js';
import { MemoryPort } from '../memory-port.js';
import { Observed } from '../observed.js';

const key = fromHex('000102030405060708090a0b0c0d0e0f');
const judge = judgeWith(new TagKeys(new Map([['e2c06892', key]])));
const chip = (): ChipAnswer => tam1Chip(key, seededRandom(7));
const genuine = { epc: '30751feb705c5904e3d50001', tid: 'e2c0689220000000aaaa0001', answer: chip() };
const second = { epc: '30751feb705c5904e3d50002', tid: 'e2c0689220000000aaaa0002', answer: chip() };

const running: DeviceHandle[] = [];
afterEach(async () => {
  for (const handle of running.splice(0)) await handle.close();
});

/** @param firstLateMs how late the first answer of a chip comes */
async function dock(tags: readonly FieldTag[], firmware: ChallengeFirmware = 'takes', firstLateMs = 0) {
  const time = new FakeTime();
  const simulator = new MercurySimulator({ timers: time });
  simulator.challengeFirmware = firmware;
  const wire = new FaultyWire(simulator, time);
  const attach = wire.attach.bind(wire);
  let lateMs = firstLateMs;
  wire.attach = (send) =>
    attach(
      send &&
        ((bytes) => {
          const isLate = bytes[2] === 0x2d && lateMs > 0;
          if (isLate) time.after(lateMs, () => send(bytes));
          else send(bytes);
          if (isLate) lateMs = 0;
        }),
    );
  const observed = new Observed();
  const made: string[] = [];
  const random = seededRandom(3);
  const reader = startMercuryReader({
    ...{ id: 'dock', region: 'eu3', open: new MemoryPort(wire).open, clock: time, timers: time },
    ...{ random: () => 0.5, sink: observed.sink },
    newChallenge: () => {
      const challenge = Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256));
      made.push(Buffer.from(challenge).toString('hex'));
      return challenge;
    },
  });
  running.push(reader);
  await time.pass(5000);
  simulator.setTags(tags);
  const proofs = () => observed.sightings().filter(({ proof }) => proof !== undefined);
  const results = () => proofs().map((sighting) => judge(sighting));
  return { time, simulator, observed, reader, made, proofs, results };
}

describe('Mercury reader that challenges chips', () => {
  it('asks for the block of the one chip, with the gateway’s challenge and no key', () => {
    const tid = fromHex(genuine.tid);
    const challenge = fromHex('00112233445566778899');
    expect(Buffer.from(encodeAuthenticate(tid, challenge)).toString('hex')).toMatch(
      /^ff352d01f40c0201000000006\x30e2c0689220000000aaaa000183000010(00){16}0a00112233445566778899[0-9a-f]{4}$/,
    );
  });

  it('each chip that says that it holds a secret proves it, once, to a challenge of its own', async () => {
    const { time, observed, made, proofs, results } = await dock([genuine, second]);
    await time.pass(60_000);
    expect(results()).toEqual(['passed', 'passed']);
    expect(
      proofs()
        .map(({ epc, tid }) => [epc, tid])
        .sort(),
    ).toEqual([
      [genuine.epc, genuine.tid],
      [second.epc, second.tid],
    ]);
    expect(proofs().map(({ proof }) => proof?.challengedBy)).toEqual(['gateway', 'gateway']);
    expect(proofs().map(({ proof }) => proof?.challenge)).toEqual(made);
    expect(new Set(made).size).toBe(2);
    expect(observed.sightings().length).toBeGreaterThan(80);
  });

  it('an answer that was recorded from a genuine chip fails', async () => {
    let recorded: Uint8Array | undefined;
    const real = chip();
    const answer: ChipAnswer = (challenge) => {
      recorded ??= real(challenge);
      return recorded;
    };
    const { time, simulator, results } = await dock([{ ...genuine, answer }]);
    await time.pass(20_000);
    expect(results()).toEqual(['passed']);
    // Another tag plays it back: the next time that it is asked, at the latest.
    await time.pass(1_000_000);
    expect(simulator.challenges).toBeGreaterThan(1);
    expect(new Set(results().slice(1))).toEqual(new Set(['failed']));
  });

  it('a copy with the right numbers and another key fails, and one without an answer gives none', async () => {
    const copy = {
      ...genuine,
      answer: tam1Chip(
        key.map((byte) => byte ^ 1),
        seededRandom(7),
      ),
    };
    const { time, simulator, proofs, results } = await dock([copy, { epc: second.epc, tid: second.tid }]);
    await time.pass(30_000);
    const of = (epc: string) => results().filter((_, index) => proofs()[index]?.epc === epc);
    expect(of(genuine.epc)).toEqual(['failed']);
    expect(new Set(of(second.epc))).toEqual(new Set(['no-answer']));
    const asked = simulator.challenges;
    await time.pass(20_000);
    expect(simulator.challenges).toBe(asked);
  });

  it('a chip that says that it holds no secret is not challenged', async () => {
    const { time, simulator } = await dock([{ epc: genuine.epc, tid: 'e280689220000000aaaa0001' }]);
    await time.pass(30_000);
    expect([simulator.memoryReads > 0, simulator.challenges]).toEqual([true, 0]);
  });

  it('firmware that makes its own challenge is believed less, and says so', async () => {
    const { time, made, proofs, results } = await dock([genuine], 'makes');
    await time.pass(30_000);
    expect(results()).toEqual(['passed']);
    expect(proofs()[0]?.proof?.challengedBy).toBe('reader');
    expect(made).not.toContain(proofs()[0]?.proof?.challenge);
  });

  it('firmware that cannot challenge is asked once, and reads on', async () => {
    const { time, simulator, observed, reader } = await dock([genuine, second], 'unknown');
    await time.pass(60_000);
    expect(simulator.challenges).toBe(1);
    expect(observed.sightings().length).toBeGreaterThan(80);
    expect(reader.state()).toBe('ready');
  });

  it.each(['refused', 'silent', 'late'] as const)(
    'challenges that are answered %s hide no tag and fail no chip',
    async (trouble) => {
      const { time, simulator, observed, results } = await dock([genuine, second]);
      await time.pass(2500);
      simulator.tagReads = trouble;
      observed.clear();
      await time.pass(60_000);
      expect(new Set(results()).has('failed')).toBe(false);
      const seen = observed.sightings().filter(({ epc }) => epc === second.epc);
      const gaps = seen.slice(1).map(({ at }, index) => at.uptimeMs - (seen[index]?.lastSeenUptimeMs ?? 0));
      expect(Math.max(...gaps)).toBeLessThan(2500);
      expect(seen.length).toBeGreaterThan(25);
    },
  );

  it.each([1400, 1600, 2500, 4600, 6000, 7500])(
    'an answer that comes %i ms late is never taken for another chip’s',
    async (lateMs) => {
      const { time, results } = await dock([genuine, second], 'takes', lateMs);
      await time.pass(60_000);
      expect(results()).toEqual(['passed', 'passed']);
    },
  );
});
