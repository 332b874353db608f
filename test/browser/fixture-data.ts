// What a console would tell of a truck on a bad day: one probe fine, one outside its limits, one broken. Typed by the API's
// own schemas, so that pages are tested with what the server may send.

import type { Account } from '../../gateway/console/api/accounts.js';
import type { AuditPage } from '../../gateway/console/api/audit.js';
import type { Now, ProbeNow } from '../../gateway/console/api/now.js';
import type { Session } from '../../gateway/console/api/session.js';
import type { TraceAnswer } from '../../gateway/console/api/trace.js';

export const START_MS = Date.UTC(2026, 2, 3, 12, 0, 0);
const MINUTE_MS = 60_000;

export const session: Session = {
  name: 'dana',
  printedName: 'Dana Example',
  role: 'quality',
  gatewayName: 'truck-17',
  csrfToken: 'token-of-the-session',
  idleUntilMs: START_MS + 30 * MINUTE_MS,
  endsAtMs: START_MS + 480 * MINUTE_MS,
};

function recent(atMs: number, of: (step: number) => number): [number, number][] {
  return Array.from({ length: 60 }, (_, step) => [atMs - (59 - step) * MINUTE_MS, Math.round(of(step))]);
}

export function probe(sensorId: string, more: Partial<ProbeNow> = {}): ProbeNow {
  return {
    sensorId,
    quantity: 'temperature',
    valueMilli: 5_200,
    observedAtMs: START_MS - 4_000,
    ageMs: 4_000,
    quality: 'good',
    trendMilliPerHour: 90,
    recent: recent(START_MS, (step) => 5_000 + 250 * Math.sin(step / 6)),
    state: 'ok',
    stateReason: 'within-limits',
    lowMilliC: 2_000,
    highMilliC: 8_000,
    maxGapMs: 60_000,
    shipment: 'SHIP-0001',
    deviceId: 'reefer-bus',
    ...more,
  };
}

/** A sensor's name as somebody hostile would choose it. */
export const hostileText = '<img src=x onerror=alert(1)><script>alert(2)</script>';

export function now(atMs = START_MS): Now {
  return {
    atMs,
    gateway: {
      name: 'truck-17',
      address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
      version: '0.1.0',
      records: 184_233,
      lastCheckpoint: { size: 184_233, root: 'ab'.repeat(32), atMs: atMs - 1_000 },
      clockTrust: 'synchronised',
      clockSource: 'gnss',
      clockErrorMs: 2_100,
      disk: { freeBytes: 11_200_000_000, totalBytes: 31_000_000_000 },
      sinks: [
        { sink: 'mqtt:head-office', acknowledgedRecords: 184_233, waitingRecords: 0 },
        { sink: 'webhook:quality', acknowledgedRecords: 184_109, waitingRecords: 124 },
      ],
      ledger: {
        chainId: 31_337,
        contract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
        isRegistered: true,
        signedSeq: 412,
        sentSeq: 412,
        includedSeq: 411,
        safeSeq: 410,
        finalizedSeq: 408,
        anchoredRecords: 183_900,
        transactionHash: `0x${'cd'.repeat(32)}`,
        blockNumber: 19_204,
      },
      problems: [],
      findings: [
        {
          ...{ id: 'device:door-reader', severity: 'critical', sinceMs: atMs - 1_200_000 },
          what: 'device door-reader cannot be used: checks failed',
          whatToDo: 'what it said stands here; coldgate probe PORT tells more',
        },
      ],
      alerts: { open: 2, acknowledged: 1, assessed: 1, worst: 'major' },
      isRunning: true,
    },
    probes: [
      probe('cargo-front'),
      probe('cargo-rear', {
        valueMilli: 9_437,
        trendMilliPerHour: 2_300,
        state: 'excursion',
        stateReason: 'excursion',
        recent: recent(atMs, (step) => 5_000 + step * 74 + 200 * Math.sin(step)),
      }),
      probe('cargo-middle', {
        valueMilli: null,
        quality: 'probe-open',
        state: 'unknown',
        stateReason: 'fault',
        trendMilliPerHour: null,
      }),
      probe('cargo-floor', { valueMilli: 4_812, trendMilliPerHour: -410, ageMs: 9_000 }),
      probe('cargo-air', {
        quantity: 'humidity',
        valueMilli: 61_400,
        lowMilliC: null,
        highMilliC: null,
        state: 'unknown',
        stateReason: 'no-limits',
        recent: [],
        trendMilliPerHour: null,
      }),
    ],
    tags: [
      {
        epcHex: '3074257bf7194e4000001a85',
        uri: 'urn:epc:id:sgtin:0614141.812345.6789',
        readerId: 'door-reader',
        lastSeenAtMs: atMs - 12_000,
        bestRssiDbm: -54,
        shipment: 'SHIP-0001',
      },
      {
        epcHex: '3074257bf7194e4000001a86',
        uri: null,
        readerId: 'door-reader',
        lastSeenAtMs: atMs - 15_000,
        bestRssiDbm: null,
        shipment: null,
      },
    ],
    doors: [
      { sensorId: 'rear-door', isOpen: true, sinceMs: atMs - 11 * MINUTE_MS, means: 'door' },
      { sensorId: 'defrost', isOpen: false, sinceMs: atMs - 95 * MINUTE_MS, means: 'defrost' },
    ],
    positions: [
      {
        atMs: atMs - 20_000,
        sensorId: 'gnss',
        latitudeDegE7: 481_374_100,
        longitudeDegE7: 115_754_900,
        speedMmPerS: 22_000,
      },
    ],
    shipments: [
      {
        id: 'SHIP-0001',
        state: 'in-transit',
        probes: ['cargo-front', 'cargo-rear'],
        tags: ['3074257bf7194e4000001a85'],
      },
    ],
  };
}

export function auditPage(): AuditPage {
  const by = (name: string, isSigned: boolean) => ({
    name,
    printedName: `${name[0]?.toUpperCase()}${name.slice(1)} Example`,
    role: 'quality',
    isSigned,
  });
  const entry = (sequence: number, more: Partial<AuditPage['entries'][number]>) => ({
    sequence,
    observedAtMs: START_MS - (184_233 - sequence) * 10_000,
    recordedAtMs: null,
    kind: 'review',
    type: null,
    subject: 'cargo-front',
    shipment: 'SHIP-0001',
    by: null,
    detail: null,
    broken: null,
    ...more,
  });
  return {
    entries: [
      entry(184_230, {
        type: 'alert-signed',
        by: by('wim', true),
        detail: { type: 'alert-signed', meaning: 'approved', boundTo: 'ab'.repeat(32), why: hostileText },
      }),
      entry(184_120, {
        type: 'alert-assessed',
        by: by('dana', false),
        detail: { result: 'no-impact', why: 'door' },
      }),
      entry(183_800, { kind: 'excursion', type: 'excursion', detail: 'missing', subject: null }),
      entry(183_700, { kind: 'operator-action', broken: 'its root is not what was signed' }),
    ],
    nextPage: 'page-2',
    checkpoint: { size: 184_233, root: 'ab'.repeat(32), atMs: START_MS },
  };
}

export function accountList(): { readonly accounts: readonly Account[] } {
  const account = (name: string, role: Account['role'], more: Partial<Account> = {}): Account => ({
    name,
    printedName: `${name} Example`,
    role,
    signer: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    isDisabled: false,
    isLocked: false,
    failures: 0,
    createdAtMs: START_MS - 90 * 86_400_000,
    passwordSinceMs: START_MS - 12 * 86_400_000,
    ...more,
  });
  return {
    accounts: [
      account('ada', 'administrator'),
      account('dana', 'quality'),
      account('omar', 'operator', { isLocked: true, failures: 5 }),
      account('eve', 'auditor', { isDisabled: true }),
    ],
  };
}

export function traceAnswer(): TraceAnswer {
  const transactionHash = `0x${'cd'.repeat(32)}`;
  return {
    subject: '(00)095211410000000014',
    entries: [
      {
        ...{ atMs: START_MS - 5 * MINUTE_MS, source: 'log', what: 'seen' },
        ...{ words: `read by ${hostileText}`, sequence: 184_100, shipment: 'SHIP-0001' },
      },
      {
        ...{ atMs: START_MS - 4 * MINUTE_MS, source: 'ledger', what: 'custody' },
        ...{ words: 'handover 0', blockNumber: 19_204, transactionHash, shipment: 'SHIP-0001' },
      },
      {
        ...{ atMs: START_MS - MINUTE_MS, source: 'epcis', what: 'a-step-of-tomorrow' },
        ...{ words: 'a-step-of-tomorrow', sequence: 184_200, eventId: 'ni:///sha-256;ab?ver=CBV2.0' },
      },
    ],
    notKnown: ['what other gateways and systems saw: this trace has one gateway and one chain'],
    isWhole: true,
  };
}
