// `coldgate demo medical`: makers, carriers, pharmacies and an inspector around one truck, in under three minutes. The real gateway on
// bytes of simulated devices, real contracts on a chain of this machine, the commands that people type; nothing is said before it
// was seen. Goes on until Ctrl-C, so that the console can be looked at, or ends by itself.

import { relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CliIo, type ExitCode, exitCodes } from '../../cli/cli-io.js';
import { CodeFile, PASSWORD } from '../console-guests.js';
import { tellOfDisputedShipment } from './disputed-shipment.js';
import { tellOfGoodShipment } from './good-shipment.js';
import { pallets } from './goods.js';
import { tellOfCounterfeit, tellOfRecall } from './packs.js';
import { tellOfPatient } from './patient.js';
import { People } from './people.js';
import { type Closers, newFolder, type Stage, setStage } from './stage.js';
import { must, StoryError } from './story.js';
import { orderKits, tellOfTrial } from './trial.js';

export interface MedicalOptions {
  /** Each run makes a folder of its own in it. */
  readonly dir: string;
  /** End after the last sentence. */
  readonly end?: boolean;
}

interface Traced {
  readonly entries: readonly { readonly source: string; readonly what: string }[];
}

const WAIT_MS = 60_000;

/** Exit code 1: a step did not come out as it must, or it was stopped before the end. */
export async function runMedical({ dir, end = false }: MedicalOptions, io: CliIo): Promise<ExitCode> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const closers: Closers = [];
  const say = (line: string) => io.out(line);
  const onLost = (text: string) => {
    io.err(`coldgate demo: ${text}`);
    stop.abort();
  };
  let exitCode: ExitCode = exitCodes.refuted;
  const folder = newFolder(resolve(dir));
  try {
    say(`Everything of this run is in ${relative('.', folder) || '.'}`);
    const stage = await setStage(folder, { say, signal: stop.signal, onLost }, closers);
    await tell(stage, closers);
    exitCode = exitCodes.ok;
    if (!end) await untilStopped(stop.signal, say);
  } catch (error) {
    if (!(error instanceof StoryError)) throw error;
    io.err(`coldgate demo: ${error.message} [STORY_BROKEN]`);
    io.err(`  hint: gateway.log and ledger.log in ${folder} tell more`);
  } finally {
    for (const close of closers) {
      await close().catch((error: unknown) => io.err(`coldgate demo: ${error}`));
    }
    for (const signal of signals) process.off(signal, onSignal);
  }
  return exitCode;
}

async function tell(stage: Stage, closers: Closers): Promise<void> {
  const { story, config, file } = stage;
  story.tell('A truck, a chain and five keys: maker, carrier, two pharmacies and an inspector.');
  const desk = await tellOfGoodShipment(stage);
  await tellOfDisputedShipment(stage);
  await tellOfCounterfeit(stage, desk);
  await tellOfPatient(stage, desk);
  await tellOfRecall(stage, desk);
  await orderKits(stage);
  await tellOfTrial(stage, await People.enrol(stage));
  story.chapter('Looking back');
  const { entries } = await story.json<Traced>('trace', pallets.first.sscc, '-c', config);
  for (const source of ['log', 'ledger', 'epcis']) {
    must(
      entries.some((entry) => entry.source === source),
      `the trace has something of the ${source}`,
    );
  }
  must(
    entries.filter(({ what }) => what === 'custody').length === 2,
    'the ledger tells of both handovers of the first pallet',
  );
  story.tell(
    `All that is known of the first pallet, in order: ${entries.length} entries from the signed log, the ledger and EPCIS events.`,
    `/trace?of=${pallets.first.sscc}`,
  );
  await story.coldgate('audit', '-c', config);
  story.tell('The whole log was walked through again: every record is what was signed.', '/audit');
  const code = new CodeFile(file('console-code'));
  closers.unshift(async () => code.close());
  const codeFile = relative('.', code.path);
  story.tell(
    `To look at it: sign in as dana, password: ${PASSWORD}, code: cat ${codeFile} (each works once).`,
    '/',
  );
}

async function untilStopped(signal: AbortSignal, say: (line: string) => void): Promise<void> {
  say('');
  say('The truck drives on until Ctrl-C.');
  while (!signal.aborted) await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined);
}
