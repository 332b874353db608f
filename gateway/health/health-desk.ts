// The gateway role's own health: gathers its facts, tells them to the process above and to whoever reads the file in memory, and
// finds what is wrong. Looking at the journal is for every tenth second, so that it costs nothing.

import type { Logger } from 'pino';
import type { Config } from '../../config/schema.js';
import type { Clock } from '../../firmware-bridge/observation.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateView } from '../requests/request.js';
import { type ToldStatus, tellRuntimeStatus } from '../runtime-status.js';
import type { CommitMeter } from './commit-meter.js';
import type { DeviceFacts } from './device-meter.js';
import { type Finding, headlineOf, sinceBefore } from './finding.js';
import { findingsOf } from './findings.js';
import { ProcessMeter } from './process-meter.js';
import { readStoredFacts } from './read-facts.js';
import { PULSE_EVERY_MS, type RolePulse } from './role-pulse.js';
import { readSupervisedRoles } from './supervisor-status.js';

const LOOK_EVERY_MS = 10_000;
/** Told by the journal itself, at the moment and with its code: once is enough in the log. */
const TOLD_BY_JOURNAL: Finding['id'] = 'journal-failing';

export interface HealthDeskParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly clock: Clock;
  readonly state: StateView;
  readonly commits: CommitMeter;
  readonly pipeline: { readonly waitingRecords: number };
  readonly devices: { facts(): readonly DeviceFacts[] };
  /** Hears what was found, each time that it was looked for. */
  readonly publishing: { announceHealth(findings: readonly Finding[]): void };
  /** To the process above. */
  readonly onPulse: ((pulse: RolePulse) => void) | undefined;
  readonly log: Pick<Logger, 'warn' | 'info'>;
}

export class HealthDesk {
  readonly #parts: HealthDeskParts;
  readonly #startedAtMs: number;
  readonly #process = new ProcessMeter();
  readonly #timers: readonly NodeJS.Timeout[];
  readonly #stopTelling: () => void;
  #findings: readonly Finding[] = [];
  #facts: Omit<ToldStatus, 'findings' | 'startedAtMs'>;

  /** Begins at once. */
  constructor(parts: HealthDeskParts) {
    this.#parts = parts;
    this.#startedAtMs = parts.clock.now().unixMs;
    this.#facts = this.#gather();
    this.#look();
    this.#stopTelling = tellRuntimeStatus(
      parts.config.gateway.dataDir,
      () => ({ startedAtMs: this.#startedAtMs, ...this.#facts, findings: [...this.#findings] }),
      () => parts.clock.now().unixMs,
    );
    this.#timers = [
      setInterval(() => this.#beat(), PULSE_EVERY_MS),
      setInterval(() => this.#look(), LOOK_EVERY_MS),
    ];
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stopTelling();
    this.#process.close();
  }

  #gather(): Omit<ToldStatus, 'findings' | 'startedAtMs'> {
    const { commits, devices, pipeline } = this.#parts;
    commits.tick();
    return {
      process: this.#process.read(),
      journal: commits.read(pipeline.waitingRecords),
      devices: [...devices.facts()],
    };
  }

  #beat(): void {
    this.#facts = this.#gather();
    const { process, journal, devices } = this.#facts;
    if (!process) return;
    const headline = headlineOf(this.#findings);
    this.#parts.onPulse?.({ kind: 'role-pulse', process, journal, devices, headline });
  }

  #look(): void {
    const { config, journal, clock, state, publishing } = this.#parts;
    const { unixMs: nowMs } = clock.now();
    try {
      const found = findingsOf({
        ...readStoredFacts(config, journal, state, nowMs),
        ...{ nowMs, toldAtMs: nowMs, isGatewayRunning: true },
        process: this.#facts.process,
        journal: this.#facts.journal,
        devices: this.#facts.devices,
        roles: readSupervisedRoles(config.gateway.dataDir, Date.now()),
      });
      this.#say(sinceBefore(found, this.#findings, nowMs));
      publishing.announceHealth(this.#findings);
    } catch (error) {
      // A journal that cannot be read is told by those who must read it.
      this.#parts.log.warn({ err: error }, 'the health of the gateway could not be looked at');
    }
  }

  /** A line when something begins and when it is over. */
  #say(findings: readonly Finding[]): void {
    const isSaidHere = ({ id }: Finding) => id !== TOLD_BY_JOURNAL;
    const before = new Set(this.#findings.filter(isSaidHere).map(({ id }) => id));
    const after = new Map(findings.filter(isSaidHere).map((finding) => [finding.id, finding]));
    for (const [id, { severity, what, whatToDo }] of after) {
      if (!before.has(id)) this.#parts.log.warn({ finding: id, severity, hint: whatToDo }, what);
    }
    for (const id of before) if (!after.has(id)) this.#parts.log.info({ finding: id }, 'that is over');
    this.#findings = findings;
  }
}
