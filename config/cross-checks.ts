// Rules that span sections: names are unique, every key has its own file.
// Runs on the plain values beside the schema, so that a slip in one section hides no slip in another.

import { resolve } from 'node:path';
import { consoleFindings } from './console-schema.js';
import { defaults } from './defaults.js';
import { deviceFindings } from './device-checks.js';
import { excursionFindings } from './excursion-checks.js';
import { type Finding, named, repeatedNames } from './finding.js';
import { mqttFindings } from './mqtt-checks.js';
import { RawNode } from './raw-node.js';
import { retentionFindings } from './retention-schema.js';
import { sensorNames } from './sensor-names.js';
import { webhookFindings } from './webhook-schema.js';

/** All findings of all rules over the plain values of a file in `folder`. */
export function crossFindings(value: unknown, folder: string): Finding[] {
  const root = new RawNode(value);
  return [
    ...repeatedNames(sensorNames(root), 'this id', 'devices and sensors share one space of ids'),
    ...deviceFindings(root),
    ...mqttFindings(root),
    ...excursionFindings(root, folder),
    ...repeatedNames(
      commandKeyNames(root),
      'this key name',
      'a command says by its name which key signed it',
    ),
    ...webhookFindings(root),
    ...consoleFindings(root),
    ...retentionFindings(root),
    ...keyFileFindings(root, folder),
  ];
}

const commandKeyNames = (root: RawNode) => named(root.entries('commands').map((key) => key.child('name')));

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
