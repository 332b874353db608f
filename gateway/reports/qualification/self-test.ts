// Answers that the code of this very installation must give: alarms over known temperatures, and hashes, roots, signatures
// and means that others have published.

import { loadAlarmProfile } from '../../../config/alarm-profile-load.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { CompactRange } from '../../../ledger-sync/evidence/compact-range.js';
import { leafHash } from '../../../ledger-sync/evidence/merkle.js';
import { sha256 } from '../../../ledger-sync/evidence/sha256.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import type { CsvReading } from '../../evaluation/readings-csv.js';
import { evaluateSeries } from '../../evaluation/series-evaluation.js';
import { mktMicroC } from '../../excursions/mkt.js';
import { type AlarmScenario, alarmScenarios } from './alarm-scenarios.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const scenarioNames = (): string[] => alarmScenarios.map(({ id }) => id);

/** Which scenarios the judge gets wrong, and how. @param scenarios for a test that must fail */
export function scenarioFailures(scenarios: readonly AlarmScenario[] = alarmScenarios): string[] {
  return scenarios.flatMap((scenario) => {
    const wanted = { alarms: scenario.alarmAtMin, violation: scenario.violationMin };
    const { alarms, violation } = judged(scenario);
    const differs = (one: Readonly<Record<string, number | null>>, other: typeof one) =>
      Object.keys({ ...one, ...other }).some((rule) => (one[rule] ?? null) !== (other[rule] ?? null));
    const isWrong = differs(wanted.alarms, alarms) || differs(wanted.violation, violation);
    return isWrong
      ? [`${scenario.id}: ${JSON.stringify({ alarms, violation })}, not ${JSON.stringify(wanted)}`]
      : [];
  });
}

/** By the judge that the gateway runs. */
function judged(scenario: AlarmScenario) {
  const { profile: name, intervalMin, maxGapMin, ignoreMin } = scenario;
  const times = {
    intervalMs: intervalMin * MINUTE_MS,
    maxGapMs: maxGapMin * MINUTE_MS,
    ignoreMs: ignoreMin * MINUTE_MS,
  };
  const profile = { ...loadAlarmProfile(name), ...times };
  const series = [{ sensor: 'test', readings: readingsOf(scenario), wasUnsorted: false }];
  const [evaluated] = evaluateSeries(profile, series);
  const minutes = (ms: number) => Math.round((ms / MINUTE_MS) * 100) / 100;
  return {
    alarms: Object.fromEntries((evaluated?.alarms ?? []).map(({ ruleId, atMs }) => [ruleId, minutes(atMs)])),
    violation: Object.fromEntries(
      profile.rules.map(({ id }) => [id, minutes(evaluated?.totals.violationMs.get(id) ?? 0)]),
    ),
  };
}

function readingsOf({ segments, intervalMin }: AlarmScenario): CsvReading[] {
  const readings: CsvReading[] = [];
  let endMin = 0;
  let atMin = 0;
  for (const [celsius, minutes] of segments) {
    endMin += minutes;
    for (; atMin < endMin; atMin += intervalMin) {
      const temperatureMilliC = celsius === null ? undefined : Math.round(celsius * 1000);
      readings.push({ sensor: 'test', observedAtMs: atMin * MINUTE_MS, temperatureMilliC });
    }
  }
  return readings;
}

export interface KnownAnswer {
  readonly title: string;
  readonly expected: string;
  readonly answer: () => string;
}

/** Leaves and root of the reference tests of RFC 6962 (certificate-transparency, merkle_tree_test). */
const referenceLeaves = [
  ...['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'],
];

export function knownAnswers(): KnownAnswer[] {
  return [
    {
      title: 'SHA-256 of "abc" (FIPS 180-4)',
      expected: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      answer: () => toHex(sha256(new TextEncoder().encode('abc'))),
    },
    {
      title: 'Root over eight leaves (RFC 6962)',
      expected: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
      answer: () => {
        const range = new CompactRange();
        for (const leaf of referenceLeaves) range.append(leafHash(Buffer.from(leaf, 'hex')));
        return toHex(range.root());
      },
    },
    {
      title: 'Address of the secp256k1 key 1',
      expected: '7e5f4552091a69125d5dfcb7b8c2659029395bdf',
      answer: () => toHex(keyOne().address),
    },
    {
      title: 'Signature of "Satoshi Nakamoto" by key 1 (RFC 6979), r',
      expected: '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8',
      answer: () => {
        const digest = sha256(new TextEncoder().encode('Satoshi Nakamoto'));
        return toHex(keyOne().sign(digest)).slice(0, 64);
      },
    },
    {
      title: 'Mean kinetic temperature of 5 and 25 °C, micro-degrees (USP <1079.2>)',
      expected: '19697721',
      answer: () => String(mktMicroC([5_000, 25_000].map((milliC) => weighted(milliC)))),
    },
  ];
}

const weighted = (temperatureMilliC: number) => ({ temperatureMilliC, weightMs: HOUR_MS });

function keyOne(): SoftwareSigner {
  const key = new Uint8Array(32);
  key[31] = 1;
  return new SoftwareSigner(key);
}
