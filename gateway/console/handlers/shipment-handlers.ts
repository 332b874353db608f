// Shipments, their charts, and the steps that people take with them.

import { builtInProfiles } from '../../../config/alarm-profile-load.js';
import { ConfigError } from '../../../config/config-error.js';
import type { DetailDocument } from '../../sealing/draft-record.js';
import { readShipment } from '../../shipments/shipment.js';
import { orderDocument, parseShipment } from '../../shipments/shipment-file.js';
import { chartRoutes } from '../api/chart.js';
import type { CredentialsBody } from '../api/fields.js';
import { shipmentRoutes } from '../api/shipments.js';
import { ConsoleError, unknown } from '../console-error.js';
import type { Visitor } from '../people/visitor.js';
import { bind, sessionOf } from '../server/route-binding.js';
import { tightestOf } from '../views/terms-in-force.js';
import type { HandlerParts, ViewParts } from './handler-parts.js';

/** What a person ordered, checked as strictly as a file. @throws ConsoleError SHIPMENT_INVALID, PROFILE_UNKNOWN */
function orderOf(told: { readonly profile: string }): {
  readonly id: string;
  readonly document: DetailDocument;
} {
  const profile = builtInProfiles().find(({ name }) => name === told.profile);
  if (!profile) throw unknown(`profile ${told.profile}`, 'PROFILE_UNKNOWN');
  try {
    const order = parseShipment(told, 'the order', new Date().getUTCFullYear());
    return { id: order.id, document: orderDocument(order, profile) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const places = error.problems.map(
      ({ path, message, allowed }) => `${path}: ${message}${allowed ? `, allowed: ${allowed}` : ''}`,
    );
    throw new ConsoleError(400, 'SHIPMENT_INVALID', places.join('; ').slice(0, 2_000), 'mend the order');
  }
}

export function bindShipments({
  app,
  binding,
  state,
  people,
  shipmentView,
  chartView,
}: HandlerParts & ViewParts): void {
  const ask = async (
    id: string,
    kind: string,
    document: DetailDocument,
    visitor: Visitor,
    credentials: CredentialsBody,
  ) => {
    const who = { name: sessionOf(visitor).name, ...credentials };
    const { sequence } = await people.ask(who, kind, document);
    return { sequence, id, state: readShipment(state, id)?.state ?? 'draft' };
  };

  bind(app, binding, shipmentRoutes.list, ({ query }) => shipmentView.page(query));
  bind(app, binding, shipmentRoutes.read, ({ params, visitor }) =>
    shipmentView.read(params.id, visitor.kind === 'person' ? visitor.session.role : undefined),
  );
  bind(app, binding, chartRoutes.chart, ({ query }) => chartView.read(query));
  bind(app, binding, shipmentRoutes.create, ({ body: { credentials, ...told }, visitor }) => {
    const { id, document } = orderOf(told);
    return ask(id, 'shipment.create', document, visitor, credentials);
  });
  bind(
    app,
    binding,
    shipmentRoutes.step,
    ({ params: { id, step }, body: { reason, credentials }, visitor }) =>
      ask(id, `shipment.${step}`, { id, ...(reason === undefined ? {} : { reason }) }, visitor, credentials),
  );
  bind(
    app,
    binding,
    shipmentRoutes.confirmRange,
    ({ params: { id }, body: { range, credentials }, visitor }) =>
      ask(id, 'shipment.confirm-range', { id, range }, visitor, credentials),
  );
  bind(app, binding, shipmentRoutes.profiles, () => ({
    profiles: builtInProfiles().map((profile) => {
      const { name, version, title, source, hash, rules } = profile;
      return { name, version, title, source, hash, ...tightestOf(profile), rules: rules.length };
    }),
  }));
}
