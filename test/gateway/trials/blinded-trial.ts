// One leg of a blinded trial through the real code, and all that leaves it: messages, alerts, EPCIS events, transactions. The
// sponsor's side knows the arms; what it gives to the gateway is what the commands take. A leak can be built in.

import { JournalFeed } from '../../../gateway/epcis/journal-feed.js';
import { encodeLogMessage } from '../../../gateway/publish/log-message.js';
import { LogPager } from '../../../gateway/publish/log-page.js';
import { alertMessages } from '../../../gateway/publish/side-messages.js';
import { topicsOf } from '../../../gateway/publish/topics.js';
import { newKitNumbers, parseKitList } from '../../../gateway/trials/kit-number.js';
import { decodeRecord } from '../../../ledger-sync/evidence/record.js';
import { commitmentOf, kindNumber } from '../../../ledger-sync/trials/opening.js';
import { trialCall } from '../../../ledger-sync/trials/trial-contract.js';
import { signTrial } from '../../../ledger-sync/trials/trial-requests.js';
import { addressText, FAR, signerNamed, word } from '../../ledger-sync/trials/trial-rig.js';
import { epcisConfig } from '../epcis/log-of-a-drive.js';
import { orderOf } from '../shipments/shipment-office.js';
import { tempFolder } from '../temp-folder.js';
import { MINUTE_MS, TrialClock, TrialGatewayBench } from './trial-gateway.js';

export type Arm = 'active' | 'placebo';

/** Ways in which somebody outside of the gateway can give the arms away all the same. */
export const leaks = ['numbers', 'budget', 'name', 'reason', 'time', 'consent'] as const;
export type Leak = (typeof leaks)[number];

export interface Publication {
  readonly topic: string;
  /** All that a reader with the documents sees of it. */
  readonly text: string;
  readonly bytes: number;
  /** Minutes since the trial began. */
  readonly minute: number;
}

export interface PlayedTrial {
  readonly arms: ReadonlyMap<string, Arm>;
  readonly published: readonly Publication[];
}

const KITS = 24;
const BOXES = ['B-1', 'B-2'] as const;
/** Kits that are used, unless the leak needs all of them. */
const VISITS = 16;
const VISITS_A_STEP = 4;
/** Two minutes each: as long as a reading holds. */
const STEPS = 14;
const STEP_MS = 2 * MINUTE_MS;
/** One subject after the other. */
const VISIT_MS = 10_000;
/** Of one arm the product has a longer name, another lot, and keeps longer in the warmth. */
const products = {
  active: { name: 'Examplimab 50 mg/ml solution for injection', lot: 'EXA-2291-7', warmMinutes: 6 },
  placebo: { name: 'Saline', lot: 'P1', warmMinutes: 12 },
} as const;

/** Whole numbers below a limit, the same for the same seed. */
function drawing(seed: number): (limit: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

function shuffled<Entry>(entries: readonly Entry[], draw: (limit: number) => number): Entry[] {
  const deck = [...entries];
  for (let at = deck.length - 1; at > 0; at--) {
    const other = draw(at + 1);
    [deck[at], deck[other]] = [deck[other] as Entry, deck[at] as Entry];
  }
  return deck;
}

/** What the sponsor's packing list says: half of the kits are of each arm. */
function packed(seed: number, armSeed: number, leak: Leak | undefined) {
  const draw = drawing(seed);
  const numbers = newKitNumbers(KITS, draw);
  const arms = shuffled(
    numbers.map((_number, at): Arm => (at < KITS / 2 ? 'active' : 'placebo')),
    drawing(armSeed),
  );
  const kits = numbers.map((number, at) => {
    const arm = arms[at] ?? 'placebo';
    const isOdd = leak === 'numbers' && arm === 'placebo';
    const digit = 2 * (Number(number.at(-1)) >> 1) + (isOdd ? 1 : 0);
    return { kit: leak === 'numbers' ? number.slice(0, -1) + digit : number, arm };
  });
  return { kits, draw };
}

/** Plays it. @param armSeed decides which kit is of which arm, and nothing else */
export function playTrial(seed: number, armSeed: number, leak?: Leak): PlayedTrial {
  const { kits, draw } = packed(seed, armSeed, leak);
  const clock = new TrialClock();
  const startMs = clock.ms;
  const gateway = new TrialGatewayBench(tempFolder(), 5, clock);
  const arms = new Map(kits.map(({ kit, arm }) => [kit, arm]));
  const chain: Publication[] = [];
  const minute = (ms: number) => (ms - startMs) / MINUTE_MS;
  const onChain = (contract: string, data: string) =>
    chain.push({ topic: contract, text: data, bytes: (data.length - 2) / 2, minute: minute(clock.ms) });
  // Packed by arm, as packing lists are; the list that the gateway gets is made of it.
  const list = (of: readonly { kit: string; arm: Arm }[]) =>
    parseKitList(
      ['kit', ...[...of].sort((a, b) => (a.arm < b.arm ? -1 : 1)).map(({ kit }) => kit)].join('\n'),
      'kits.csv',
    );
  const boxOf = new Map(shuffled(kits, draw).map(({ kit }, at) => [kit, BOXES[at % 2]]));
  for (const [at, box] of BOXES.entries()) {
    const isByArm = leak === 'name' || leak === 'budget';
    const own = kits.filter(({ kit, arm }) =>
      isByArm ? (arm === 'active') === (at === 0) : boxOf.get(kit) === box,
    );
    const arm = own[0]?.arm ?? 'active';
    const terms = {
      ...{ trial: leak === 'budget' ? `EX-301-${at}` : 'EX-301', lowMilliC: 2000, highMilliC: 8000 },
      ...{ warmMinutes: leak === 'budget' ? products[arm].warmMinutes : 8, coldMinutes: 30 },
      ...{ origin: gateway.address, gateways: [gateway.address] },
    };
    gateway.must('trial.register', { terms, kits: list(own) });
    const consignee = leak === 'name' ? `City Hospital, ${products[arm].name}` : 'City Hospital';
    gateway.must('shipment.create', orderOf(box, { consignee }));
    gateway.must('trial.load', { shipment: box, kits: list(own) });
    for (const step of ['arm', 'depart']) gateway.must(`shipment.${step}`, { id: box });
  }
  gateway.tick();
  const visits = shuffled(kits, draw);
  let visited = 0;
  const site = signerNamed('site');
  const domain = { chainId: 31337, verifyingContract: new Uint8Array(20).fill(0x7a) };
  /** A subject comes: consents, and gets a kit, or the kit is set aside for its seal. */
  const visit = ({ kit, arm }: { kit: string; arm: Arm }, at: number) => {
    clock.ms += VISIT_MS;
    const salt = String(seed * 1000 + at).padStart(32, '0');
    const form = word(leak === 'consent' ? `form of ${arm}` : 'form').slice(2);
    const subject = `S-${String(at).padStart(4, '0')}`;
    const opening = { format: 'coldgate-opening', version: 1, kind: 'consent', salt, subject, form } as const;
    const commitment = `0x${commitmentOf({ ...opening, givenAt: '2026-11-23T08:00:00Z', sha256: form })}`;
    const request = {
      ...{ sponsor: addressText(signerNamed('sponsor')), trial: word('EX-301'), kind: kindNumber('consent') },
      ...{ commitment, basis: `0x${form}`, by: addressText(site), deadline: FAR },
    };
    onChain('trials', trialCall('Attest', request, signTrial(site, domain, 'Attest', request)));
    const reason =
      leak === 'reason' ? `seal of ${products[arm].name} ${products[arm].lot} broken` : 'seal broken';
    if (at % 3 === 0 || leak === 'reason') gateway.must('trial.set-aside', { kits: [kit], reason });
    else gateway.must('trial.dispense', { kit });
    gateway.tick();
    onChain('anchor', gateway.anchor());
  };
  // The others stay until they get too warm.
  const order = leak === 'time' ? [...visits].sort((a, b) => (a.arm < b.arm ? -1 : 1)) : visits;
  const waiting = leak === 'budget' ? [] : order.slice(0, leak === undefined ? VISITS : KITS);
  for (let step = 0; step < STEPS; step++) {
    clock.ms = startMs + (step + 1) * STEP_MS;
    for (const box of BOXES) gateway.read(`probe-of-${box}`, step < STEPS / 2 ? 5000 : 9000);
    gateway.tick();
    for (const next of waiting.splice(0, step < STEPS / 2 ? VISITS_A_STEP : 0)) visit(next, visited++);
  }
  for (const box of BOXES) gateway.deliver(box);
  onChain('anchor', gateway.anchor());
  const published = [...messagesOf(gateway, minute), ...chain];
  gateway.close();
  return { arms, published };
}

/** What goes to brokers and repositories, read from the signed log as the gateway reads it. */
function messagesOf(gateway: TrialGatewayBench, minute: (ms: number) => number): Publication[] {
  const { journal } = gateway;
  const topics = topicsOf('site-7');
  const nameOf = (subject: Uint8Array) => journal.log.subjectName(subject)?.name;
  const detailOf = ({ sequence }: { readonly sequence: number }) => journal.log.detail(sequence);
  const published: Publication[] = [];
  const pager = new LogPager(journal.log, 0, gateway.own);
  for (let page = pager.next(1); page; page = pager.next(1)) {
    const at = minute(page.checkpoint.timeMs);
    const message = encodeLogMessage('json', { gatewayName: 'site-7', page, nameOf });
    const records = page.leaves.map(decodeRecord);
    // Whoever may open the sealed part sees the documents as well.
    const documents = records.map((record) => (record.detail.length === 0 ? '' : (detailOf(record) ?? '')));
    const text = documents.join('');
    published.push({ topic: topics.log, text, bytes: message.length + text.length, minute: at });
    for (const record of records)
      for (const { topic, payload } of alertMessages(topics, record, nameOf, detailOf))
        published.push({ topic, text: payload, bytes: payload.length, minute: at });
  }
  const { events } = new JournalFeed(journal, epcisConfig()).read(undefined, 100_000);
  for (const event of events) {
    const text = JSON.stringify(event);
    const at = minute(Date.parse(String((event as { eventTime?: unknown }).eventTime)));
    published.push({ topic: 'epcis', text, bytes: text.length, minute: at });
  }
  return published;
}
