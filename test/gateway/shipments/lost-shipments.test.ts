// A shipment whose row was lost with a damaged journal is the same again, made from what was asked.

import { expect, test } from 'vitest';
import type { AcceptedRequest } from '../../../gateway/journal/request-rows.js';
import type { Actor } from '../../../gateway/requests/request.js';
import { StateStore } from '../../../gateway/requests/state-store.js';
import type { DetailDocument } from '../../../gateway/sealing/draft-record.js';
import { lostShipments } from '../../../gateway/shipments/lost-shipments.js';
import { approver, driver, nowMs, orderOf, reviewer, ShipmentOffice } from './shipment-office.js';

/** An office that keeps what was asked as the journal does. */
class KeepingOffice {
  readonly office = new ShipmentOffice();
  readonly accepted: AcceptedRequest[] = [];
  readonly actors = new Map<number, Actor>();

  ask(step: string, document: DetailDocument, actor: Actor): this {
    const sequence = 10 * this.accepted.length + 7;
    if (!this.office.ask(step, document, actor).ok) return this;
    const kind = `shipment.${step}`;
    const id = this.accepted.length + 1;
    this.accepted.push({ id, kind, document: JSON.stringify(document), createdAtMs: nowMs, sequence });
    this.actors.set(sequence, actor);
    return this;
  }

  lost(state: StateStore) {
    return lostShipments(state, this.accepted, (sequence) => {
      const actor = this.actors.get(sequence);
      if (!actor) return undefined;
      const { name, printedName, role } = actor;
      return { by: { name, printedName, role }, atMs: nowMs };
    });
  }
}

const row = ({ office }: KeepingOffice, id: string) => office.state.get(`shipment/${id}`);

function underWay(): KeepingOffice {
  return new KeepingOffice()
    .ask('create', orderOf('S1', { range: { highMilliC: 25_000 } }), driver)
    .ask('confirm-range', { id: 'S1', range: 'order' }, driver)
    .ask('confirm-range', { id: 'S1', range: 'order' }, reviewer)
    .ask('arm', { id: 'S1' }, driver)
    .ask('depart', { id: 'S1' }, approver)
    .ask('create', orderOf('S2'), driver);
}

test('it is as it was, to the persons and the range that they agreed upon', () => {
  const office = underWay();
  expect(JSON.parse(row(office, 'S1') ?? '')).toMatchObject({
    state: 'in-transit',
    dispute: { settled: 'order' },
  });
  const kept = new StateStore(new Map([['shipment/S2', row(office, 'S2') ?? '']]));
  expect(office.lost(kept)).toEqual([['shipment/S1', row(office, 'S1')]]);
});

test('one whose row is there stays as it is, and a record that is gone ends its making', () => {
  const office = underWay();
  const all = new StateStore(new Map(['S1', 'S2'].map((id) => [`shipment/${id}`, row(office, id) ?? ''])));
  expect(office.lost(all)).toEqual([]);
  for (const { kind, sequence } of office.accepted)
    if (kind === 'shipment.depart') office.actors.delete(sequence);
  const [, text = ''] = office.lost(new StateStore(new Map()))[0] ?? [];
  expect(JSON.parse(text)).toMatchObject({ id: 'S1', state: 'armed' });
});
