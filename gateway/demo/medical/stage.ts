// The stage of the medical demo: a chain, the contracts, the truck, and the gateway as a person runs it. Everything lies in a folder
// of its own for each run, so that what a run has proven stays where it is.

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JsonRpc } from '../../../ledger-sync/anchor/json-rpc.js';
import { fromHex } from '../../../ledger-sync/evidence/bytes.js';
import { decodeRecord, qualityCodes, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { SoftwareSigner } from '../../../ledger-sync/evidence/signer.js';
import { JournalError } from '../../journal/journal-error.js';
import { JournalReader } from '../../journal/journal-reader.js';
import { StateStore } from '../../requests/state-store.js';
import { type Alert, readAlerts } from '../../reviews/alert.js';
import { openKeyFile, readKeyFileAddress, readPassphrase } from '../../sealing/key-file.js';
import { startChild } from '../leashed-child.js';
import { freePort, type LocalLedger, startLocalLedger } from '../local-ledger.js';
import { Cast } from './cast.js';
import { medicalConfig, profileFile } from './medical-config.js';
import { Story, type StoryOptions } from './story.js';
import { startTruck17, type Truck17 } from './truck-17.js';

/** A minute of the truck has fewer. */
const MOST_RECORDS = 5_000;
const COLDGATE = fileURLToPath(new URL('../../cli/command-line.js', import.meta.url));

export interface Stage {
  readonly story: Story;
  readonly cast: Cast;
  readonly truck: Truck17;
  readonly ledger: LocalLedger;
  readonly consoleUrl: string;
  /** Contracts of agreements and of packs. */
  readonly agreements: string;
  readonly serials: string;
  readonly config: string;
  /** A path in the folder of this run. */
  file(name: string): string;
  /** Alerts as the gateway keeps them. */
  alerts(): readonly Alert[];
  /** Records that the ledger has a header over. */
  anchoredSize(): number;
  /** Records in the log. */
  size(): number;
  /** Whether the tag was read in a record from `sequence` on. */
  wasRead(epc: string, sequence: number): boolean;
  /** Good readings above this temperature from `sequence` on. */
  readingsAbove(milliC: number, sequence: number): number;
}

export type Closers = (() => Promise<unknown>)[];

/** A folder that no run before has used. */
export function newFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  const last = readdirSync(parent).map((name) => Number(/^medical-(\d+)$/.exec(name)?.[1] ?? 0));
  const folder = join(parent, `medical-${Math.max(0, ...last) + 1}`);
  mkdirSync(folder);
  return folder;
}

/** @param closers gets what must be ended, the last first */
export async function setStage(
  folder: string,
  options: Omit<StoryOptions, 'consoleUrl'> & { readonly onLost: (text: string) => void },
  closers: Closers,
): Promise<Stage> {
  const file = (name: string) => join(folder, name);
  const consolePort = await freePort(0);
  const consoleUrl = `http://127.0.0.1:${consolePort}`;
  const story = new Story({ ...options, consoleUrl });
  await story.coldgate('init', file('gateway'), '--name', 'truck-17');
  const keys = file('gateway/keys');
  const key = await openKeyFile(join(keys, 'device-key.json'), readPassphrase(join(keys, 'passphrase')));
  const { address: payer } = readKeyFileAddress(join(keys, 'payer-key.json'));
  const ledger = await startLocalLedger(folder, new SoftwareSigner(key), payer, options.onLost, 'at-once');
  closers.unshift(ledger.process.stop);
  const cast = await Cast.hire(story, folder, new JsonRpc(ledger.rpcUrl));
  const deploy = async (...argv: readonly string[]) => {
    const words = [...argv, '--rpc', ledger.rpcUrl, ...cast.as('inspector'), '--plain'];
    return (await story.json<{ contract: string }>(...words)).contract.toLowerCase();
  };
  const agreements = await deploy('agreement', 'deploy');
  const serials = await deploy('ledger', 'deploy', '--contract', 'serials');
  const truck = await startTruck17();
  closers.unshift(truck.close);
  const config = file('gateway/coldgate.yaml');
  const { rpcUrl, chainId, contract: anchor } = ledger;
  const { readerPort, busPort } = truck;
  writeFileSync(
    config,
    medicalConfig({
      readerPort,
      busPort,
      rpcUrl,
      chainId,
      anchor,
      serials,
      maker: cast.of('maker'),
      consolePort,
    }),
  );
  writeFileSync(file('demo-2-8.yaml'), profileFile);
  const gateway = startChild(process.execPath, [COLDGATE, 'run', '-c', config], {
    ...{ logFile: file('gateway.log'), hasIpc: true, onLost: options.onLost },
  });
  closers.unshift(gateway.stop);
  const journal = await story.until('the gateway has begun its log', () =>
    journalAt(file('gateway/data/journal.db')),
  );
  closers.unshift(async () => journal.close());
  await story.until('a first reading', () => journal.log.latestCheckpoint());
  return {
    ...{ story, cast, truck, ledger, consoleUrl, agreements, serials, config, file },
    size: () => journal.log.latestCheckpoint()?.size ?? 0,
    wasRead: (epc, sequence) =>
      recordsFrom(journal, sequence).some(
        ({ kind, subject }) => kind === recordKinds.tagSighting && journal.log.nameOf(subject) === epc,
      ),
    readingsAbove: (milliC, sequence) =>
      recordsFrom(journal, sequence).filter(
        ({ kind, value, quality }) =>
          kind === recordKinds.temperature && quality === qualityCodes.good && value > milliC,
      ).length,
    alerts: () => readAlerts(new StateStore(journal.judgeStates())),
    anchoredSize: () => {
      const at = fromHex(anchor.slice(2));
      const seq = journal.ledgerHead(chainId, at)?.seq ?? 0;
      return journal.batch(chainId, at, seq)?.size ?? 0;
    },
  };
}

const recordsFrom = (journal: JournalReader, sequence: number) =>
  journal.log.leaves(sequence, MOST_RECORDS).map(decodeRecord);

function journalAt(path: string): JournalReader | undefined {
  try {
    return new JournalReader(path);
  } catch (error) {
    if (error instanceof JournalError) return undefined;
    throw error;
  }
}
