// A departure and a delivery are compared once each, whatever ends the role in between, and a difference is an alert.
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { InventoryWatch } from '../../../gateway/inventory/inventory-watch.js';
import { JournalReader } from '../../../gateway/journal/journal-reader.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import { readAlerts } from '../../../gateway/reviews/alert.js';
import { AlertDesk } from '../../../gateway/reviews/alert-desk.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { decodeRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { draftWith, requestOf } from '../drafts.js';
import { orderOf, ShipmentOffice } from '../shipments/shipment-office.js';
import { tempFolder } from '../temp-folder.js';
import { TestLog } from '../test-log.js';
import { pallet, recorded, sighting } from './dock.js';

/** Never seen by anybody. */
const absent = '106141412345678915';
const id = { id: 'S1' };

/** The role's part: ticks, each one commit; `restart` begins anew from what is on disk. */
class Dock {
  readonly log = new TestLog(tempFolder()).open();
  readonly office = new ShipmentOffice();
  readonly #journal = new JournalReader(this.log.path);
  #watch = new InventoryWatch(this.#journal, this.office.state);
  #alerts = new AlertDesk(this.office.state, 0);

  constructor(loadUnits: readonly string[]) {
    onTestFinished(() => {
      this.#journal.close();
      this.log.close();
    });
    this.log.writer.seal(recorded(this.office, 'create', orderOf('S1', { loadUnits }), 0));
  }

  step(step: 'arm' | 'depart' | 'deliver', hours: number): this {
    this.log.writer.seal(recorded(this.office, step, id, hours));
    return this;
  }

  see(epc: string, ...hours: number[]): this {
    this.log.writer.seal(requestOf(hours.map((hour) => sighting(epc, hour, 'S1'))));
    return this;
  }

  tick(times = 1): this {
    for (let round = 0; round < times; round += 1) this.#commit();
    return this;
  }

  /** The role is killed after it has decided and before anything was written. */
  cutTick(): this {
    this.#watch.tick(draftWith());
    return this.restart();
  }

  restart(): this {
    const stored = new StateStore(this.#journal.judgeStates());
    for (const [key] of this.office.state.entries('')) this.office.state.apply([[key, stored.get(key)]]);
    this.#watch = new InventoryWatch(this.#journal, this.office.state);
    this.#alerts = new AlertDesk(this.office.state, 0);
    return this;
  }

  /** Documents of all comparisons in the log. */
  told(): DetailDocument[] {
    const { reader } = this.log;
    return reader.leaves(0, 1000).flatMap((leaf) => {
      const { kind, sequence } = decodeRecord(leaf);
      const text = kind === recordKinds.shipmentEvent ? reader.detail(sequence) : undefined;
      const document: DetailDocument = JSON.parse(text ?? '{}');
      return document.type === 'inventory' ? [document] : [];
    });
  }

  alerts() {
    return readAlerts(this.office.state);
  }

  #commit(): void {
    const { drafts, judgeState } = this.#watch.tick(draftWith());
    const rows = [...judgeState];
    this.office.state.apply(judgeState);
    for (const draft of drafts) {
      const { state } = this.#alerts.see(draft);
      this.office.state.apply(state);
      rows.push(...state);
    }
    if (drafts.length + rows.length > 0) this.log.writer.seal(requestOf([...drafts], { judgeState: rows }));
  }
}

test('what is missing at the departure is a record and an alert, and seen at last it is over', () => {
  const dock = new Dock([pallet.sscc]).step('arm', 0).step('depart', 1).tick(3);
  expect(dock.told()).toMatchObject([
    {
      ...{ case: 'inventory-1', event: 'differs', compared: 'departure', severity: 'major' },
      ...{
        orderedUnits: 1,
        seenUnits: 0,
        missing: [pallet.sscc],
        notLoaded: [],
        notUnloaded: [],
        notOrdered: [],
      },
      // No round of a reader: it is as likely missed as left behind.
      ...{ rounds: 0, missedPermille: 1000 },
    },
  ]);
  expect(dock.alerts()).toMatchObject([
    {
      ...{ id: 'inventory-1', source: 'inventory', state: 'open', isOngoing: true, severity: 'major' },
      ...{ shipment: 'S1', sensorId: 'inventory', matter: { missing: pallet.sscc, orderedUnits: 1 } },
    },
  ]);
  dock.see(pallet.epc, 5).step('deliver', 5).tick(3);
  expect(dock.told()[1]).toMatchObject({
    event: 'agrees',
    before: 'differs',
    compared: 'delivery',
    missing: [],
  });
  expect(dock.alerts()).toMatchObject([
    { state: 'open', isOngoing: false, records: 2, matter: { missing: '' } },
  ]);
  expect(dock.office.state.entries('inventory/')).toEqual([]);
});

test('a shipment that goes as ordered is told as such, without an alert', () => {
  const dock = new Dock([pallet.sscc]).step('arm', 0).see(pallet.epc, 0.5).step('depart', 1).tick(2);
  dock.see(pallet.epc, 5).step('deliver', 5).tick(2);
  expect(dock.told().map(({ event, compared }) => [event, compared])).toEqual([
    ['agrees', 'departure'],
    ['agrees', 'delivery'],
  ]);
  expect(dock.alerts()).toEqual([]);
});

test('a unit that was seen before is not missing; the more rounds of the reader, the graver it is', () => {
  const few = new Dock([pallet.sscc]).see(pallet.epc, 0).step('arm', 0).step('depart', 1).tick(2);
  expect(few.told()).toMatchObject([
    { event: 'differs', missing: [], notLoaded: [pallet.sscc], severity: 'minor' },
  ]);
  const second = { epc: '3114257bf4499602d3000000', sscc: '106141412345678915' };
  const many = new Dock([pallet.sscc, second.sscc]).step('arm', 0).see(pallet.epc, 0.1).see(second.epc, 0.1);
  many.step('depart', 1).see(second.epc, 4.9, 4.95, 5).step('deliver', 5).tick(4);
  expect(many.told()[1]).toMatchObject({
    ...{
      event: 'differs',
      notUnloaded: [pallet.sscc],
      missing: [],
      severity: 'major',
      rounds: 3,
      missedPermille: 21,
    },
  });
});

test('a shipment whose order names no load unit is not compared', () => {
  const dock = new Dock([]).step('arm', 0).step('depart', 1).tick(2);
  expect(dock.told()).toEqual([]);
  expect(dock.office.state.entries('inventory')).toEqual([]);
});

test('wherever the role is killed, each comparison is told once', () => {
  const moment = fc.constantFrom('tick' as const, 'cut' as const, 'restart' as const);
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 4 }), fc.array(moment, { maxLength: 4 }), (first, second) => {
      const dock = new Dock([pallet.sscc, absent]).step('arm', 0).see(pallet.epc, 0.5).step('depart', 1);
      const live = (moments: typeof first) => {
        for (const one of moments) {
          if (one === 'tick') dock.tick();
          else if (one === 'cut') dock.cutTick();
          else dock.restart();
        }
      };
      live(first);
      dock.see(pallet.epc, 5).step('deliver', 5);
      live(second);
      dock.tick(3);
      expect(dock.told().map(({ compared, missing }) => [compared, missing])).toEqual([
        ['departure', [absent]],
        ['delivery', [absent]],
      ]);
      expect(dock.alerts().map(({ id: alert, records }) => [alert, records])).toEqual([['inventory-1', 2]]);
    }),
    { numRuns: 30 },
  );
});
