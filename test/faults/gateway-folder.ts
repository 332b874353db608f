// A folder as an operator has it: configuration, device key, passphrase. What the gateway publishes, which sensors
// and devices it has, is the test's to say.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { journalPathOf } from '../../gateway/journal/paths.js';
import { createKeyFile, createPassphraseFile } from '../../gateway/sealing/key-file.js';

export interface GatewaySetup {
  /** Topic sensors/ID each, a JSON object with the milli-degrees in `value`. */
  readonly sensorIds?: readonly string[];
  /** YAML lines below `devices:`. */
  readonly devices?: readonly string[];
  /** YAML lines below `publish.brokers:`. Default: the embedded one. */
  readonly brokers?: readonly string[];
  readonly windowMs?: number;
  /** Fields of `clock:`. Default: trusted, since what a machine without a time service says is not what most tests are about. */
  readonly clock?: string;
  /** Where the log lies, if not beside the keys. */
  readonly dataDir?: string;
}

export const GATEWAY_NAME = 'faults';
export const topicOf = (sensorId: string): string => `sensors/${sensorId}`;

function yamlOf(setup: GatewaySetup, dataDir: string): string {
  const sensors = (setup.sensorIds ?? []).map(
    (id) =>
      `    - { topic: ${topicOf(id)}, mapping: generic, values: [ { sensorId: ${id}, path: '$.value', unit: milli-celsius } ] }`,
  );
  const brokers = setup.brokers ?? ['{ name: local, url: embedded }'];
  const list = (lines: readonly string[], indent: string) => lines.map((line) => `${indent}- ${line}`);
  return [
    `gateway: { name: ${GATEWAY_NAME}, dataDir: ${dataDir} }`,
    `commit: { windowMs: ${setup.windowMs ?? 0} }`,
    ...(setup.devices ? ['devices:', ...list(setup.devices, '  ')] : []),
    `clock: { ${setup.clock ?? 'trust: synchronised'} }`,
    'mqttIntake:',
    '  listen: { host: 127.0.0.1, port: 0 }',
    // The load of a test is no truck's.
    '  limits: { messagesPerSecond: 100000 }',
    ...(sensors.length > 0 ? ['  sensors:', ...sensors] : []),
    ...(brokers.length > 0 ? ['publish:', '  brokers:', ...list(brokers, '    ')] : []),
    '',
  ].join('\n');
}

export class GatewayFolder {
  readonly path: string;
  readonly config: string;
  readonly keyFile: string;
  readonly passphraseFile: string;
  readonly dataDir: string;

  constructor(path: string, dataDir = join(path, 'data')) {
    this.path = path;
    this.config = join(path, 'coldgate.yaml');
    this.keyFile = join(path, 'keys', 'device-key.json');
    this.passphraseFile = join(path, 'keys', 'passphrase');
    this.dataDir = dataDir;
  }

  get journal(): string {
    return journalPathOf(this.dataDir);
  }

  /** Writes the configuration anew. */
  configure(setup: GatewaySetup): void {
    writeFileSync(this.config, yamlOf(setup, this.dataDir));
  }

  /** Makes a device key with its passphrase. */
  async makeKeys(): Promise<void> {
    mkdirSync(join(this.path, 'keys'), { recursive: true, mode: 0o700 });
    await createKeyFile(this.keyFile, createPassphraseFile(this.passphraseFile));
  }
}

/** Makes the folder's content below `path`. */
export async function makeGatewayFolder(path: string, setup: GatewaySetup): Promise<GatewayFolder> {
  const folder = new GatewayFolder(path, setup.dataDir);
  await folder.makeKeys();
  folder.configure(setup);
  return folder;
}
