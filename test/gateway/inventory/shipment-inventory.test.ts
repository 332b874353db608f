// `coldgate shipment inventory` over a journal that the log writer has made: sightings as readers tell them, steps as
// people ask for them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram } from '../../../gateway/cli/program.js';
import { inventoryOf } from '../../../gateway/inventory/log-inventory.js';
import { capturedIo } from '../cli/captured-io.js';
import { readings, requestOf } from '../drafts.js';
import { order } from '../retention/pruned-log.js';
import { orderOf, ShipmentOffice } from '../shipments/shipment-office.js';
import { tempFolder } from '../temp-folder.js';
import { journalReaderOf, openTestLog, TestLog } from '../test-log.js';
import { other, pallet, recorded, sighting } from './dock.js';

async function run(...argv: readonly string[]) {
  const io = capturedIo();
  const code = await runProgram(argv, io);
  return { code, out: io.outLines, err: io.errLines.join('\n') };
}

test('what was ordered, seen at loading and seen at unloading, out of the log', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'data'));
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(config, 'gateway: { name: truck-17 }\nmqttIntake: { listen: { port: 1883 } }\n');
  const log = new TestLog(join(folder, 'data')).open();
  const office = new ShipmentOffice();
  const id = { id: 'S1' };
  const inventory = () => run('shipment', 'inventory', 'S1', '-c', config);

  log.writer.seal(
    recorded(office, 'create', orderOf('S1', { loadUnits: [pallet.sscc, '106141412345678915'] }), 0),
  );
  // Before anybody loads anything a tag in the yard is nobody's business.
  log.writer.seal(requestOf([sighting(pallet.epc, 0)]));
  log.writer.seal(recorded(office, 'arm', id, 0));
  expect(await inventory()).toMatchObject({
    code: 0,
    out: [
      'shipment S1, loading: 2 ordered, 0 seen at loading',
      '  106141412345678908  not seen yet',
      '  106141412345678915  not seen yet',
    ],
  });

  log.writer.seal(
    requestOf([sighting(pallet.epc, 1, 'S1'), sighting(other.epc, 1), sighting(pallet.epc, 1, 'S2')]),
  );
  log.writer.seal(recorded(office, 'depart', id, 2));
  const gone = await inventory();
  expect(gone.code).toBe(1);
  expect(gone.out).toContain('  106141412345678915  ordered, seen nowhere');
  expect(gone.out.filter((line) => line.endsWith('seen, not ordered'))).toHaveLength(1);

  // Seen under way, hours before the arrival: that is no unloading.
  log.writer.seal(requestOf([sighting(pallet.epc, 3, 'S1')]));
  log.writer.seal(recorded(office, 'deliver', id, 9));
  const { code, out } = await inventory();
  expect(code).toBe(1);
  expect(out[0]).toBe('shipment S1, delivered: 2 ordered, 1 seen at loading, 0 seen at unloading');
  expect(out).toContain('  106141412345678908  not seen at unloading, but before');
  log.close();
});

test('a shipment that nobody knows is told so', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'data'));
  const config = join(folder, 'coldgate.yaml');
  writeFileSync(config, 'gateway: { name: truck-17 }\nmqttIntake: { listen: { port: 1883 } }\n');
  new TestLog(join(folder, 'data')).open().close();
  expect(await run('shipment', 'inventory', 'S9', '-c', config)).toMatchObject({
    code: 1,
    err: expect.stringContaining('SHIPMENT_UNKNOWN'),
  });
});

test('what is seen behind the last record of a shipment is not its own, also where that record was deleted', () => {
  const log = openTestLog();
  log.writer.seal(requestOf(readings(300).map((draft) => ({ ...draft, shipmentName: 'S1' }))));
  // A gap that reaches further than the shipment.
  log.writer.seal(requestOf(readings(300)));
  log.writer.seal(requestOf([sighting(pallet.epc, 1), ...readings(200)]));
  const look = () => inventoryOf(journalReaderOf(log), 'S1', [pallet.sscc]).missing;
  expect(look()).toEqual([pallet.sscc]);
  expect(order(log, 0, 600)).toBe(true);
  expect(look()).toEqual([pallet.sscc]);
});
