// Alerts and the audit trail: what people read, and what they ask the gateway role to note.

import { readAlert } from '../../reviews/alert.js';
import type { DetailDocument } from '../../sealing/draft-record.js';
import { alertRoutes } from '../api/alerts.js';
import { auditRoutes } from '../api/audit.js';
import type { CredentialsBody } from '../api/fields.js';
import { unknown } from '../console-error.js';
import type { Visitor } from '../people/visitor.js';
import { bind, sessionOf } from '../server/route-binding.js';
import { alertDetail, alertPage } from '../views/alert-view.js';
import type { HandlerParts, ViewParts } from './handler-parts.js';

const whyOf = (why: string | undefined): DetailDocument => (why === undefined ? {} : { why });

export function bindReviews({
  app,
  binding,
  journal,
  state,
  people,
  auditView,
}: HandlerParts & ViewParts): void {
  const personOf = (visitor: Visitor) => (visitor.kind === 'person' ? visitor.session : undefined);

  const step = async (
    id: string,
    kind: string,
    document: DetailDocument,
    visitor: Visitor,
    credentials: CredentialsBody,
  ) => {
    const who = { name: sessionOf(visitor).name, ...credentials };
    const { sequence } = await people.ask(who, kind, { id, ...document });
    const after = readAlert(state, id);
    if (!after) throw unknown(`alert ${id}`, 'ALERT_UNKNOWN');
    return { sequence, id, state: after.state };
  };

  bind(app, binding, alertRoutes.list, ({ query }) => alertPage(state, journal, query));
  bind(app, binding, alertRoutes.read, ({ params, visitor }) =>
    alertDetail(state, journal, params.id, personOf(visitor)),
  );
  bind(app, binding, alertRoutes.acknowledge, ({ params, body, visitor }) =>
    step(params.id, 'alert.acknowledge', whyOf(body.why), visitor, body.credentials),
  );
  bind(app, binding, alertRoutes.assess, ({ params, body: { result, why, credentials }, visitor }) =>
    step(params.id, 'alert.assess', { result, why }, visitor, credentials),
  );
  bind(app, binding, alertRoutes.sign, ({ params, body: { meaning, boundTo, why, credentials }, visitor }) =>
    step(params.id, 'alert.sign', { meaning, boundTo, ...whyOf(why) }, visitor, credentials),
  );
  bind(app, binding, auditRoutes.list, ({ query }) => auditView.page(query));
}
