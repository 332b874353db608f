// The gateway's part in a fleet: takes configurations that its owner has signed for it, each number once and none older than
// the last, has them checked and tried out as any other change of configuration (configuration-desk.ts), and reports. What it
// decides is a record and a row in one commit, so that a power cut leaves it decided or not; the message is still there, since
// the broker retains it.

import type { Logger } from 'pino';
import { SealedError } from '../../../ledger-sync/sealed/sealed-error.js';
import { configurationRecord } from '../../configuration/configuration-record.js';
import { readPending, readReverted, type TrialProof } from '../../configuration/configuration-state.js';
import type { Actor, RequestedRecord, RequestOutcome, StateChange } from '../../requests/request.js';
import type { DecidedRequest } from '../../requests/request-desk.js';
import type { StateStore } from '../../requests/state-store.js';
import type { PipelineEntry } from '../../sealing/log-pipeline.js';
import type { ConfigurationReport } from '../configuration-report.js';
import {
  type ConfigurationMessage,
  type FleetConfiguration,
  openConfiguration,
  readConfiguration,
} from '../fleet-configuration.js';
import { type DecisionTerms, decideFleetConfiguration, type Refused } from './fleet-decision.js';
import { configurationIdOf, type FleetState, fleetRow, readFleetState } from './fleet-state.js';
import { missingOnTrial, type TrialFacts } from './trial-facts.js';

export interface FleetMemberParts extends Pick<DecisionTerms, 'own' | 'runningFile' | 'propose'> {
  /** Addresses, 0x and 40 lower-case digits. */
  readonly owner: string;
  readonly gateway: string;
  /** Private, 32 bytes. */
  readonly sealingKey: Uint8Array;
  readonly state: StateStore;
  readonly now: () => { readonly nowMs: number; readonly clockTrust: number };
  /** What a configuration must show that goes on trial now. */
  readonly proof: () => TrialProof;
  readonly decided: (outcome: RequestOutcome, actor: Actor) => DecidedRequest;
  readonly put: (entry: PipelineEntry, state: readonly StateChange[]) => void;
  /** Retained. */
  readonly report: (report: ConfigurationReport, reportKey: string) => void;
  readonly facts: TrialFacts;
  readonly tellProof: (missing: string | undefined) => void;
  readonly log: Pick<Logger, 'warn' | 'info'>;
}

interface Opened {
  readonly message: ConfigurationMessage;
  readonly inside: FleetConfiguration;
}

export class FleetMember {
  readonly #parts: FleetMemberParts;
  readonly #actor: Actor;
  /** The newest message that is not decided yet. */
  #next: ConfigurationMessage | undefined;
  #isOpening = false;
  /** What must wait, and why; it is tried again at each look. */
  #held: (Opened & { readonly why: Refused }) | undefined;
  readonly #said = new Set<string>();

  constructor(parts: FleetMemberParts) {
    this.#parts = parts;
    this.#actor = {
      name: `fleet:${parts.owner}`,
      printedName: 'owner of the fleet',
      role: 'administrator',
      isSigned: false,
      signature: undefined,
    };
  }

  /** Takes what came on the configuration topic. */
  take(payload: Uint8Array): void {
    // A topic that was cleared.
    if (payload.length === 0) return;
    const message = readConfiguration(payload, this.#parts);
    if (typeof message === 'string') {
      const hint = 'the broker should let nobody but the owner write this topic';
      this.#say(`a configuration that is not for this gateway from its owner: ${message}`, hint);
      return;
    }
    const before = this.#handled;
    if (message.number === before?.number) this.#report(before);
    const newest = Math.max(before?.number ?? 0, this.#next?.number ?? 0, this.#held?.message.number ?? 0);
    if (message.number <= newest) return;
    this.#next = message;
    void this.#drain();
  }

  /** Goes on with what waits and what is on trial; call it every second. */
  look(): void {
    this.#settle();
    const held = this.#held;
    if (held && !this.#next && !this.#isOpening) {
      this.#held = undefined;
      try {
        this.#decide(held);
      } catch (error) {
        this.#failed(error);
      }
    }
    const pending = readPending(this.#parts.state);
    if (!pending?.proof || pending.to !== this.#parts.runningFile) return;
    this.#parts.tellProof(missingOnTrial(this.#parts.facts, pending.proof.needsReading));
  }

  /** Tells how things stand, on a new connection. */
  repeat(): void {
    const { state } = this.#parts;
    if (this.#handled) this.#report(this.#handled);
    if (this.#held) this.#reportWaiting(this.#held, this.#held.why);
    // What was on trial before this role began is settled before it is told.
    if (readPending(state) === undefined) this.#settle();
  }

  get #handled(): FleetState | undefined {
    return readFleetState(this.#parts.state, this.#parts.owner);
  }

  async #drain(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    try {
      for (let message = this.#next; message; message = this.#next) {
        const inside = await openConfiguration(message, this.#parts.sealingKey);
        if (this.#next?.number === message.number) this.#next = undefined;
        this.#held = undefined;
        this.#decide({ message, inside });
      }
    } catch (error) {
      this.#next = undefined;
      // Without what is inside there is no key to report with.
      if (error instanceof SealedError)
        this.#say(`a configuration does not open: ${error.message}`, error.hint);
      else this.#failed(error);
    } finally {
      this.#isOpening = false;
    }
  }

  #decide(opened: Opened): void {
    const { message, inside } = opened;
    const { now, own, runningFile, propose, proof, owner, decided, log } = this.#parts;
    const { number } = message;
    const decision = decideFleetConfiguration(message, inside.text, {
      ...now(),
      own,
      runningFile,
      propose,
      proof: proof(),
    });
    const common = { owner, number, reportKey: inside.reportKey };
    switch (decision.kind) {
      case 'waiting':
        this.#held = { ...opened, why: decision };
        this.#reportWaiting(opened, decision);
        this.#say(`configuration ${number} waits: ${decision.reason}`, 'coldgate status tells more');
        return;
      case 'refused': {
        const { code, reason } = decision;
        log.warn({ code, hint: 'the owner is told; the next configuration needs a new number' }, reason);
        this.#put(
          { ...common, state: 'refused', code, reason },
          this.#record('refused', { number, code, reason }),
        );
        return;
      }
      case 'in-force':
        this.#put(
          { ...common, state: 'applied', file: decision.file },
          this.#record('confirmed', { number, to: decision.file }),
        );
        return;
      case 'trial':
        this.#put(
          { ...common, state: 'on-trial', file: decision.file },
          decided(decision.outcome, this.#actor),
        );
    }
  }

  #record(event: 'refused' | 'confirmed', detail: RequestedRecord['detail']): DecidedRequest {
    const record = configurationRecord(event, { id: configurationIdOf(Number(detail.number)), ...detail });
    return this.#parts.decided({ ok: true, records: [record], state: [], answer: {} }, this.#actor);
  }

  #put(next: FleetState, { drafts, state }: DecidedRequest): void {
    const judgeState = [...state, fleetRow(next)];
    this.#parts.put({ drafts, judgeState, isUrgent: true, onDurable: () => this.#report(next) }, judgeState);
  }

  /** What became of the configuration on trial, once that is settled. */
  #settle(): void {
    const { state, runningFile, put } = this.#parts;
    const before = this.#handled;
    if (before?.state !== 'on-trial' || readPending(state)?.id === configurationIdOf(before.number)) return;
    const reverted = readReverted(state);
    const isOurs = reverted?.id === configurationIdOf(before.number);
    const refused = isOurs
      ? { code: reverted.code, reason: reverted.message }
      : { code: 'CONFIGURATION_OVERTAKEN', reason: 'the file was changed by hand meanwhile' };
    const next: FleetState =
      !isOurs && before.file === runningFile
        ? { ...before, state: 'applied' }
        : { ...before, state: 'refused', ...refused };
    const row = fleetRow(next);
    put({ drafts: [], judgeState: [row], isUrgent: true, onDurable: () => this.#report(next) }, [row]);
  }

  #report({ number, state, code, reason, reportKey }: FleetState): void {
    const why = { ...(code === undefined ? {} : { code }), ...(reason === undefined ? {} : { reason }) };
    this.#parts.report({ number, state, ...why, atMs: this.#atMs }, reportKey);
  }

  #reportWaiting({ message, inside }: Opened, { code, reason }: Refused): void {
    const { number } = message;
    this.#parts.report({ number, state: 'waiting', code, reason, atMs: this.#atMs }, inside.reportKey);
  }

  get #atMs(): number {
    return Math.max(0, Math.round(this.#parts.now().nowMs));
  }

  /** The message is retained: a role that ended of it would meet it again at each start. */
  #failed(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#say(
      `a configuration of the owner could not be decided on: ${reason}`,
      'coldgate diag helps us to mend it',
    );
  }

  /** Once each: a broker may say it again at every connection. */
  #say(text: string, hint: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.#parts.log.warn({ code: 'FLEET_CONFIGURATION', hint }, text);
  }
}
