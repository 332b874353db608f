// Stands between intake and the judges: gives each temperature the quality that the readings around it deserve, and
// tells what became of the ones that were suspect. Nothing is dropped: a suspect reading is a record with that
// quality, and the word on it is another. Pure.

import { qualityCodes, recordKinds } from '../../ledger-sync/evidence/record.js';
import type { DetailDocument, DraftRecord, StateRow } from '../sealing/draft-record.js';
import { backlogType, resolutionType } from './judged-input.js';
import type { ReadingReference, Resolution } from './rate-check.js';
import { type RememberedFault, SensorFaultWatch } from './sensor-fault-watch.js';
import type { QualityName, SensorCondition, WatchedSensor } from './watched-sensor.js';

export interface FaultJudgement {
  /** What comes before the reading: word on earlier ones. */
  readonly before: readonly DraftRecord[];
  /** The reading with the quality that it deserves. */
  readonly draft: DraftRecord;
  /** What comes after it: a sensor is stuck, siblings contradict each other. */
  readonly after: readonly DraftRecord[];
  readonly judgeState: readonly StateRow[];
}

const keyPrefix = 'fault/';
const noResolutions: readonly Resolution[] = [];
const none: readonly DraftRecord[] = [];
const noRows: readonly StateRow[] = [];
/** After these what a sensor says stands in no row with what it said before. */
const restarts: ReadonlySet<unknown> = new Set(['probe-reachable', 'device-reset', 'device-changed']);
const names = new Map<number, QualityName>(
  Object.entries(qualityCodes).map(([name, code]) => [code, name as QualityName]),
);

export class FaultDesk {
  readonly #watch: SensorFaultWatch;
  readonly #kept = new Map<string, string>();
  #unresolved: readonly Resolution[];

  /** @param stored the rows of judge_state: what was suspect or told to be stuck when the role ended */
  constructor(sensors: readonly WatchedSensor[], stored: ReadonlyMap<string, string>) {
    const remembered = new Map<string, RememberedFault>();
    for (const { sensorId } of sensors) {
      const text = stored.get(keyPrefix + sensorId);
      if (text === undefined) continue;
      this.#kept.set(sensorId, text);
      remembered.set(sensorId, JSON.parse(text) as RememberedFault);
    }
    this.#watch = new SensorFaultWatch(sensors, remembered);
    this.#unresolved = sensors.flatMap(({ sensorId }) => this.#watch.restart(sensorId));
  }

  /** Takes a draft of any kind; all but temperatures of watched probes come back as they were. */
  take(draft: DraftRecord): FaultJudgement {
    const lost = this.#unresolved;
    this.#unresolved = noResolutions;
    const { subjectName: sensorId, kind, detail } = draft;
    if (kind === recordKinds.deviceCondition && restarts.has(detail?.condition)) {
      return this.#judgement(draft, [...lost, ...this.#watch.restart(sensorId)], [sensorId]);
    }
    const isJudged = kind === recordKinds.temperature && detail?.type !== backlogType;
    if (!isJudged || !this.#watch.knows(sensorId)) {
      if (lost.length > 0) return this.#judgement(draft, lost, []);
      return { before: none, draft, after: none, judgeState: noRows };
    }
    const { observedAtMs, uptimeMs, bootCount, value } = draft;
    const quality = names.get(draft.quality) ?? 'probe-fault';
    const reading = { sensorId, temperatureMilliC: value, quality, observedAtMs, uptimeMs, bootCount };
    const verdict = this.#watch.take(reading);
    const judged = verdict.quality === quality ? draft : { ...draft, quality: qualityCodes[verdict.quality] };
    const touched = [sensorId, ...this.#watch.siblingsOf(sensorId)];
    const judgement = this.#judgement(judged, [...lost, ...verdict.resolutions], touched);
    return { ...judgement, after: verdict.conditions.map((condition) => conditionDraft(draft, condition)) };
  }

  #judgement(
    draft: DraftRecord,
    resolutions: readonly Resolution[],
    touched: readonly string[],
  ): FaultJudgement {
    const before = resolutions.map((resolution) => resolutionDraft(draft, resolution));
    const judgeState = this.#rows([...touched, ...resolutions.map((resolution) => resolution.sensorId)]);
    return { before, draft, after: none, judgeState };
  }

  /** Only what a restart must not forget, and only when it has changed: a good reading wears no card. */
  #rows(sensorIds: readonly string[]): readonly StateRow[] {
    const rows: StateRow[] = [];
    for (const sensorId of sensorIds) {
      const remembered = this.#watch.remembered(sensorId);
      const text = remembered && JSON.stringify(remembered);
      if (text === this.#kept.get(sensorId)) continue;
      if (text === undefined) this.#kept.delete(sensorId);
      else this.#kept.set(sensorId, text);
      rows.push([keyPrefix + sensorId, text]);
    }
    return rows;
  }
}

function resolutionDraft(about: DraftRecord, { sensorId, outcome, by, reading }: Resolution): DraftRecord {
  return noteDraft(about, sensorId, {
    type: resolutionType,
    outcome,
    by,
    reading: referenceDocument(reading),
  });
}

function conditionDraft(about: DraftRecord, condition: SensorCondition): DraftRecord {
  return noteDraft(about, condition.sensor, { ...condition });
}

function noteDraft(about: DraftRecord, subjectName: string, detail: DetailDocument): DraftRecord {
  return {
    ...about,
    kind: recordKinds.deviceCondition,
    subjectName,
    isSalted: false,
    value: 0,
    quality: 0,
    detail,
  };
}

const referenceDocument = ({ observedAtMs, uptimeMs, bootCount, temperatureMilliC }: ReadingReference) => ({
  observedAtMs,
  uptimeMs,
  bootCount,
  temperatureMilliC,
});
