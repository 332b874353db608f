// All that is told to brokers, put together as the gateway role does.

import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import { OwnCheckpoints } from '../../../gateway/publish/own-checkpoints.js';
import { type PublishingParts, startPublishing } from '../../../gateway/publish/publishing.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { eventually } from '../../firmware-bridge/eventually.js';
import { draftWith, requestOf } from '../drafts.js';
import { pagesAt } from '../publisher-bench.js';
import { startTestBroker } from '../test-broker.js';
import { journalReaderOf, openTestLog } from '../test-log.js';

test('a broker that comes late is not told names that others heard before they were erased', async () => {
  const [early, late] = [await startTestBroker(), await startTestBroker()];
  await late.kill();
  const brokers = Object.entries({ early, late })
    .map(([name, { port }]) => `{ name: ${name}, url: 'mqtt://127.0.0.1:${port}' }`)
    .join(', ');
  const text = `gateway: { name: truck-17, dataDir: /data }\npublish: { brokers: [${brokers}] }\n`;
  const log = openTestLog();
  const publishing = startPublishing({
    config: parseConfig(text, 'coldgate.yaml'),
    journal: journalReaderOf(log),
    pipeline: { saveCursor: () => {} },
    log: pino({ level: 'silent' }),
    own: new OwnCheckpoints(),
    requests: { attach: () => {} },
    state: new StateStore(new Map()),
  } as unknown as PublishingParts);
  onTestFinished(() => publishing.close());
  const shipmentName = 'SHIP-1';
  const tag = { subjectName: 'KIT-0001', isSalted: true, shipmentName };
  publishing.pump(log.writer.seal(requestOf([draftWith(tag), draftWith({ subjectName: 'cargo-rear' })])));
  const told = (broker: typeof early) => JSON.stringify(pagesAt(broker));
  await eventually('the early broker has it', () => pagesAt(early).length > 0);
  expect(told(early)).toContain('KIT-0001');

  publishing.pump(log.writer.seal(requestOf([draftWith()], { erases: [shipmentName] })));
  await late.start();
  await eventually('the late broker has it', () => pagesAt(late).length > 0);
  expect(told(late)).toContain('cargo-rear');
  expect(told(late)).not.toContain('KIT-0001');
});
