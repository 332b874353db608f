// Every flush of the card takes longer than the SD specification allows a write (strace delays each fsync). Readings are
// acknowledged later and none is lost, and people hear that the card is slow.

import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../config/load.js';
import { readStatus } from '../../gateway/status-report.js';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runGatewayBehind } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { SensorLoad } from './sensor-load.js';
import { canTrace, TRACER } from './tracer.js';

const SENSORS = ['front'];
const DELAY_US = 300_000;

test.runIf(canTrace())(
  'a slow card is an alert, and costs no reading',
  async () => {
    const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
    const tracer = [TRACER, '-D', '-f', '-qq', '-o', '/dev/null', '-P', `${folder.journal}-wal`];
    const delay = ['-e', 'trace=fsync', '-e', `inject=fsync:delay_enter=${DELAY_US}`];
    const gateway = runGatewayBehind([...tracer, ...delay], folder.config);
    const load = new SensorLoad(SENSORS);
    onTestFinished(() => load.disconnect());
    load.connect(await gateway.brokerPort());
    const said = await gateway.line('SLOW_CARD');
    expect(said.hint).toContain('replace it soon');
    expect(Number(said.medianMs)).toBeGreaterThanOrEqual(DELAY_US / 1000);
    await eventually('the alert stands', () =>
      readStatus(loadConfig(folder.config)).alerts.some(({ id }) => id === 'gateway-slow-card'),
    );
    load.pause();
    await eventually('all acknowledged', () => load.pending === 0);
    expect(await gateway.stop()).toBe(0);
    expect(load.compare(auditJournal(folder.journal).readings)).toMatchObject({ lost: 0, unexplained: 0 });
  },
  120_000,
);
