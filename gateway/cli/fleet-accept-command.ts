// `coldgate fleet accept`: the owner's desk is open. Gateways that come with a code are taken, and what gateways say of their
// configurations is kept.

import { printable } from '../../ledger-sync/evidence/printable.js';
import { type FleetClient, FleetLink } from '../fleet/fleet-link.js';
import { EnrolmentDesk, type EnrolOutcome } from '../fleet/owner/enrolment-desk.js';
import type { FleetFolder } from '../fleet/owner/fleet-folder.js';
import {
  deskSettings,
  enrolTopics,
  keepReport,
  publishAll,
  publishConfiguration,
  reportTopics,
} from '../fleet/owner/owner-link.js';
import { gatewayNameIn, topicsOf } from '../publish/topics.js';
import { type CliIo, type ExitCode, exitCodes, UsageError } from './cli-io.js';
import { reportError } from './error-report.js';
import { type FleetOptions, openDesk } from './fleet-parts.js';
import { reportLine } from './fleet-report-line.js';

export interface AcceptOptions extends FleetOptions {
  /** Ends when one gateway was taken. */
  readonly once?: boolean;
  /** With these three a gateway is registered on the ledger when it is taken. */
  readonly rpc?: string;
  readonly registrarKey?: string;
  readonly registrarPassphrase?: string;
}

/** Requests that wait; whoever is turned away asks again. */
const MOST_WAITING = 128;

/** Runs until Ctrl-C. @throws UsageError, FleetError, KeyError */
export async function runFleetAccept(options: AcceptOptions, io: CliIo): Promise<ExitCode> {
  const register = registrarOf(options, io);
  const { folder, signer } = await openDesk(options);
  const desk = new EnrolmentDesk({ folder, signer, nowMs: () => Date.now() });
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  let waiting = 0;
  let work: Promise<void> = Promise.resolve();
  /** One after the other: two requests by one code must not meet. */
  const later = (task: () => Promise<void> | void) => {
    if (waiting >= MOST_WAITING) return;
    waiting += 1;
    work = work
      .then(task)
      .catch((error: unknown) => void reportError(error, io, false))
      .finally(() => {
        waiting -= 1;
      });
  };
  const take = (client: FleetClient, topic: string, payload: Uint8Array) => {
    const name = gatewayNameIn(topic);
    if (name === undefined) return;
    if (topic !== topicsOf(name).enrol) {
      later(() => tellReport(folder, topic, payload, io));
      return;
    }
    later(async () => {
      const outcome = await desk.decide(name, payload);
      await answer(client, name, outcome, io);
      if (outcome.kind !== 'taken') return;
      if (outcome.isNew) await register?.(folder.gateway(name).registrationFile);
      if (options.once) end();
    });
  };
  // A broker that is away is told, and tried for ever.
  const link = new FleetLink({
    settings: deskSettings(folder, 'accept'),
    onUp: (client) => {
      client.on('message', (topic, payload) => take(client, topic, payload));
      client.subscribe([enrolTopics, reportTopics], { qos: 1 });
      later(() => publishAll(client, folder));
      io.err(`The desk of ${folder.owner} is open at ${folder.broker.url}; Ctrl-C closes it.`);
    },
    onDown: (reason) => io.err(`no connection: ${printable(reason)}; it is tried again`),
  });
  try {
    await Promise.race([ended, link.failed]);
    await work;
    return exitCodes.ok;
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
    await link.close();
  }
}

async function answer(client: FleetClient, name: string, outcome: EnrolOutcome, io: CliIo): Promise<void> {
  if (outcome.kind === 'ignored') return;
  if (outcome.kind === 'refused') {
    await client.publishAsync(topicsOf(name).enrolRefused, outcome.payload, { qos: 1 });
    io.err(`${name} is refused: ${outcome.refusal.reason} (${outcome.refusal.code})`);
    return;
  }
  await publishConfiguration(client, name, outcome.payload);
  io.out(`${name} ${outcome.isNew ? 'is taken' : 'asked again and has its answer'}: ${outcome.gateway}`);
}

function tellReport(folder: FleetFolder, topic: string, payload: Uint8Array, io: CliIo): void {
  const kept = keepReport(folder, topic, payload);
  if (kept) io.out(`${kept.name} ${reportLine(kept.report)}`);
}

/** What registers a gateway; undefined where that was not asked for. */
function registrarOf({ rpc, registrarKey, registrarPassphrase }: AcceptOptions, io: CliIo) {
  if (rpc === undefined && registrarKey === undefined && registrarPassphrase === undefined) return undefined;
  if (rpc === undefined || registrarKey === undefined || registrarPassphrase === undefined) {
    const hint = 'give all three, or register later: coldgate ledger register';
    throw new UsageError(
      'WRONG_USE',
      '--rpc, --registrar-key and --registrar-passphrase belong together',
      hint,
    );
  }
  return async (file: string) => {
    const { runLedgerRegister } = await import('./ledger-registry-command.js');
    await runLedgerRegister({ file, rpc, key: registrarKey, passphrase: registrarPassphrase }, io);
  };
}
