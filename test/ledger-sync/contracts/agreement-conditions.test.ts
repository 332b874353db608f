// What headers clear and what records prove, on a real EVM: the burden of proof of PROTOCOL.md, case by case.

import { hexlify } from 'ethers/utils';
import { expect, test } from 'vitest';
import { anchorInterface } from '../../../ledger-sync/anchor/contract-client.js';
import { encodeEquivocation, headerChain } from '../../../ledger-sync/anchor/header-calls.js';
import { sendAndWait } from '../../../ledger-sync/anchor/send-and-wait.js';
import type { BatchMeta } from '../../../ledger-sync/evidence/batch.js';
import {
  agreementInterface,
  encodeContradict,
  encodeContradictBySilence,
} from '../../../ledger-sync/shipments/agreement-calls.js';
import { DAY, states } from './agreement-rig.js';
import { agreementSuite } from './agreement-suite.js';
import { Transport } from './transport.js';

const rigOf = agreementSuite();

/** Seconds that count after the claim. */
async function outAfter(onTheWay: (transport: Transport) => void, firstSeq = 1): Promise<number> {
  const transport = await Transport.delivered(rigOf(), {}, onTheWay);
  await transport.claim(firstSeq);
  return Number((await transport.rig.standing(transport.terms)).outS);
}

const flagged = (flags: number) => (transport: Transport) => {
  transport.driveCutting(10, 5000, { flags });
  transport.driveCutting(50);
};

const silentFor = (minutes: number) => (transport: Transport) => {
  transport.wait(minutes);
  transport.driveCutting(30);
};

const onBothLimits = (transport: Transport) => {
  transport.driveCutting(20, 2000);
  transport.driveCutting(40, 8000);
};

test.each<[string, (transport: Transport) => void, number]>([
  ['all is well', (one) => one.driveCutting(60), 0],
  ['readings lie on both limits', onBothLimits, 0],
  ['one header of ten minutes was too warm', (one) => one.driveCutting(10, 8001), 600],
  ['one header of ten minutes was too cold', (one) => one.driveCutting(10, 1999), 600],
  ['a header tells of a gap', flagged(2), 600],
  ['a header tells of a clock step', flagged(4), 600],
  ['a header tells of an excursion', flagged(1), 600],
  ['a flag that was not agreed upon is there', flagged(16), 0],
  ['nothing is recorded for eleven minutes', silentFor(11), 720],
  ['nothing is recorded for nine minutes', silentFor(9), 0],
])('%s', async (_what, onTheWay, expected) => {
  expect(await outAfter(onTheWay)).toBe(expected);
});

test('from the first header that tells of an excursion to the last all time counts', async () => {
  const out = await outAfter((one) => {
    one.driveCutting(10, 5000, { flags: 1 });
    one.driveCutting(20);
    one.driveCutting(10, 5000, { flags: 1 });
    one.driveCutting(10);
    one.driveCutting(10, 5000, { flags: 1 });
    one.driveCutting(10);
  });
  expect(out).toBe(60 * 60);
});

test('heartbeats and headers without a reading clear no time', async () => {
  const heartbeats = await outAfter((one) => {
    for (let count = 0; count < 3; count += 1) {
      one.wait(10);
      one.cut({ flags: 8 });
    }
    one.driveCutting(10);
  });
  expect(heartbeats).toBe(31 * 60);
  const doors = await outAfter((one) => {
    for (let count = 0; count < 3; count += 1) {
      one.wait(10);
      one.record(1, { kind: 5 });
      one.cut();
    }
    one.driveCutting(10);
  });
  expect(doors).toBe(31 * 60);
});

test('readings of no good quality clear no time, whatever they say', async () => {
  const out = await outAfter((one) => {
    one.drive(30, 5000, { quality: 4 });
    one.cut();
    one.driveCutting(10);
  });
  expect(out).toBe(31 * 60);
});

test('silence at the end of the transport counts as much as in its middle', async () => {
  expect(await outAfter((one) => one.wait(30))).toBe(30 * 60);
});

test('what happened before the first handover and after the delivery costs nothing', async () => {
  const rig = rigOf();
  const transport = await Transport.armed(rig);
  transport.driveCutting(50, 20_000, { flags: 3 });
  await transport.hand('carrier');
  transport.driveCutting(60);
  await transport.hand('receiver');
  transport.drive(1);
  transport.cut();
  transport.driveCutting(60, 20_000, { flags: 3 });
  await rig.anchorHeaders(transport.gateway);
  await transport.claim();
  expect((await rig.standing(transport.terms)).outS).toBe(0n);
});

test('a header that begins before the handover and ends after it counts from the handover on', async () => {
  const rig = rigOf();
  const transport = await Transport.armed(rig);
  transport.drive(50, 20_000);
  await transport.hand('carrier');
  transport.driveCutting(5);
  transport.driveCutting(55);
  await transport.deliver();
  await transport.claim();
  expect((await rig.standing(transport.terms)).outS).toBe(300n);
});

test('one header over the whole transport clears it, where the truck was offline all the way', async () => {
  expect(await outAfter((one) => one.drive(600))).toBe(0);
});

test('headers must begin early enough', async () => {
  const transport = await Transport.delivered(rigOf());
  await expect(transport.claim(2)).rejects.toThrow('NotCovered');
  await transport.claim(1);
});

test('the first header of a gateway needs none before it', async () => {
  const rig = rigOf();
  const transport = await Transport.created(rig);
  await rig.fund(transport.terms);
  await transport.hand('carrier');
  transport.driveCutting(30);
  await transport.deliver();
  await transport.claim();
  expect((await rig.standing(transport.terms)).outS).toBe(0n);
});

test('headers that end before the delivery clear nothing', async () => {
  const rig = rigOf();
  const transport = await Transport.moving(rig);
  transport.driveCutting(30);
  transport.drive(1);
  await transport.hand('receiver');
  await rig.anchorHeaders(transport.gateway);
  await expect(transport.claim()).rejects.toThrow('NotCovered');
});

test.each<[string, Partial<BatchMeta>]>([
  ['a lower temperature', { maxCentiC: 500 }],
  ['no flags', { flags: 0 }],
])('a header that the gateway did not sign so, with %s, is no header', async (_what, change) => {
  const transport = await Transport.delivered(rigOf(), {}, (one) => one.driveCutting(60, 9000, { flags: 1 }));
  const forged = transport.headers.map((header) => ({ ...header, meta: { ...header.meta, ...change } }));
  const data = agreementInterface.encodeFunctionData('claim', [transport.terms, headerChain(forged)]);
  await expect(rigOf().send(data)).rejects.toThrow('NotAnchored');
});

test.each([0, 28, 89, 91])('a chain of %i bytes is no headers', async (length) => {
  const transport = await Transport.delivered(rigOf());
  const chain = new Uint8Array(length);
  chain.set(headerChain(transport.headers).subarray(0, length));
  const data = agreementInterface.encodeFunctionData('claim', [transport.terms, chain]);
  await expect(rigOf().send(data)).rejects.toThrow('NotAnchored');
});

test('a header that was left out breaks the chain', async () => {
  const transport = await Transport.delivered(rigOf(), {}, (one) => one.driveCutting(60, 9000));
  const kept = transport.headers.filter(({ meta }) => meta.maxCentiC <= 800);
  const data = agreementInterface.encodeFunctionData('claim', [transport.terms, headerChain(kept)]);
  await expect(rigOf().send(data)).rejects.toThrow('NotAnchored');
});

/** Stops the gateway at the anchor contract, as its revoker. */
async function revoke(transport: Transport, lastValidSeq: number): Promise<void> {
  const { rig, gateway } = transport;
  const values = [hexlify(gateway.address), lastValidSeq, `0x${'00'.repeat(32)}`];
  await sendAndWait(rig.rpc, rig.relay, rig.anchor, anchorInterface.encodeFunctionData('revoke', values));
}

test('headers of a revoked gateway count up to the last valid one', async () => {
  const transport = await Transport.delivered(rigOf());
  // The last header but one ends with the delivery.
  await revoke(transport, transport.headers.length - 2);
  await expect(transport.claim()).rejects.toThrow('NotAnchored');
  const other = await Transport.delivered(rigOf());
  await revoke(other, other.headers.length - 1);
  await other.claim();
  expect(await other.state()).toBe(states.underReview);
});

test('a gateway that turns out to have lied takes its word back, and the payee may still ask for a ruling', async () => {
  const rig = rigOf();
  const transport = await Transport.delivered(rig);
  await transport.claim();
  await expect(transport.plain('discredit')).rejects.toThrow('WithoutEffect');
  const { gateway } = transport;
  const [first, second] = transport.headers;
  if (!first || !second) throw new Error('no headers');
  gateway.cut({ seq: 2, size: second.meta.size, flags: 1 }, { prev: second.prev, root: second.root });
  const lie = transport.headers.at(-1);
  if (!lie) throw new Error('no header');
  await sendAndWait(rig.rpc, rig.relay, rig.anchor, encodeEquivocation(second, lie));
  await rig.pass(DAY - 600);
  await transport.plain('discredit');
  await rig.pass(1200);
  await transport.dispute('payee');
  await transport.rule(0);
  expect(await transport.credits()).toEqual([1_005_000n, 0n]);
});

/** Claimed, and then a probe of the shipment turns out to have said other things than the headers. */
async function claimed(onTheWay: (transport: Transport) => void, change = {}): Promise<Transport> {
  const transport = await Transport.delivered(rigOf(), change, onTheWay);
  await transport.claim();
  return transport;
}

/** A header that lies: its readings were warm, it says cool. */
const hidden = (minutes: number) => (one: Transport) => {
  one.drive(minutes, 9000);
  one.cut({ minCentiC: 500, maxCentiC: 500 });
};

function contradiction(
  transport: Transport,
  indexes: readonly number[],
  seq = transport.headers.length,
): string {
  const readings = indexes.map((index) => transport.proven(index, seq));
  return encodeContradict(transport.terms, transport.headers.slice(seq - 1), readings);
}

/** Indexes of the readings of `onTheWay`: 5 before the handover, 60 after it. */
const warm = (count: number) => Array.from({ length: count }, (_, index) => 65 + index);

test('readings outside the range convict, a minute each, whatever the header said', async () => {
  const transport = await claimed(hidden(60));
  expect((await rigOf().standing(transport.terms)).outS).toBe(0n);
  const [event] = transport.rig.events(await rigOf().send(contradiction(transport, warm(40))));
  expect(event?.name).toBe('Contradicted');
  expect((await rigOf().standing(transport.terms)).outS).toBe(2400n);
  await rigOf().pass(DAY + 1);
  await transport.plain('settle');
  expect(await transport.credits()).toEqual([900_000n, 100_000n]);
});

test('readings stay provable under an older header', async () => {
  const transport = await claimed((one) => {
    hidden(60)(one);
    one.driveCutting(10);
  });
  await rigOf().send(contradiction(transport, warm(40), transport.headers.length - 1));
  expect((await rigOf().standing(transport.terms)).outS).toBe(2400n);
});

test('a temperature of no good quality is a hole, and a hole counts as an excursion', async () => {
  const transport = await claimed((one) => {
    for (let minute = 0; minute < 40; minute += 1) {
      one.drive(1);
      one.record(5000, { quality: 4, subject: new Uint8Array(16).fill(2) });
    }
    one.cut();
  });
  const faulty = Array.from({ length: 40 }, (_, index) => 66 + 2 * index);
  await rigOf().send(contradiction(transport, faulty));
  expect((await rigOf().standing(transport.terms)).outS).toBe(2400n);
});

test('readings close together count for the time between them, no more', async () => {
  const transport = await claimed((one) => {
    for (let second = 0; second < 100; second += 1) {
      one.nowS += 30;
      one.record(9000);
    }
    one.cut({ minCentiC: 500, maxCentiC: 500 });
  });
  await rigOf().send(contradiction(transport, warm(100)));
  expect((await rigOf().standing(transport.terms)).outS).toBe(60n + 99n * 30n);
});

test('what changes nothing is refused, so that it cannot prolong anything', async () => {
  const transport = await claimed(hidden(60));
  await expect(rigOf().send(contradiction(transport, warm(30)))).rejects.toThrow('WithoutEffect');
  await expect(rigOf().send(contradiction(transport, []))).rejects.toThrow('WithoutEffect');
  await rigOf().send(contradiction(transport, warm(40)));
  await expect(rigOf().send(contradiction(transport, warm(40)))).rejects.toThrow('WithoutEffect');
});

test('the other side gets its whole time to answer once, and not again', async () => {
  const transport = await claimed(hidden(60));
  const { until } = await rigOf().standing(transport.terms);
  await rigOf().pass(DAY - 600);
  await rigOf().send(contradiction(transport, warm(40)));
  const prolonged = (await rigOf().standing(transport.terms)).until;
  expect(prolonged).toBeGreaterThan(until + BigInt(DAY - 1200));
  await rigOf().pass(DAY - 600);
  await rigOf().send(contradiction(transport, warm(50)));
  expect((await rigOf().standing(transport.terms)).until).toBe(prolonged);
});

test.each<[string, (one: Transport) => void]>([
  ['inside the range', (one) => one.driveCutting(60)],
  ['of another shipment', (one) => one.drive(60, 9000, { shipment: new Uint8Array(16).fill(7) })],
  ['of no shipment', (one) => one.drive(60, 9000, { shipment: new Uint8Array(0) })],
  ['of humidity', (one) => one.drive(60, 9000, { kind: 2 })],
])('a reading %s proves nothing', async (_what, onTheWay) => {
  const transport = await Transport.delivered(rigOf(), { allowedOutS: 0, rejectOutS: 9_000 }, (one) => {
    onTheWay(one);
    one.cut({ minCentiC: 500, maxCentiC: 500 });
  });
  await transport.claim();
  await expect(rigOf().send(contradiction(transport, warm(1)))).rejects.toThrow('NoContradiction');
});

test('readings of two probes, out of order, twice, or from outside the transport prove nothing', async () => {
  const transport = await claimed((one) => {
    for (let minute = 0; minute < 40; minute += 1) {
      one.drive(1, 9000);
      one.record(9000, { subject: new Uint8Array(16).fill(2), observedAtMs: one.nowS * 1000 + 1 });
    }
    one.record(9000, { observedAtMs: one.nowS * 1000 - 60_000 });
    one.cut({ minCentiC: 500, maxCentiC: 500 });
  });
  for (const indexes of [
    [65, 66],
    [67, 65],
    [65, 65],
    [143, 145],
  ]) {
    await expect(rigOf().send(contradiction(transport, indexes))).rejects.toThrow('NoContradiction');
  }
  const before = await Transport.armed(rigOf(), { allowedOutS: 0 });
  before.drive(3, 9000);
  await before.hand('carrier');
  before.drive(3);
  await before.hand('receiver');
  before.drive(3, 9000);
  before.cut({ minCentiC: 500, maxCentiC: 500 });
  await rigOf().anchorHeaders(before.gateway);
  await before.claim();
  for (const index of [7, 11]) {
    await expect(rigOf().send(contradiction(before, [index]))).rejects.toThrow('NoContradiction');
  }
});

test('a reading that is in no anchored log proves nothing', async () => {
  const transport = await claimed(hidden(60));
  const [reading] = [transport.proven(65)];
  const moved = { ...reading, index: 66 };
  const data = encodeContradict(transport.terms, transport.headers.slice(-1), [moved]);
  await expect(rigOf().send(data)).rejects.toThrow('NotIncluded');
  const older = encodeContradict(transport.terms, transport.headers.slice(0, 3), [reading]);
  await expect(rigOf().send(older)).rejects.toThrow('NotAnchored');
  await revoke(transport, transport.headers.length - 1);
  await expect(rigOf().send(contradiction(transport, warm(40)))).rejects.toThrow('NotAnchored');
});

test('silence between two neighbours in the log convicts, where a header hid it', async () => {
  const transport = await claimed(
    (one) => {
      one.drive(1);
      one.wait(60);
      one.drive(1);
      one.cut();
    },
    { maxSilenceS: 1200 },
  );
  expect((await rigOf().standing(transport.terms)).outS).toBe(0n);
  const { terms, headers } = transport;
  const silence = (before: number, next: number) =>
    encodeContradictBySilence(terms, headers.slice(-1), [transport.proven(before), transport.proven(next)]);
  await expect(rigOf().send(silence(64, 65))).rejects.toThrow('NoContradiction');
  await expect(rigOf().send(silence(64, 66))).rejects.toThrow('NoContradiction');
  await rigOf().send(silence(65, 66));
  expect((await rigOf().standing(transport.terms)).outS).toBe(3660n);
});

test('records speak only while a claim is under review or disputed', async () => {
  const transport = await Transport.delivered(rigOf(), {}, hidden(60));
  await expect(rigOf().send(contradiction(transport, warm(40)))).rejects.toThrow('WrongState');
  await transport.claim();
  await transport.dispute('payee');
  await rigOf().send(contradiction(transport, warm(40)));
  await rigOf().pass(2 * DAY + 1);
  await expect(rigOf().send(contradiction(transport, warm(50)))).rejects.toThrow('TooLate');
  await transport.plain('settle');
  expect(await transport.credits()).toEqual([900_000n, 105_000n]);
});
