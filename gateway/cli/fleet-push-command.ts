// `coldgate fleet push` and `fleet list`: a configuration goes to gateways, and what became of it comes back.

import { setTimeout as sleep } from 'node:timers/promises';
import { readConfigText } from '../../config/load.js';
import type { ConfigurationReport } from '../fleet/configuration-report.js';
import type { FleetClient } from '../fleet/fleet-link.js';
import { FleetFolder } from '../fleet/owner/fleet-folder.js';
import { keepReport, publishConfiguration, reportTopics } from '../fleet/owner/owner-link.js';
import { signNext } from '../fleet/owner/signed-next.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { countOption } from './count-option.js';
import { reportError } from './error-report.js';
import { atBroker, checkForGateway, type FleetOptions, gatewayNameOption, openDesk } from './fleet-parts.js';
import { reportLine } from './fleet-report-line.js';

export interface PushOptions extends FleetOptions {
  /** Name and file, or with `all` the file alone. */
  readonly words: readonly string[];
  readonly all?: boolean;
  readonly days?: string;
  readonly wait?: string;
  readonly unchecked?: boolean;
}

export interface ListOptions extends FleetOptions {
  readonly offline?: boolean;
}

const MS_PER_DAY = 86_400_000;
const MS_PER_SECOND = 1000;
const MOST_DAYS = 3_650;
const MOST_SECONDS = 86_400;
const LOOK_MS = 100;
/** A broker says what it retains at once. */
const LISTEN_MS = 2_000;

const isSettled = ({ state }: ConfigurationReport) => state === 'applied' || state === 'refused';

/**
 * Signs, keeps and publishes; with `wait` exit code 1 if a gateway refused or did not decide in time.
 * @throws UsageError, ConfigError, FleetError, KeyError
 */
export async function runFleetPush(options: PushOptions, io: CliIo): Promise<ExitCode> {
  const { file, name } = whatIn(options);
  const text = readConfigText(file, 'name the new file');
  const { folder, signer } = await openDesk(options);
  const names = name === undefined ? enrolledIn(folder) : [name];
  for (const one of options.unchecked ? [] : names) checkForGateway(text, one, folder, file);
  const nowMs = Date.now();
  const days = options.days === undefined ? undefined : countOption('--days', options.days, [1, MOST_DAYS]);
  const expiresAtMs = days === undefined ? undefined : nowMs + days * MS_PER_DAY;
  const waitMs =
    options.wait === undefined ? 0 : countOption('--wait', options.wait, [1, MOST_SECONDS]) * MS_PER_SECOND;
  const signed = new Map<string, number>();
  const push = async (client: FleetClient) => {
    if (waitMs > 0) await listen(client, folder, io);
    for (const one of names) {
      const { number, payload } = await signNext(signer, folder.gateway(one), text, nowMs, expiresAtMs);
      signed.set(one, number);
      await publishConfiguration(client, one, payload);
      if (!options.json) io.out(`${one}: configuration ${number} is signed and at the broker`);
    }
    return waitMs > 0 ? settledReports(folder, signed, waitMs) : [];
  };
  const reports = await atBroker(folder, 'push', push);
  if (options.json) io.out(JSON.stringify(names.map((one) => ({ name: one, number: signed.get(one) }))));
  else
    for (const { name: one, report } of reports)
      io.out(`${one}: ${report ? reportLine(report) : 'has not decided yet'}`);
  const areApplied = reports.every(({ report }) => report?.state === 'applied');
  return areApplied ? exitCodes.ok : exitCodes.refuted;
}

/** Who is in the fleet and how its configuration stands. @throws FleetError, UsageError */
export async function runFleetList(options: ListOptions, io: CliIo): Promise<ExitCode> {
  const folder = new FleetFolder(options.dir);
  if (!options.offline) {
    await atBroker(folder, 'list', async (client) => {
      await listen(client, folder, io);
      await sleep(LISTEN_MS);
    });
  }
  const members = folder.names().map((name) => {
    const gateway = folder.gateway(name);
    const enrolled = gateway.enrolled();
    const invite = gateway.invite();
    return {
      name,
      address: enrolled?.gateway ?? null,
      invitedUntil: enrolled || !invite ? null : new Date(invite.expiresAtMs).toISOString(),
      newest: enrolled ? gateway.newestNumber() : 0,
      report: gateway.report() ?? null,
    };
  });
  if (options.json) io.out(JSON.stringify({ owner: folder.owner, gateways: members }, undefined, 2));
  else if (members.length === 0) io.out('nobody yet: coldgate fleet invite NAME');
  for (const { name, address, invitedUntil, newest, report } of options.json ? [] : members) {
    if (address === null) io.out(`${name}  not enrolled; its code is valid until ${invitedUntil}`);
    else io.out(`${name}  ${address}  ${standing(newest, report)}`);
  }
  return exitCodes.ok;
}

function standing(newest: number, report: ConfigurationReport | null): string {
  if (!report) return `configuration ${newest} was sent; nothing heard yet`;
  const sent = report.number < newest ? `; ${newest} was sent, nothing heard of it yet` : '';
  return `${reportLine(report)}${sent}`;
}

/** Keeps whatever gateways say from now on, and what the broker retains. */
async function listen(client: FleetClient, folder: FleetFolder, io: CliIo): Promise<void> {
  client.on('message', (topic, payload) => {
    try {
      keepReport(folder, topic, payload);
    } catch (error) {
      reportError(error, io, false);
    }
  });
  await client.subscribeAsync(reportTopics, { qos: 1 });
}

async function settledReports(folder: FleetFolder, signed: ReadonlyMap<string, number>, waitMs: number) {
  const untilMs = performance.now() + waitMs;
  const open = new Set(signed.keys());
  const settled = new Map<string, ConfigurationReport>();
  while (open.size > 0 && performance.now() < untilMs) {
    await sleep(LOOK_MS);
    for (const name of open) {
      const report = folder.gateway(name).report();
      if (report?.number !== signed.get(name) || !report || !isSettled(report)) continue;
      settled.set(name, report);
      open.delete(name);
    }
  }
  return [...signed.keys()].map((name) => ({ name, report: settled.get(name) }));
}

function whatIn({ words, all }: PushOptions): { readonly file: string; readonly name: string | undefined } {
  const [first, second] = words;
  if (all && first !== undefined && second === undefined) return { file: first, name: undefined };
  if (!all && first !== undefined && second !== undefined)
    return { file: second, name: gatewayNameOption(first) };
  const hint = 'coldgate fleet push NAME FILE, or coldgate fleet push --all FILE';
  throw new UsageError('WRONG_USE', 'name one gateway and a file, or --all and a file', hint);
}

function enrolledIn(folder: FleetFolder): string[] {
  const names = folder.names().filter((name) => folder.gateway(name).enrolled());
  if (names.length > 0) return names;
  throw new UsageError('WRONG_USE', 'nobody is in the fleet yet', 'coldgate fleet invite NAME');
}
