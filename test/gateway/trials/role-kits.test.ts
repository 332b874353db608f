// Kits in the gateway role as it is put together: requests through the journal, readings through the judges, and what is told
// over a restart. On the machine's own clock, within a second.

import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../config/load.js';
import { systemClock } from '../../../firmware-bridge/clock.js';
import { noUse } from '../../../gateway/excursions/kit-use.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { RequestRows } from '../../../gateway/journal/request-rows.js';
import { RoleJudges } from '../../../gateway/role-judges.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import type { LogPipeline } from '../../../gateway/sealing/log-pipeline.js';
import { type Kit, kitRow, parseKit } from '../../../gateway/trials/kit.js';
import { trialRecords } from '../../../gateway/trials/trial-records.js';
import { termsRow } from '../../../gateway/trials/trial-terms.js';
import { toHex } from '../../../ledger-sync/evidence/bytes.js';
import { requestOf } from '../drafts.js';
import { pipelineOver } from '../pipeline-over.js';
import { quietLog } from '../quiet-log.js';
import { orderOf } from '../shipments/shipment-office.js';
import { openTestLog, type TestLog } from '../test-log.js';

const kits = ['0172945513', '3390127764'] as const;

function role(log: TestLog) {
  const text = `
gateway: { name: g, dataDir: ${join(log.path, '..')} }
mqttIntake:
  listen: { port: 1883 }
  sensors: [ { topic: t, mapping: generic, values: [ { sensorId: cargo, path: '$.value', unit: milli-celsius } ] } ]
`;
  const journal = new JournalReader(log.path);
  const rows = new RequestRows(log.path, 'peer');
  const size = journal.log.latestCheckpoint()?.size ?? 0;
  const judges = new RoleJudges({
    ...{ config: parseConfig(text, 'coldgate.yaml'), journal, bootCount: 1, size },
    clock: { trust: 2, placed: (at) => at, now: () => systemClock.now() },
    log: quietLog().log,
  });
  const pipeline: LogPipeline = pipelineOver(log, {
    size,
    onSealed: (receipt) => judges.sealed(receipt, pipeline),
  });
  const { desk, late } = judges.behind({
    pipeline,
    requests: rows,
    onRequest: () => {},
    configuration: undefined,
  });
  const close = () => {
    late.close();
    journal.close();
    rows.close();
  };
  onTestFinished(close);
  const tick = async () => {
    pipeline.add(judges.judging.tick(judges.base(), pipeline.nextSequence));
    await pipeline.drain();
  };
  const ask = async (kind: string, document: DetailDocument) => {
    const id = rows.add(kind, JSON.stringify(document), undefined, Date.now());
    desk.look();
    await pipeline.drain();
    const told = JSON.parse(rows.outcome(id)?.outcome ?? '{}');
    expect(told, `${kind}: ${told.reason}`).toMatchObject({ ok: true });
  };
  const read = async (value: number) => {
    pipeline.add(judges.judging.take([{ ...judges.base(), kind: 1, subjectName: 'cargo', value }]));
    await pipeline.drain();
  };
  const kit = (number: string): Kit => parseKit(judges.state.get(`kit/${number}`) ?? '');
  return { tick, ask, read, kit, journal, close };
}

test('the gateway role loads, watches, states and sets kits aside, and goes on after a restart', async () => {
  const log = openTestLog();
  const address = `0x${toHex(log.signer.address)}`;
  const terms = {
    ...{ trial: 'EX-301', lowMilliC: 2000, highMilliC: 8000, warmMinutes: 60, coldMinutes: 60 },
    ...{ origin: address, gateways: [address] },
  };
  const fresh = kits.map((kit): Kit => ({ kit, trial: 'EX-301', condition: 'usable', used: noUse, legs: 0 }));
  log.writer.seal(requestOf([], { judgeState: [termsRow(terms), ...fresh.map(kitRow)] }));
  const first = role(log);
  await first.ask('shipment.create', orderOf('S-1', { probes: ['cargo'] }));
  await first.ask('trial.load', { shipment: 'S-1', kits: [...kits] });
  for (const step of ['arm', 'depart']) await first.ask(`shipment.${step}`, { id: 'S-1' });
  await first.read(5000);
  await first.tick();
  await first.read(9000);
  expect(first.kit(kits[0])).toMatchObject({ place: { shipment: 'S-1', isBegun: true } });
  first.close();

  const second = role(log);
  await second.tick();
  await second.ask('trial.set-aside', { kits: [kits[1]], reason: 'seal broken' });
  await second.tick();
  expect(second.kit(kits[1])).toMatchObject({ condition: 'quarantined', quarantine: 'kits-q1' });
  await second.ask('shipment.deliver', { id: 'S-1' });
  await second.tick();
  const closedMs = Date.now();
  const { used, legs, place } = second.kit(kits[0]);
  expect({ legs, place }).toEqual({ legs: 1, place: undefined });
  // Measured, and not as if nobody had.
  expect(used.warmMs).toBeGreaterThan(0);
  const statement = trialRecords(second.journal, 'EX-301').at(-1)?.document;
  expect(statement).toMatchObject({
    type: 'trial-leg',
    kits: [
      [kits[0], used.warmMs, 0, used.unknownMs, 1, 'usable'],
      [kits[1], used.warmMs, 0, used.unknownMs, 1, 'quarantined'],
    ],
  });
  // A busy machine closes the leg a while after the delivery was asked for. Each clock rounds to a millisecond.
  expect(used.warmMs + used.unknownMs).toBeLessThanOrEqual(closedMs - Number(statement?.fromMs) + 5);
  const alerts = second.journal.judgeStates().get('alert/kits-q1');
  expect(JSON.parse(alerts ?? '{}')).toMatchObject({ source: 'kits', state: 'open' });
});
