// The card fails to make data durable, once (strace lets one fsync of the WAL return EIO). The outcome of that
// commit is unknown: the role must not go on as if nothing had been, and the next start looks at what is there.

import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../firmware-bridge/eventually.js';
import { tempFolder } from '../gateway/temp-folder.js';
import { makeGatewayFolder } from './gateway-folder.js';
import { runGateway, runGatewayBehind } from './gateway-process.js';
import { auditJournal } from './journal-audit.js';
import { SensorLoad } from './sensor-load.js';
import { canTrace, TRACER } from './tracer.js';

const SENSORS = ['front'];
const CANNOT_RUN = 3;

describe.runIf(canTrace())('a failed fsync', () => {
  test.each([16, 40])(
    'number %i ends the role with a reason; nothing acknowledged is lost',
    async (nth) => {
      const folder = await makeGatewayFolder(tempFolder(), { sensorIds: SENSORS });
      // -D: the tracer is the grandchild, so that the gateway itself is the child that a test can end.
      const tracer = [TRACER, '-D', '-f', '-qq', '-o', '/dev/null', '-P', `${folder.journal}-wal`];
      const fault = ['-e', 'trace=fsync', '-e', `inject=fsync:error=EIO:when=${nth}`];
      const gateway = runGatewayBehind([...tracer, ...fault], folder.config);
      const load = new SensorLoad(SENSORS);
      onTestFinished(() => load.disconnect());
      load.connect(await gateway.brokerPort());
      expect(await gateway.exitCode()).toBe(CANNOT_RUN);
      expect(gateway.plain.join('\n')).toMatch(
        /^coldgate: .* \[FSYNC_FAILED\]\n {2}hint: replace the card.*$/,
      );
      load.disconnect();

      const next = runGateway(folder.config);
      load.connect(await next.brokerPort());
      load.pause();
      await eventually('all acknowledged', () => load.pending === 0);
      expect(await next.stop()).toBe(0);
      const comparison = load.compare(auditJournal(folder.journal).readings);
      expect(comparison).toMatchObject({ lost: 0, unexplained: 0 });
      expect(comparison.acknowledged).toBeGreaterThan(0);
    },
    60_000,
  );
});
