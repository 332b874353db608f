// The gateway role's part in an update: it signs into the log which version was applied, came into force, was taken back or never
// tried, and gives the sign of life that whoever watches waits for. It reads how far an update is and changes nothing of it.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Arrival } from '../../firmware-bridge/observation.js';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import { packageFolder, packageVersion } from '../package-version.js';
import type { StateStore } from '../requests/state-store.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { PipelineEntry } from '../sealing/log-pipeline.js';
import { saidBy } from './update-error.js';
import { isOver, readState, STATE_FILE, type UpdateState } from './update-state.js';
import { readTold, type ToldUpdate, toldRow } from './update-told.js';
import { VersionSigns } from './version-sign.js';
import { usualVersionsFolder } from './versions-folder.js';

/** What is to be told of an update; undefined while nothing is decided, or where another program runs than the one on trial. */
function toldOf({ id, step, to, trouble }: UpdateState, folder: string): ToldUpdate | undefined {
  const why = trouble ? { code: trouble.code, reason: trouble.message } : {};
  const told = { id, software: to.software, ...why };
  if (step === 'done') return { ...told, event: 'in-force' };
  if (step === 'reverted' || step === 'abandoned') return { ...told, event: step };
  return step === 'probation' && folder === to.folder ? { ...told, event: 'applied' } : undefined;
}

export interface UpdateRecordParts {
  readonly state: StateStore;
  readonly context: RecordContext;
  readonly now: () => Arrival;
  readonly add: (entry: PipelineEntry) => void;
  /** Of the versions, and of this program; others in a test. */
  readonly versions?: string;
  readonly folder?: string;
}

export class UpdateRecord {
  readonly #parts: UpdateRecordParts;
  readonly #versions: string;
  readonly #folder: string;
  #seenMs: number | undefined;

  constructor(parts: UpdateRecordParts) {
    this.#parts = parts;
    this.#versions = parts.versions ?? usualVersionsFolder();
    this.#folder = parts.folder ?? packageFolder();
  }

  /** Records what is new; call it every second. */
  look(): void {
    const changedMs = statSync(join(this.#versions, STATE_FILE), { throwIfNoEntry: false })?.mtimeMs;
    if (changedMs === undefined || changedMs === this.#seenMs) return;
    this.#seenMs = changedMs;
    const update = readState(this.#versions);
    const told = update && toldOf(update, this.#folder);
    if (!update || !told) return;
    const before = readTold(this.#parts.state);
    if (before?.id === told.id && before.event === told.event) return;
    this.#record(update, told);
  }

  #record({ id, from, to, package: { sha256, signedBy } }: UpdateState, told: ToldUpdate): void {
    const { state, context, now, add } = this.#parts;
    const { event, code, reason } = told;
    const detail: DetailDocument = {
      ...{ type: 'software', event, id, from: from.software, to: to.software, package: sha256 },
      ...(signedBy === null ? {} : { signedBy }),
      ...(code === undefined ? {} : { code }),
      ...(reason === undefined ? {} : { reason }),
    };
    const rows = [toldRow(told)];
    state.apply(rows);
    const kind = recordKinds.configurationChange;
    const draft = draftOf(context, { at: now(), kind, subjectName: 'gateway', detail });
    add({ drafts: [draft], judgeState: rows, isUrgent: true });
  }
}

/** Tells whoever watches an update that the role starts, and later that it runs; nothing where nobody watches. */
export function updateSigns(dataDir: string, log: Pick<Logger, 'warn'>) {
  const update = readState(usualVersionsFolder());
  const isWatched = update !== undefined && !isOver(update) && update.dataDir === dataDir;
  const signs = isWatched
    ? new VersionSigns(dataDir, { software: packageVersion(), folder: packageFolder() })
    : undefined;
  const tell = (phase: 'starting' | 'running') => {
    try {
      signs?.tell(phase);
    } catch (error) {
      const hint = 'the update is taken back if this goes on';
      log.warn(
        { code: 'UPDATE_UNWRITABLE', hint },
        `the sign of this version cannot be written: ${saidBy(error)}`,
      );
    }
  };
  tell('starting');
  return { running: () => tell('running') };
}
