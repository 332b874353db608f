// Rules that span sections, for judging: probes exist, limits or a profile that can be read, contacts that are doors.

import { loadAlarmProfile } from './alarm-profile-load.js';
import { ConfigError } from './config-error.js';
import { type Finding, finding, repeatedNames } from './finding.js';
import type { RawNode } from './raw-node.js';
import { type SensorName, sensorNames } from './sensor-names.js';

/** All findings about `excursions`, `calibrations`, `sensorChecks` and `contacts` of a file in `folder`. */
export function excursionFindings(root: RawNode, folder: string): Finding[] {
  const sensors = sensorNames(root);
  const probes = sensors.filter(({ measures }) => measures === 'temperature');
  const doors = sensors.filter(({ measures }) => measures === 'door');
  const ofProbe = (node: RawNode) => unknownSensor(node, probes, 'temperature sensor');
  const rules = root.entries('excursions');
  const calibrations = root.entries('calibrations').map((entry) => entry.child('sensorId'));
  const checks = root.entries('sensorChecks');
  const contacts = root.entries('contacts');
  return [
    ...rules.flatMap((rule) => [...ofProbe(rule.child('sensorId')), ...ruleFindings(rule, folder)]),
    ...calibrations.flatMap(ofProbe),
    ...repeatedNames(calibrations.flatMap(named), 'this probe', 'a probe has one certificate at a time'),
    ...checks.flatMap((check) => [check.child('sensorId'), ...check.entries('siblings')].flatMap(ofProbe)),
    ...repeatedNames(
      checks.flatMap((check) => named(check.child('sensorId'))),
      'this probe',
      'say all about a probe in one entry',
    ),
    ...contacts.flatMap((contact) => [
      ...unknownSensor(contact.child('sensorId'), doors, 'door sensor'),
      ...contact.entries('probes').flatMap(ofProbe),
    ]),
  ];
}

const named = (node: RawNode) => (node.text === undefined ? [] : [{ node, name: node.text }]);

function unknownSensor(sensor: RawNode, known: readonly SensorName[], what: string): Finding[] {
  if (sensor.text === undefined || known.some(({ name }) => name === sensor.text)) return [];
  const names = known.map(({ name }) => name).slice(0, 12);
  const hint = names.length === 0 ? `no ${what} is configured` : `configured: ${names.join(', ')}`;
  return [finding(sensor, `no ${what} has this id`, { hint })];
}

function ruleFindings(rule: RawNode, folder: string): Finding[] {
  const low = rule.child('lowMilliC');
  const high = rule.child('highMilliC');
  const profile = rule.child('profile');
  const example = 'highMilliC: 8000   # 8 degrees Celsius';
  if (profile.isPresent) {
    const beside = [low, high, rule.child('delayMs'), rule.child('maxGapMs')].filter(
      (node) => node.isPresent,
    );
    return [
      ...beside.map((node) =>
        finding(node, 'the profile says this already', { hint: 'leave one of the two out' }),
      ),
      ...(profile.text === undefined ? [] : unreadable(profile, profile.text, folder)),
    ];
  }
  const findings: Finding[] = [];
  if (!low.isPresent && !high.isPresent) {
    findings.push(finding(high, 'an excursion needs a profile, lowMilliC, highMilliC or both', { example }));
  }
  if (low.number !== undefined && high.number !== undefined && low.number >= high.number) {
    const allowed = `less than highMilliC, which is ${high.number}`;
    findings.push(finding(low, 'the low limit is not below the high limit', { allowed }));
  }
  return findings;
}

function unreadable(node: RawNode, nameOrFile: string, folder: string): Finding[] {
  try {
    loadAlarmProfile(nameOrFile, folder);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [finding(node, error.message, { hint: error.hint })];
  }
}
