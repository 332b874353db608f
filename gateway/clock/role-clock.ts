// The gateway's clock as the role has it: fed by the receivers, looked at every second, and what becomes of it put into the
// log. A time reference is a record like any other; from it everybody learns when the readings before it were made.

import type { Logger } from 'pino';
import type { Config } from '../../config/schema.js';
import type { Clock, Observation } from '../../firmware-bridge/observation.js';
import { decodeRecord, recordKinds } from '../../ledger-sync/evidence/record.js';
import { readBootId } from '../intake/boot.js';
import { ClockWatch } from '../intake/clock-watch.js';
import { draftOf, type RecordContext } from '../intake/record-mapper.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { DetailDocument, StateRow } from '../sealing/draft-record.js';
import type { LogPipeline } from '../sealing/log-pipeline.js';
import { type ClockDispute, GatewayClock } from './gateway-clock.js';
import { keptRow, keptTime, type TimeWord } from './known-time.js';
import { markFile } from './ntp-mark.js';

export interface RoleClockParts {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly bootCount: number;
  /** Of the machine. */
  readonly system: Clock;
  readonly log: Logger;
}

/** Where a new time matters. */
export interface TimeKeepers {
  readonly context: RecordContext;
  readonly pipeline: Pick<LogPipeline, 'add'>;
  /** Has all of this boot judged again. @returns rows for the commit of the reference */
  readonly judgeAgain: () => readonly StateRow[];
  /** Holds judging again until the reference is durable. */
  readonly late: { hold(): void; release(): void };
}

export class RoleClock {
  readonly clock: GatewayClock;
  readonly #parts: RoleClockParts;
  #watch: ClockWatch | undefined;

  constructor(parts: RoleClockParts) {
    const { config, journal, bootCount, system } = parts;
    this.#parts = parts;
    const { size = 0 } = journal.log.latestCheckpoint() ?? {};
    const leaf = size === 0 ? undefined : journal.log.leaf(size - 1);
    const last = leaf && decodeRecord(leaf);
    this.clock = new GatewayClock({
      ...{ system, mode: config.clock.trust, readMark: markFile(config.clock.synchronisedFile) },
      bootId: readBootId(),
      kept: keptTime((key) => journal.judgeState(key)),
      lastKnownMs: last && last.clockTrust > 0 ? last.observedAtMs : 0,
      isTimeOwed: last?.bootCount === bootCount && last.clockTrust === 0,
    });
  }

  /** Takes what devices say; receivers may say what time it is. */
  take(observation: Observation): void {
    if (this.#parts.config.clock.gnss) this.clock.hear(observation);
  }

  /** Looks at all sources of time, and records what is new; call it every second. */
  look({ context, pipeline, judgeAgain, late }: TimeKeepers): void {
    this.#watch ??= new ClockWatch(this.#parts.system, context);
    const step = this.#watch.check();
    const { reference, disputes, kept } = this.clock.check();
    const at = this.clock.now();
    const noted = { at, subjectName: 'clock' };
    const drafts = [
      ...(step ? [step] : []),
      ...disputes.map((dispute) => {
        this.#sayDispute(dispute);
        const { differenceMs: value } = dispute;
        return draftOf(context, { ...noted, kind: recordKinds.clockEvent, value, detail: disputed(dispute) });
      }),
      ...(reference
        ? [
            draftOf(context, {
              ...{ ...noted, kind: recordKinds.timeReference, value: Math.round(reference.zeroUnixMs) },
              detail: referred(reference),
            }),
          ]
        : []),
    ];
    const judgeState = [...(kept ? [keptRow(kept)] : []), ...(reference ? judgeAgain() : [])];
    if (drafts.length === 0 && judgeState.length === 0) return;
    if (reference) {
      late.hold();
      const time = new Date(at.unixMs).toISOString();
      this.#parts.log.info(
        { source: reference.source, receivers: reference.receivers, time },
        'the time is known',
      );
    }
    pipeline.add({
      ...{ drafts, judgeState, isUrgent: drafts.length > 0 },
      ...(reference ? { onDurable: () => late.release() } : {}),
    });
  }

  #sayDispute({ source, receivers, differenceMs, why }: ClockDispute): void {
    this.#parts.log.warn(
      {
        ...{ code: 'CLOCK_DISPUTED', source, receivers, differenceMs },
        hint: 'check the receivers and the time servers: one of them is wrong, or lies',
      },
      `${source} says another time than the gateway has: ${why}`,
    );
  }
}

const disputed = ({ source, receivers, differenceMs, why }: ClockDispute): DetailDocument => ({
  ...{ type: 'clock-disputed', source, receivers: [...receivers], differenceMs, why },
});

/** How wrong a clock is that the configuration calls right, nobody knows. */
const referred = ({ source, receivers, errorMs }: TimeWord): DetailDocument => ({
  ...{ type: 'time-reference', source, receivers: [...receivers] },
  ...(source === 'configured' ? {} : { errorMs: Math.ceil(errorMs) }),
});
