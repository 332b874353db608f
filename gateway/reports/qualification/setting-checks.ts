// The configuration and what it names: keys and their rights, ports, the clock and its zone.

import { existsSync, statSync } from 'node:fs';
import type { Config } from '../../../config/schema.js';
import { parseTcpAddress } from '../../../firmware-bridge/transport/tcp-transport.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { machineTime } from '../../clock/machine-time.js';
import { configWarnings, secretFileProblems } from '../../configuration/named-files.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import { readKeyFileAddress } from '../../sealing/key-file.js';
import { type Examination, type Finding, notApplicable, passed, passedIf } from './check.js';
import { answersAt } from './tcp-answer.js';

/** Read or written by others than their owner. */
const OTHERS = 0o077;
/** Nothing was built before it: a clock that says so was never set. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

/** @param journal undefined: there is none yet */
export function settingChecks(
  config: Config,
  journal: JournalReader | undefined,
  nowMs: number,
): Examination[] {
  return [
    {
      id: 'IQ-08',
      title: 'Configuration',
      expected: 'has no problem; warnings are named',
      look: () => configurationFinding(config),
    },
    {
      id: 'IQ-09',
      title: 'Files with secrets',
      expected: 'are read by their owner alone (mode 0600)',
      look: () => modeFinding(config),
    },
    {
      id: 'IQ-10',
      title: 'Device key',
      expected: 'is the one that signed the journal',
      look: () => {
        const { address } = readKeyFileAddress(config.gateway.keyFile);
        if (!journal) return passed(`${address}; there is no journal yet`);
        const signer = `0x${toHex(journal.gateway)}`;
        return passedIf(address.toLowerCase() === signer, `key ${address}, journal ${signer}`);
      },
    },
    {
      id: 'IQ-11',
      title: 'Ports of devices',
      expected: 'are there, or answer',
      look: () => portFinding(config),
    },
    {
      id: 'IQ-12',
      title: 'Clock and time zone',
      expected: 'the clock is trusted and plausible; records are UTC in every zone',
      look: () => {
        const { trust } = machineTime(config, (key) => journal?.judgeState(key));
        const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        const words = ['unsynchronised', 'holdover', 'synchronised'][trust] ?? String(trust);
        const found = `${words} (trust: ${config.clock.trust}), zone ${zone}, now ${new Date(nowMs).toISOString()}`;
        return passedIf(trust > 0 && nowMs >= EARLIEST_MS, found);
      },
    },
  ];
}

function configurationFinding(config: Config): Finding {
  const problems = secretFileProblems(config);
  const warnings = configWarnings(config);
  const told = [...problems, ...warnings].map(({ path, message }) => `${path}: ${message}`);
  const found = told.length === 0 ? 'no problem, no warning' : told.join('; ');
  return passedIf(problems.length === 0, found);
}

function modeFinding({ gateway, ledger }: Config): Finding {
  const files = [gateway.keyFile, gateway.passphraseFile, ledger?.payerKeyFile, ledger?.payerPassphraseFile];
  const modes = files.flatMap((file) => {
    if (file === undefined) return [];
    const mode = statSync(file).mode & 0o777;
    return [{ file, mode }];
  });
  const open = modes.filter(({ mode }) => (mode & OTHERS) !== 0);
  const text = ({ file, mode }: (typeof modes)[number]) => `${file} ${mode.toString(8).padStart(4, '0')}`;
  return passedIf(open.length === 0, (open.length === 0 ? modes : open).map(text).join('; '));
}

async function portFinding({ devices }: Config): Promise<Finding> {
  const ports = devices.flatMap((device) =>
    'port' in device && typeof device.port === 'string' ? [{ id: device.id, port: device.port }] : [],
  );
  if (ports.length === 0) return notApplicable('no device with a port is configured');
  const found: string[] = [];
  let isWhole = true;
  for (const { id, port } of ports) {
    const address = parseTcpAddress(port);
    const isThere = address ? await answersAt(address.host, address.port) : existsSync(port);
    isWhole &&= isThere;
    found.push(`${id} ${port} ${isThere ? 'there' : 'NOT THERE'}`);
  }
  return passedIf(isWhole, found.join('; '));
}
