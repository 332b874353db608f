// One role ends again and again: its port is taken by another program. The others go on as if nothing were, and it is tried
// ever more seldom.

import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { recordKinds } from '../../ledger-sync/evidence/record.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runAllRoles } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { SensorLoad } from './sensor-load.js';

const SENSORS = ['front', 'rear'];
const CRASHES = 3;

test('a console that ends at each start takes nothing from the gateway role, and is tried ever more seldom', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
  appendFileSync(folder.config, `console: { listen: { host: 127.0.0.1, port: ${port} } }\n`);
  const gateway = runAllRoles(folder.config);
  const load = new SensorLoad(SENSORS);
  onTestFinished(() => load.disconnect());
  load.connect(await gateway.brokerPort());
  const crashes = () =>
    gateway.lines.filter(({ msg, role }) => role === 'console' && msg.includes('is started again'));
  const acknowledged: number[] = [];
  await eventually(
    'the console ended some times',
    () => {
      if (crashes().length > acknowledged.length) acknowledged.push(load.acknowledged);
      return acknowledged.length > CRASHES;
    },
    60_000,
  );
  load.pause();
  await eventually('all acknowledged', () => load.pending === 0);
  expect(gateway.plain.join('\n')).toContain('[CONSOLE_PORT_TAKEN]');
  const delays = crashes().map(({ restartMs }) => Number(restartMs));
  expect(delays.slice(0, 3)).toEqual([500, 1000, 2000]);
  for (const [at, count] of acknowledged.entries())
    if (at > 0) expect(count).toBeGreaterThan(acknowledged[at - 1] ?? 0);
  expect(gateway.lines.filter(({ msg }) => msg === 'gateway role started')).toHaveLength(1);
  expect(await gateway.stop()).toBe(0);
  const audit = auditJournal(folder.journal);
  expect(load.compare(audit.readings)).toMatchObject({ lost: 0, unexplained: 0 });
  expect(audit.count(recordKinds.dataLoss)).toBe(0);
}, 120_000);
