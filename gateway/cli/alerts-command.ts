// `coldgate alerts ...`: shows what asks for a person's eyes, and asks the gateway role to note what people made of it.
// Decides nothing itself. What is shown is read from the journal, so that it works while the gateway is off.

import type { Authorisations, submitRequest } from '../requests/submit.js';
import type { Alert } from '../reviews/alert.js';
import { type AlertEvidence, evidenceOf } from '../reviews/alert-evidence.js';
import { alertLine, alertLines } from '../reviews/alert-summary.js';
import type { PlacedAlert } from '../reviews/placed-alert.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';

/** What the commands reach the gateway with. */
export interface AlertsCommandParts {
  readonly submit: typeof submitRequest;
  readonly readAlerts: (configFile: string) => readonly PlacedAlert[];
  /** Makes the proof of who asks; absent while nobody has an account. */
  readonly authorise?: Authorisations | undefined;
}

interface CommonOptions {
  readonly config: string;
  readonly json?: boolean;
}

export interface ListOptions extends CommonOptions {
  /** Absent: all but the closed ones. */
  readonly state?: Alert['state'] | 'all';
}

export interface AlertOptions extends CommonOptions {
  readonly id: string;
  readonly why?: string;
}

export interface AssessOptions extends AlertOptions {
  readonly result: string;
}

export interface SignOptions extends AlertOptions {
  readonly meaning: string;
  /** What the signer was shown; absent: what is shown now. */
  readonly hash?: string;
}

type Evidence = AlertEvidence | Record<string, never>;

function asJson(alert: Alert) {
  const { hash, document }: Evidence = evidenceOf(alert) ?? {};
  return { ...alert, ...(hash === undefined ? {} : { evidenceHash: hash, evidence: document }) };
}

/** Prints the alerts, one a line. @throws AlertError, ConfigError, JournalError */
export async function runAlertsList(
  { config, state, json }: ListOptions,
  parts: Pick<AlertsCommandParts, 'readAlerts'>,
  io: CliIo,
): Promise<ExitCode> {
  const alerts = parts
    .readAlerts(config)
    .filter(
      (alert) => state === 'all' || (state === undefined ? alert.state !== 'closed' : alert.state === state),
    );
  alerts.sort((a, b) => a.openedAtMs - b.openedAtMs);
  if (json) io.out(JSON.stringify(alerts.map(asJson)));
  else if (alerts.length === 0) io.out(state === undefined ? 'no alert waits for anybody' : 'no such alerts');
  else for (const alert of alerts) io.out(alertLine(alert));
  return exitCodes.ok;
}

function sayUnknown(id: string, io: CliIo): ExitCode {
  io.err(`coldgate: there is no alert ${JSON.stringify(id)} [ALERT_UNKNOWN]`);
  io.err('  hint: coldgate alerts list --state all shows them');
  return exitCodes.refuted;
}

/** Prints one alert; exit code 1 if there is none. @throws AlertError, ConfigError, JournalError */
export async function runAlertShow(
  { config, id, json }: AlertOptions,
  parts: Pick<AlertsCommandParts, 'readAlerts'>,
  io: CliIo,
): Promise<ExitCode> {
  const alert = parts.readAlerts(config).find((one) => one.id === id);
  if (!alert) return sayUnknown(id, io);
  if (json) io.out(JSON.stringify(asJson(alert), undefined, 2));
  else for (const line of alertLines(alert)) io.out(line);
  return exitCodes.ok;
}

async function ask(
  kind: string,
  document: DetailDocument,
  { config, id, json }: AlertOptions,
  parts: AlertsCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const answer = await parts.submit(config, kind, document, parts.authorise);
  const record = answer.sequence === undefined ? '' : `, record ${answer.sequence}`;
  if (json) io.out(JSON.stringify(answer));
  else io.out(`alert ${id}: ${answer.from} -> ${answer.state}${record}`);
  return exitCodes.ok;
}

const reasonOf = ({ why }: AlertOptions) => (why === undefined ? {} : { why });

/** Notes that somebody has seen it. @throws RequestError, ConfigError, JournalError */
export async function runAlertAck(
  options: AlertOptions,
  parts: AlertsCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  return ask('alert.acknowledge', { id: options.id, ...reasonOf(options) }, options, parts, io);
}

/** Says what it means for the goods. @throws RequestError, ConfigError, JournalError */
export async function runAlertAssess(
  options: AssessOptions,
  parts: AlertsCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { id, result } = options;
  return ask('alert.assess', { id, result, ...reasonOf(options) }, options, parts, io);
}

/** What is signed for is shown before the components of the signature are asked. */
function shownHash({ config, id }: SignOptions, parts: AlertsCommandParts, io: CliIo): string | undefined {
  const alert = parts.readAlerts(config).find((one) => one.id === id);
  if (!alert) return undefined;
  for (const line of alertLines(alert)) io.out(line);
  // Without evidence there is nothing to sign, which is the gateway's to refuse, and to record.
  return evidenceOf(alert)?.hash ?? '0'.repeat(64);
}

/** Signs for an assessment and the records under it. @throws UsageError, AlertError, and as the other requests */
export async function runAlertSign(
  options: SignOptions,
  parts: AlertsCommandParts,
  io: CliIo,
): Promise<ExitCode> {
  const { id, meaning, hash, json } = options;
  if (json && hash === undefined) {
    const hint = 'take evidenceHash of `coldgate alerts show ID --json` and give it with --hash';
    throw new UsageError('WRONG_USE', 'a program must say what it signs', hint);
  }
  const boundTo = hash ?? shownHash(options, parts, io);
  if (boundTo === undefined) return sayUnknown(id, io);
  return ask('alert.sign', { id, meaning, boundTo, ...reasonOf(options) }, options, parts, io);
}
