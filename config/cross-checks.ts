// Rules that span sections: names are unique, excursions name temperature sensors, every key has its own file.
// Runs on the plain values beside the schema, so that a slip in one section hides no slip in another.

import { resolve } from 'node:path';
import { defaults } from './defaults.js';
import { deviceFindings } from './device-checks.js';
import { type Finding, finding, repeatedNames } from './finding.js';
import { mqttFindings } from './mqtt-checks.js';
import { RawNode } from './raw-node.js';
import { sensorNames } from './sensor-names.js';

/** All findings of all rules over the plain values of a file in `folder`. */
export function crossFindings(value: unknown, folder: string): Finding[] {
  const root = new RawNode(value);
  return [
    ...repeatedNames(sensorNames(root), 'this id', 'devices and sensors share one space of ids'),
    ...deviceFindings(root),
    ...mqttFindings(root),
    ...root.entries('excursions').flatMap((rule) => excursionFindings(root, rule)),
    ...keyFileFindings(root, folder),
  ];
}

function excursionFindings(root: RawNode, rule: RawNode): Finding[] {
  const findings: Finding[] = [];
  const sensor = rule.child('sensorId');
  const sensors = sensorNames(root).filter((known) => known.measures === 'temperature');
  if (sensor.text !== undefined && !sensors.some((known) => known.name === sensor.text)) {
    const names = sensors.map((known) => known.name).slice(0, 12);
    findings.push(
      finding(sensor, 'no temperature sensor has this id', {
        hint: names.length === 0 ? 'no temperature sensor is configured' : `configured: ${names.join(', ')}`,
      }),
    );
  }
  const low = rule.child('lowMilliC');
  const high = rule.child('highMilliC');
  const example = 'highMilliC: 8000   # 8 degrees Celsius';
  if (!low.isPresent && !high.isPresent) {
    findings.push(finding(high, 'an excursion needs lowMilliC, highMilliC or both', { example }));
  }
  if (low.number !== undefined && high.number !== undefined && low.number >= high.number) {
    const allowed = `less than highMilliC, which is ${high.number}`;
    findings.push(finding(low, 'the low limit is not below the high limit', { allowed }));
  }
  return findings;
}

/** The key that signs, the key that pays and their passphrases: one file for two would undo their separation. */
function keyFileFindings(root: RawNode, folder: string): Finding[] {
  const gateway = root.child('gateway');
  const ledger = root.child('ledger');
  const files: { node: RawNode; fallback: string }[] = [
    { node: gateway.child('keyFile'), fallback: defaults.gateway.keyFile },
    { node: gateway.child('passphraseFile'), fallback: defaults.gateway.passphraseFile },
  ];
  if (ledger.isPresent) {
    files.push(
      { node: ledger.child('payerKeyFile'), fallback: defaults.ledger.payerKeyFile },
      { node: ledger.child('payerPassphraseFile'), fallback: defaults.ledger.payerPassphraseFile },
    );
  }
  return repeatedNames(
    files.map(({ node, fallback }) => ({ node, name: resolve(folder, node.text ?? fallback) })),
    'this file',
    'the device key, the paying key and their passphrases each need a file of their own',
  );
}
