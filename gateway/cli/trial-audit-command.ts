// `coldgate trial audit` and `check`: all that an auditor asks of a trial in one file, and the check of such a file by whoever
// gets it, without the gateway.

import { loadConfig } from '../../config/load.js';
import { readChainId } from '../../ledger-sync/anchor/chain-reader.js';
import type { LedgerEvent } from '../../ledger-sync/anchor/event-logs.js';
import { toHex } from '../../ledger-sync/evidence/bytes.js';
import { canonicalJson } from '../../ledger-sync/evidence/jcs.js';
import type { TrialContract, TrialName } from '../../ledger-sync/trials/trial-contract.js';
import { readTrialEvents, storyOf, type TrialStory } from '../../ledger-sync/trials/trial-history.js';
import { exportEvidence } from '../evidence-export.js';
import { JournalReader } from '../journal/journal-reader.js';
import { journalPathOf } from '../journal/paths.js';
import { auditedKits } from '../trials/audited-kits.js';
import { parseAudit, type TrialAudit, verifyAudit } from '../trials/trial-audit.js';
import { TrialFileError } from '../trials/trial-file-error.js';
import { trialRecords } from '../trials/trial-records.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { readSmallFile } from './ledger-parts.js';
import { noteTaken, sha256Hex } from './noted-access.js';
import { saveExport } from './saved-export.js';
import { askingAt, contractOf } from './trial-ledger-parts.js';
import { answered } from './trial-parts.js';

const MAX_AUDIT_BYTES = 256 * 1024 * 1024;

export interface AuditOptions {
  readonly name: string;
  readonly config: string;
  readonly output: string;
  /** Trial file and node, for what the ledger says. */
  readonly trial?: string;
  readonly rpc?: string;
  readonly fromBlock: string;
  readonly json?: boolean;
}

/** @throws UsageError, ConfigError, JournalError, TrialFileError, TrialError, LedgerError, ExportError */
export async function runTrialAudit(options: AuditOptions, io: CliIo): Promise<ExitCode> {
  const { name, output } = options;
  const ledger = await ledgerPart(options);
  const config = loadConfig(options.config);
  const path = journalPathOf(config.gateway.dataDir);
  const journal = new JournalReader(path);
  try {
    const records = trialRecords(journal, name);
    if (records.length === 0) {
      const message = `the log has no record of trial ${name}`;
      throw new TrialFileError('LEG_UNKNOWN', message, 'coldgate trial list shows what is registered');
    }
    const audit: TrialAudit = {
      ...{ format: 'coldgate-trial-audit', version: 1, trial: name, gateway: `0x${toHex(journal.gateway)}` },
      madeAtMs: Date.now(),
      evidence: records.map(({ sequence }) => ({
        ...exportEvidence(journal, config, { kind: 'record', sequence }, false).bundle,
      })),
      ...(ledger ? { ledger } : {}),
    };
    const content = `${JSON.stringify(audit)}\n`;
    saveExport(output, content, false);
    const about = `trial ${name}`;
    noteTaken(
      path,
      { what: 'export', about, format: 'trial-audit', sealedFor: [], sha256: sha256Hex(content) },
      io,
    );
    const events = ledger?.events.length ?? 0;
    const line = `${output}: ${records.length} records with their proofs, ${events} events of the ledger`;
    return answered({ file: output, records: records.length, events }, line, options, io);
  } finally {
    journal.close();
  }
}

async function ledgerPart({ trial, rpc, fromBlock }: AuditOptions): Promise<TrialAudit['ledger']> {
  if (trial === undefined && rpc === undefined) return undefined;
  if (trial === undefined || rpc === undefined) {
    throw new UsageError(
      'WRONG_USE',
      'a ledger is asked with --trial and --rpc together',
      'give both or neither',
    );
  }
  if (!/^\d{1,12}$/.test(fromBlock)) {
    throw new UsageError('WRONG_USE', `--from-block ${fromBlock} is no block`, 'write --from-block 0');
  }
  const { contract, name, file } = await askingAt({ trial, rpc });
  const chainId = await readChainId(contract.rpc);
  const events = await readTrialEvents(contract.rpc, contract.address, name, Number(fromBlock));
  return {
    chainId,
    contract: file.contract,
    ...name,
    fromBlock: Number(fromBlock),
    events: events.map(plain),
  };
}

const plain = ({ values, ...event }: LedgerEvent) => ({ ...event, values: { ...values } });

export interface CheckOptions {
  readonly file: string;
  /** 0x address that the reader expects; a file names itself. */
  readonly gateway?: string;
  readonly rpc?: string;
  readonly json?: boolean;
}

/** Exit code 1 where something does not hold. @throws TrialFileError, FileError, LedgerError */
export async function runTrialCheck(options: CheckOptions, io: CliIo): Promise<ExitCode> {
  const audit = parseAudit(readSmallFile(options.file, MAX_AUDIT_BYTES));
  const { records, broken } = verifyAudit(audit, options.gateway?.toLowerCase());
  const asked = options.rpc === undefined ? [] : await ledgerProblems(audit, options.rpc);
  const problems = [...broken, ...asked];
  const { conditions, quarantines, legs, findings } = auditedKits(records);
  const isWhole = problems.length === 0;
  const count = (condition: string) => [...conditions.values()].filter((one) => one === condition).length;
  const kits = Object.fromEntries(
    ['usable', 'quarantined', 'dispensed', 'destroyed'].map((one) => [one, count(one)]),
  );
  const story = storyOf(audit.ledger?.events ?? []);
  if (options.json) {
    io.out(JSON.stringify({ isWhole, records: records.length, problems, kits, legs, quarantines, findings }));
    return isWhole ? exitCodes.ok : exitCodes.refuted;
  }
  io.out(
    `${isWhole ? 'VERIFIED' : 'NOT VERIFIED'}: ${records.length} records of trial ${audit.trial}, signed by ${options.gateway ?? audit.gateway}`,
  );
  for (const problem of problems) io.out(`  ${problem}`);
  io.out(
    `kits: ${Object.entries(kits)
      .map(([word, number]) => `${number} ${word}`)
      .join(', ')}; ${legs} legs, ${quarantines.length} quarantines`,
  );
  for (const line of ledgerLines(story, audit, options.rpc !== undefined)) io.out(line);
  for (const finding of findings) io.out(`finding: ${finding}`);
  io.out('That no record was left out shows the bundle of each shipment: coldgate export --shipment.');
  return isWhole ? exitCodes.ok : exitCodes.refuted;
}

function ledgerLines(
  { attestations, grants }: TrialStory,
  { ledger }: TrialAudit,
  isAsked: boolean,
): string[] {
  if (!ledger) return ['ledger: not in this file'];
  const standing = attestations.filter(({ revokedAtMs }) => revokedAtMs === undefined).length;
  const told = isAsked
    ? 'as the contract says now'
    : 'as a node told the maker of the file: give --rpc to compare';
  return [`ledger: ${attestations.length} attestations, ${standing} stand; ${grants.length} grants; ${told}`];
}

/** What the file says of the ledger against what the contract says: also of events that a node has left out. */
async function ledgerProblems(audit: TrialAudit, rpc: string): Promise<string[]> {
  const { ledger } = audit;
  if (!ledger) return ['the file says nothing of a ledger'];
  const contract = await contractOf(rpc, ledger);
  const name = { sponsor: ledger.sponsor, trial: ledger.trial };
  const now = await readTrialEvents(contract.rpc, contract.address, name, ledger.fromBlock);
  const known = now.slice(0, ledger.events.length).map(plain);
  const isSame = canonicalJson(known) === canonicalJson(ledger.events);
  const problems = isSame ? [] : ['the events in the file are not those of the ledger'];
  return [...problems, ...(await contradictions(contract, name, storyOf(now)))];
}

async function contradictions(
  contract: TrialContract,
  name: TrialName,
  story: TrialStory,
): Promise<string[]> {
  const names = story.attestations.map(({ attestation }) => attestation);
  const states = await contract.attestations(name, names);
  const wrong = story.attestations.filter((told, at) => {
    const state = states[at];
    return state?.kind !== told.kind || state.revokedAtMs !== told.revokedAtMs;
  });
  return wrong.map(({ attestation }) => `the contract says something else of attestation ${attestation}`);
}
