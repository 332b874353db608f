// The gateway role's part in a change of its own configuration. The order is what makes it safe: the record first, then the
// last good text beside the file, the note of the trial, the file, and the restart. Wherever power fails, the next start
// finds the row of the record and goes on from there; whether the new text runs is the supervisor's to say
// (configuration-watch.ts), and the note tells it across.

import type { Logger } from 'pino';
import type { Config } from '../../config/schema.js';
import type { Arrival } from '../../firmware-bridge/observation.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import type { RequestHandler, RequestOutcome, StateChange } from '../requests/request.js';
import type { StateStore } from '../requests/state-store.js';
import type { DetailDocument } from '../sealing/draft-record.js';
import type { PipelineEntry } from '../sealing/log-pipeline.js';
import {
  applyConfigurationHandler,
  type ConfigurationPlace,
  decideConfiguration,
  type ProposedChange,
  proposeConfiguration,
} from './apply-configuration.js';
import { configurationDiff } from './configuration-diff.js';
import type { Trial } from './configuration-files.js';
import { configurationHash } from './configuration-hash.js';
import { type ConfigurationPreview, folderOf, preview, settingsOf } from './configuration-preview.js';
import { type ConfigurationEvent, configurationRecord, differencesDetail } from './configuration-record.js';
import {
  inForceRow,
  type PendingConfiguration,
  pendingRow,
  readInForce,
  readPending,
  revertedRow,
} from './configuration-state.js';
import { probeChanges, probesOf } from './configured-probes.js';

/** A key that could name other keys, take the gateway's name or say whose programs run would be an administrator. */
const notForKeys: readonly string[] = ['commands', 'gateway.', 'fleet', 'update.'];
/** What is the gateway's own, and not the owner's of its fleet. */
const notForOwners: readonly string[] = ['gateway.', 'fleet'];

/** What a role gets with its configuration. */
export interface RoleConfiguration {
  readonly place: ConfigurationPlace;
  /** Has all roles started anew. */
  readonly restart: () => void;
  /** Tells the process above what a configuration on trial has still to show; undefined: it has shown all. */
  readonly tellProof?: (missing: string | undefined) => void;
}

export interface ConfigurationDeskParts extends RoleConfiguration {
  /** What the role runs with. */
  readonly config: Config;
  readonly state: StateStore;
  readonly context: RecordContext;
  readonly now: () => Arrival;
  readonly add: (entry: PipelineEntry) => void;
  readonly log: Pick<Logger, 'error' | 'warn' | 'info'>;
}

export class ConfigurationDesk {
  /** SHA-256 of the text that the role runs with. */
  readonly hash: string;
  readonly handler: RequestHandler;
  readonly #parts: ConfigurationDeskParts;
  /** A text that runs, and is not proven to go on running. */
  #onTrial: PendingConfiguration | undefined;

  constructor(parts: ConfigurationDeskParts) {
    this.#parts = parts;
    this.hash = configurationHash(parts.place.runningText);
    this.handler = applyConfigurationHandler(parts.place);
  }

  /** Goes on from where the last start, or the last power cut, left it. */
  start(): void {
    const { state, place } = this.#parts;
    const pending = readPending(state);
    const trial = place.files.trial();
    if (!pending) {
      // A note whose end is recorded already.
      this.#try(() => place.files.endTrial());
      this.#comeIntoForce(undefined);
    } else if (trial?.id === pending.id && trial.reverted) {
      this.#takeBack(pending, trial.reverted);
    } else if (this.hash === pending.to) {
      this.#tryOut(pending, trial);
    } else if (this.hash === pending.from) {
      this.#carryOut(pending);
    } else {
      this.#end('overtaken', pending, {});
      this.#comeIntoForce(undefined);
    }
  }

  /**
   * Decides on a change that a key asks for: not on who may command, nor on who this gateway is.
   * @param id of the command
   */
  propose(id: string, document: DetailDocument): RequestOutcome {
    const { place, state } = this.#parts;
    return decideConfiguration(document, { id, fixedPaths: notForKeys }, place, state);
  }

  /** Decides on a change that the owner of the fleet has signed. */
  proposeSigned(change: Pick<ProposedChange, 'id' | 'text' | 'proof'>): RequestOutcome {
    const { place, state } = this.#parts;
    const asked = { ...change, baseHash: this.hash, reason: undefined, fixedPaths: notForOwners };
    return proposeConfiguration(asked, place, state);
  }

  /** What another text would change, for a key that may ask. */
  preview(text: string): ConfigurationPreview {
    const { runningText, path } = this.#parts.place;
    return preview(runningText, text, folderOf(path));
  }

  /** What a request or command has decided; it happens when that is durable. */
  onState(changes: readonly StateChange[]): void {
    const pending = readPending(this.#parts.state);
    if (!pending || !changes.some(([key]) => key === pendingRow(undefined)[0])) return;
    // Entries become durable in the order in which they are added: the record is before this one.
    this.#parts.add({ drafts: [], isUrgent: true, onDurable: () => this.#carryOut(pending) });
  }

  /** Sees whether the trial is over; call it every second. */
  look(): void {
    const trialled = this.#onTrial;
    if (!trialled || this.#parts.place.files.trial()?.id === trialled.id) return;
    this.#onTrial = undefined;
    this.#comeIntoForce(trialled);
  }

  #tryOut(pending: PendingConfiguration, trial: Trial | undefined): void {
    const { place, restart } = this.#parts;
    this.#onTrial = pending;
    // Alone, or after a power cut at the wrong moment: nobody watches, or only this role was started anew.
    if (!place.isSupervised) this.#try(() => place.files.endTrial());
    else if (trial?.id === pending.id && trial.starts === 0) restart();
    this.look();
  }

  #carryOut(pending: PendingConfiguration): void {
    const { files, runningText, isSupervised } = this.#parts.place;
    const { id, from, to, text, proof } = pending;
    if (!isSupervised) {
      this.#failed(pending, 'the role runs alone now: nobody would take back a bad file');
      return;
    }
    const trial: Trial = { id, from, to, starts: 0, ...(proof ? { proofLimitMs: proof.limitMs } : {}) };
    try {
      files.keepGood(runningText);
      files.noteTrial(trial);
      files.replace(text);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#parts.log.error({ code: 'CONFIGURATION_UNWRITABLE', hint: 'nothing was changed' }, message);
      this.#try(() => files.endTrial());
      this.#failed(pending, message);
      return;
    }
    this.#parts.log.info({ from, to }, 'a new configuration is in place; all roles start again');
    this.#parts.restart();
  }

  #takeBack(pending: PendingConfiguration, { code, message }: NonNullable<Trial['reverted']>): void {
    const { id, to } = pending;
    this.#end('reverted', pending, { code, reason: message }, [revertedRow({ id, hash: to, code, message })]);
    this.#comeIntoForce(undefined);
  }

  #failed(pending: PendingConfiguration, message: string): void {
    const { id, to } = pending;
    const code = 'CONFIGURATION_UNWRITABLE';
    this.#end('failed', pending, { code, reason: message }, [revertedRow({ id, hash: to, code, message })]);
  }

  /** The decision is settled: a record, its row gone, and then the note. */
  #end(
    event: ConfigurationEvent,
    { id, from, to }: PendingConfiguration,
    detail: DetailDocument,
    more: readonly StateChange[] = [],
  ): void {
    const { files } = this.#parts.place;
    this.#record(event, { id, from, to, ...detail }, [pendingRow(undefined), ...more], () =>
      files.endTrial(),
    );
  }

  /** The text that runs is the gateway's from now on; a record, where it was another before. */
  #comeIntoForce(trialled: PendingConfiguration | undefined): void {
    const { state, config, place } = this.#parts;
    const { files, runningText } = place;
    const keep = () => files.keepGood(runningText);
    const before = readInForce(state);
    const probes = probesOf(config);
    const rows = [inForceRow({ hash: this.hash, probes }), ...(trialled ? [pendingRow(undefined)] : [])];
    if (before?.hash === this.hash && !trialled) {
      this.#try(keep);
      return;
    }
    if (!before) {
      // The first start with this program: the record of the start names the hash.
      state.apply(rows);
      this.#parts.add({ drafts: [], judgeState: rows, onDurable: () => this.#try(keep) });
      return;
    }
    const asked = trialled ? { id: trialled.id } : this.#byHand(before.hash);
    const changed = { from: before.hash, to: this.hash, ...probeChanges(before.probes, probes) };
    this.#record('in-force', { ...asked, ...changed }, rows, keep);
  }

  /** What a person changed in the file, as far as the text before is still there. */
  #byHand(beforeHash: string): DetailDocument {
    const { files, path, runningText } = this.#parts.place;
    const kept = files.lastGood();
    if (kept === undefined || configurationHash(kept) !== beforeHash) return {};
    const folder = folderOf(path);
    return differencesDetail(configurationDiff(settingsOf(kept, folder), settingsOf(runningText, folder)));
  }

  #record(
    event: ConfigurationEvent,
    detail: DetailDocument,
    judgeState: readonly StateChange[],
    afterwards: () => void,
  ): void {
    const { state, context, now, add } = this.#parts;
    const draft = draftOf(context, { at: now(), ...configurationRecord(event, detail) });
    state.apply(judgeState);
    add({ drafts: [draft], judgeState, isUrgent: true, onDurable: () => this.#try(afterwards) });
  }

  /** What cannot be kept beside the file is told, and stops nothing: readings go on. */
  #try(task: () => void): void {
    try {
      task();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const hint = 'the gateway must be able to write the folder of its configuration: see config/systemd';
      this.#parts.log.warn({ code: 'CONFIGURATION_UNWRITABLE', hint }, message);
    }
  }
}
