// Turns what the judges and devices say into alerts for people, and says it again while nobody answers. Pure: the
// rows are the state's, and every change is given back to be made in the commit of the record that caused it.

import type { RequestedRecord, StateChange, StateView } from '../requests/request.js';
import type { DraftRecord } from '../sealing/draft-record.js';
import { type Alert, alertIds, alertRow, readAlert } from './alert.js';
import { alertAfter, pendingFrom } from './alert-course.js';
import { occasionOf } from './alert-occasion.js';
import { type LogHead, type Place, placeWith, withPlace } from './alert-places.js';
import { alertRecord } from './alert-record.js';
import {
  type DueReminder,
  defaultReminders,
  ReminderClock,
  type ReminderSettings,
} from './reminder-clock.js';

/** What must join the commit. */
export interface AlertChange {
  readonly state: readonly StateChange[];
  readonly records: readonly RequestedRecord[];
}

const nothing: AlertChange = { state: [], records: [] };

interface Reminded extends DueReminder {
  readonly before: Alert;
}

export class AlertDesk {
  readonly #state: StateView;
  readonly #settings: ReminderSettings;
  readonly #clock: ReminderClock;
  readonly #places = new Map<string, Place>();
  #size: number;

  /**
   * @param state changed by the caller with what each call gives, before the next call
   * @param size records in the log now
   */
  constructor(state: StateView, size: number, settings: ReminderSettings = defaultReminders) {
    this.#state = state;
    this.#size = size;
    this.#settings = settings;
    this.#clock = new ReminderClock(settings);
    for (const id of alertIds(state)) {
      const alert = this.#alert(id);
      if (alert) this.#clock.watch(alert);
    }
  }

  /** Takes the draft of an excursion or of a device's condition; any other draft passes without a word. */
  see(draft: DraftRecord): AlertChange {
    const occasion = occasionOf(draft);
    if (!occasion) return nothing;
    const before = this.#alert(occasion.alertId);
    const alert = pendingFrom(alertAfter(before, occasion, draft), this.#size);
    if (alert.state !== before?.state) this.#clock.watch(alert);
    return { state: [alertRow(alert)], records: [...turned(before, alert)] };
  }

  /** Notes where drafts lie that were seen; they are one commit's, or a part of it. */
  placed(drafts: readonly DraftRecord[], firstSequence: number): void {
    for (const [index, draft] of drafts.entries()) {
      const { alertId } = occasionOf(draft) ?? {};
      if (alertId === undefined) continue;
      this.#places.set(alertId, placeWith(this.#places.get(alertId), firstSequence + index));
    }
  }

  /** Takes the signed head of the commit whose drafts were placed. @returns rows for the next commit */
  sealed(head: LogHead): readonly StateChange[] {
    this.#size = head.size;
    const changes = [...this.#places].flatMap(([id, place]) => {
      const alert = this.#alert(id);
      return alert ? [alertRow(withPlace(alert, place, head))] : [];
    });
    this.#places.clear();
    return changes;
  }

  /**
   * Reminds of what nobody has acknowledged; call it every few seconds. One record per probe and time, however many
   * alerts of it wait: a probe that flaps must not drown the others.
   */
  passTime(nowMs: number): AlertChange {
    const atMs = Math.max(0, Math.round(nowMs));
    const state: StateChange[] = this.#clock.rewound(atMs).flatMap((id) => this.#rewind(id, atMs));
    const bySensor = new Map<string, Reminded[]>();
    for (const due of this.#clock.due(atMs)) {
      const before = this.#alert(due.alertId);
      if (before?.state !== 'open') {
        this.#clock.forget(due.alertId);
        continue;
      }
      const alert = reminded(before, due.level, atMs);
      this.#clock.watch(alert);
      state.push(alertRow(alert));
      const others = bySensor.get(before.sensorId);
      if (others) others.push({ ...due, before });
      else bySensor.set(before.sensorId, [{ ...due, before }]);
    }
    const records = [...bySensor.values()].flatMap((group) => this.#reminderOf(group, atMs));
    return { state, records };
  }

  /** Kept like all else, so that a restart does not wait for a time that was wrong. */
  #rewind(id: string, atMs: number): StateChange[] {
    const before = this.#alert(id);
    if (before?.state !== 'open') return [];
    const { sinceMs, lastAtMs = sinceMs } = before.reminders;
    const times = { sinceMs: Math.min(sinceMs, atMs), lastAtMs: Math.min(lastAtMs, atMs) };
    const alert: Alert = { ...before, reminders: { ...before.reminders, ...times } };
    this.#clock.watch(alert);
    return [alertRow(alert)];
  }

  #reminderOf(group: readonly Reminded[], atMs: number): RequestedRecord[] {
    const [first, ...others] = [...group].sort((a, b) => b.level - a.level || b.waitedMs - a.waitedMs);
    if (!first) return [];
    const { before, level, waitedMs } = first;
    const alert = reminded(before, level, atMs);
    const reminder = alert.reminders.count;
    const isEscalated = level > before.reminders.level;
    const isLast = reminder >= this.#settings.most;
    const told = { reminder, waitedMs, isEscalated, isLast, alsoWaiting: others.length };
    return [alertRecord(alert, 'alert-reminder', told)];
  }

  /** Its row was made by this program; one that cannot be read must not keep a new excursion from being told. */
  #alert(id: string): Alert | undefined {
    try {
      return readAlert(this.#state, id);
    } catch {
      return undefined;
    }
  }
}

function reminded(alert: Alert, level: number, atMs: number): Alert {
  const { sinceMs, count } = alert.reminders;
  return { ...alert, reminders: { sinceMs, count: count + 1, level, lastAtMs: atMs } };
}

/** What was decided without this record is decided no more, which is a record as well. */
function* turned(before: Alert | undefined, alert: Alert): Generator<RequestedRecord> {
  if (!before || alert.state === before.state) return;
  const type = before.state === 'closed' ? 'alert-reopened' : 'alert-evidence-changed';
  yield alertRecord(alert, type, { from: before.state, records: alert.records });
}
