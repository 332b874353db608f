// An alert in lines for a person. Names and reasons come from people and devices: nothing in them may command the
// terminal.

import { printable } from '../../ledger-sync/evidence/printable.js';
import type { Alert } from './alert.js';
import { evidenceOf } from './alert-evidence.js';
import type { PlacedAlert } from './placed-alert.js';

const wide = (label: string) => label.padEnd(12);
/** A row may hold any number; a time that no calendar has must not end the whole list. */
const time = (atMs: number) => {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? `${atMs} ms` : date.toISOString();
};

function celsius(milliC: unknown): string | undefined {
  return typeof milliC === 'number' ? `${(milliC / 1000).toFixed(3)} degC` : undefined;
}

function matterLines({ matter }: Alert): string[] {
  const { rule, ruleId, side, cause, profile, profileVersion, profileHash, condition, reason } = matter;
  const mkt = typeof matter.mktMicroC === 'number' ? celsius(matter.mktMicroC / 1000) : undefined;
  const [limit, extreme] = [celsius(matter.limitMilliC), celsius(matter.extremeMilliC)];
  const told = (label: string, ...words: (string | number | undefined)[]) =>
    words.some((word) => word !== undefined)
      ? [
          `${wide(label)}${words.flatMap((word) => (word === undefined ? [] : [printable(String(word))])).join(', ')}`,
        ]
      : [];
  const hash = profileHash === undefined ? undefined : `sha-256 ${profileHash}`;
  return [
    ...told('condition', condition, reason),
    ...told('rule', ruleId ?? rule, side, cause, limit === undefined ? undefined : `limit ${limit}`),
    ...told('extreme', extreme),
    ...told('mkt', mkt),
    ...told('profile', profile, profileVersion, hash),
  ];
}

/** The judges know better when it began and ended than the records that tell of it. */
function windowText(alert: PlacedAlert): string {
  const { recordedFromMs } = alert;
  return `${trueWindowText(alert)}${recordedFromMs === undefined ? '' : ` (recorded as ${time(recordedFromMs)})`}`;
}

function trueWindowText({ openedAtMs, endedAtMs, isOngoing, matter }: Alert): string {
  const fromMs = typeof matter.startedAtMs === 'number' ? matter.startedAtMs : openedAtMs;
  if (isOngoing) return `from ${time(fromMs)}, goes on`;
  if (endedAtMs === undefined) return `at ${time(fromMs)}`;
  const toMs = typeof matter.endedAtMs === 'number' ? matter.endedAtMs : endedAtMs;
  return `from ${time(fromMs)} to ${time(toMs)}`;
}

function evidenceLines(alert: Alert): string[] {
  const { records, firstSequence, lastSequence, checkpoint, pending } = alert;
  if (firstSequence === undefined || lastSequence === undefined || !checkpoint) {
    return [`${wide('evidence')}${records} records, not in a signed log yet`];
  }
  const waiting = pending ? `; ${pending.records} more, not in a signed log yet` : '';
  return [
    `${wide('evidence')}${records} records, sequence ${firstSequence} to ${lastSequence}${waiting}`,
    `${wide('')}log of ${checkpoint.size} records, root ${checkpoint.root}`,
  ];
}

function judgementLines(alert: Alert): string[] {
  const { assessment, signatures, state } = alert;
  const { hash } = evidenceOf(alert) ?? {};
  return [
    ...(assessment
      ? [
          `${wide('assessed')}${assessment.result} by ${printable(assessment.printedName)} (${printable(assessment.by)}) at ${time(assessment.atMs)}: ${printable(assessment.why)}`,
        ]
      : []),
    ...signatures.map(
      ({ meaning, by, printedName, atMs, boundTo }) =>
        `${wide('signed')}${meaning} by ${printable(printedName)} (${printable(by)}) at ${time(atMs)}, sha-256 ${boundTo}`,
    ),
    ...(hash !== undefined && state === 'assessed' ? [`${wide('to sign')}sha-256 ${hash}`] : []),
  ];
}

/** One screen on one alert. */
export function alertLines(alert: PlacedAlert): string[] {
  const { id, state, severity, source, sensorId, shipment, reminders, history } = alert;
  return [
    `${wide('alert')}${printable(id)}: ${state}`,
    `${wide('what')}${source}, ${severity}`,
    `${wide('probe')}${printable(sensorId)}${shipment === undefined ? '' : `, shipment ${printable(shipment)}`}`,
    `${wide('window')}${windowText(alert)}`,
    ...matterLines(alert),
    ...evidenceLines(alert),
    ...(reminders.count > 0 ? [`${wide('reminded')}${reminders.count} times, level ${reminders.level}`] : []),
    ...judgementLines(alert),
    ...history.map(
      ({ atMs, by, action, why }) =>
        `${wide(time(atMs))}  ${action} by ${printable(by)}${why === undefined ? '' : `: ${printable(why)}`}`,
    ),
  ];
}

/** One line on one alert. */
export function alertLine(alert: PlacedAlert): string {
  const { id, state, severity, source, sensorId, reminders } = alert;
  const level = reminders.level > 1 ? `  level ${reminders.level}` : '';
  return `${printable(id)}  ${state}  ${severity}  ${source}  ${printable(sensorId)}  ${windowText(alert)}${level}`;
}
