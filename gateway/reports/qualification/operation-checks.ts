// What the gateway does: its log verifies, its probes speak, brokers and the ledger answer, and its own code gives the known
// answers.

import type { Config } from '../../../config/schema.js';
import { temperatureProbes } from '../../../config/sensor-names.js';
import { decodeRecord, qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { calibrationDoubt } from '../../excursions/calibration.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { walkLog } from '../../reviews/log-walk.js';
import { type Examination, type Finding, failed, notApplicable, passed, passedIf } from './check.js';
import { knownAnswers, scenarioFailures, scenarioNames } from './self-test.js';
import { answersAt } from './tcp-answer.js';

const QUICK_RECORDS = 1024;
/** Of the newest records: an hour of a busy truck. */
const LOOK_BACK_RECORDS = 20_000;
const LONGEST_SILENCE_MS = 15 * 60_000;
const LEDGER_LIMIT_MS = 5000;

export function operationChecks(
  config: Config,
  journal: JournalReader | undefined,
  nowMs: number,
): Examination[] {
  return [
    {
      id: 'OQ-01',
      title: 'Journal',
      expected: 'every record and root is what was signed; one signature per 1,024 records is checked',
      look: () => (journal ? auditFinding(journal) : notApplicable('there is no journal yet')),
    },
    {
      id: 'OQ-02',
      title: 'Probes',
      expected: `each has told a good temperature within ${LONGEST_SILENCE_MS / 60_000} minutes`,
      look: () => (journal ? probeFinding(config, journal, nowMs) : notApplicable('there is no journal yet')),
    },
    {
      id: 'OQ-03',
      title: 'Calibration',
      expected: 'each probe has a certificate that holds today',
      look: () => calibrationFinding(config, nowMs),
    },
    {
      id: 'OQ-04',
      title: 'Judge of alarms',
      expected: `${scenarioNames().length} scenarios come out as they must, to the minute`,
      look: () => {
        const failures = scenarioFailures();
        return passedIf(
          failures.length === 0,
          failures.length === 0 ? scenarioNames().join(', ') : failures.join('; '),
        );
      },
    },
    ...knownAnswers().map(
      ({ title, expected, answer }, index): Examination => ({
        ...{ id: `OQ-${String(index + 5).padStart(2, '0')}`, title, expected },
        look: () => {
          const found = answer();
          return passedIf(found === expected, found);
        },
      }),
    ),
    {
      id: 'OQ-20',
      title: 'Brokers',
      expected: 'take a connection',
      look: () => brokerFinding(config),
    },
    {
      id: 'OQ-21',
      title: 'Ledger',
      expected: 'answers with the chain id of the configuration',
      look: () => ledgerFinding(config),
    },
  ];
}

function auditFinding(journal: JournalReader): Finding {
  let broken = 0;
  const end = walkLog(
    journal,
    { from: 0, wants: () => false, recordsPerSignature: QUICK_RECORDS },
    {
      record: () => {},
      broken: () => {
        broken += 1;
      },
    },
  );
  const found = `${end.checkpoint?.size ?? 0} records under ${end.signatures} checked signatures, ${broken} broken places`;
  return passedIf(broken === 0 && end.stoppedAt === undefined, found);
}

/** Nothing of it is proven here: the audit has done that. */
function probeFinding(config: Config, journal: JournalReader, nowMs: number): Finding {
  const probes = temperatureProbes(config);
  if (probes.length === 0) return notApplicable('no temperature probe is configured');
  const newestMs = new Map<string, number>();
  const size = journal.log.latestCheckpoint()?.size ?? 0;
  for (const leaf of journal.log.leaves(Math.max(0, size - LOOK_BACK_RECORDS), LOOK_BACK_RECORDS)) {
    const { kind, quality, subject, observedAtMs } = decodeRecord(leaf);
    if (kind !== recordKinds.temperature || quality !== qualityCodes.good) continue;
    const name = journal.log.nameOf(subject);
    if (name !== undefined) newestMs.set(name, Math.max(observedAtMs, newestMs.get(name) ?? 0));
  }
  const told = probes.map((probe) => {
    const atMs = newestMs.get(probe);
    const isFresh = atMs !== undefined && nowMs - atMs <= LONGEST_SILENCE_MS;
    return { isFresh, text: `${probe} ${atMs === undefined ? 'SILENT' : new Date(atMs).toISOString()}` };
  });
  return passedIf(
    told.every(({ isFresh }) => isFresh),
    told.map(({ text }) => text).join('; '),
  );
}

function calibrationFinding(config: Config, nowMs: number): Finding {
  const probes = temperatureProbes(config);
  if (probes.length === 0) return notApplicable('no temperature probe is configured');
  const told = probes.map((probe) => {
    const calibration = config.calibrations.find(({ sensorId }) => sensorId === probe);
    const isValid = calibration !== undefined && calibrationDoubt(calibration, nowMs) === undefined;
    const text = calibration ? `${calibration.certificate} until ${calibration.dueOn}` : 'NO CERTIFICATE';
    return { isValid, text: `${probe} ${text}${isValid || !calibration ? '' : ' (NOT VALID)'}` };
  });
  return passedIf(
    told.every(({ isValid }) => isValid),
    told.map(({ text }) => text).join('; '),
  );
}

async function brokerFinding({ publish }: Config): Promise<Finding> {
  const found: string[] = [];
  let isWhole = true;
  for (const { name, url } of publish.brokers.filter((broker) => broker.url !== 'embedded')) {
    const { protocol, hostname, port } = new URL(url);
    const isSecure = protocol === 'mqtts:' || protocol === 'wss:';
    const answers = await answersAt(hostname, Number(port || (isSecure ? 8883 : 1883)));
    isWhole &&= answers;
    found.push(`${name} ${answers ? 'answers' : 'DOES NOT ANSWER'}`);
  }
  if (found.length === 0) return notApplicable('no broker outside of the gateway is configured');
  return passedIf(isWhole, found.join('; '));
}

async function ledgerFinding({ ledger }: Config): Promise<Finding> {
  const urls = ledger && (ledger.rpcUrls ?? (ledger.rpcUrl === undefined ? [] : [ledger.rpcUrl]));
  if (!ledger || !urls || urls.length === 0) return notApplicable('no ledger node is configured');
  const found: string[] = [];
  for (const url of urls) {
    const chainId = await chainIdAt(url);
    if (chainId !== ledger.chainId)
      return failed(`${url}: ${chainId ?? 'no answer'}, not chain ${ledger.chainId}`);
    found.push(`${url}: chain ${chainId}`);
  }
  return passed(found.join('; '));
}

async function chainIdAt(url: string): Promise<number | undefined> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', body, headers: { 'content-type': 'application/json' }, redirect: 'error' },
      signal: AbortSignal.timeout(LEDGER_LIMIT_MS),
    });
    const { result } = (await answer.json()) as { result?: unknown };
    return typeof result === 'string' ? Number(result) : undefined;
  } catch {
    return undefined;
  }
}
