// What GET /api/live sends as server-sent events. Each has an id; a browser that comes back says the last one it had
// (Last-Event-ID) and gets what it missed, or a new `now` where that is too long ago.

import * as z from 'zod';
import { alertSummary } from './alerts.js';
import { position, unixMs } from './fields.js';
import { doorNow, gatewayNow, now, probeNow, shipmentNow, tagNow } from './now.js';
import { access, route } from './route.js';

/** By the name of the event: what its data hold, as JSON. Every list holds only what has changed. */
export const liveEvents = {
  /** The first event of a stream, and whenever changes alone would not do. */
  now,
  probes: z.strictObject({ atMs: unixMs, probes: z.array(probeNow) }),
  tags: z.strictObject({ atMs: unixMs, tags: z.array(tagNow) }),
  doors: z.strictObject({ atMs: unixMs, doors: z.array(doorNow) }),
  positions: z.strictObject({ atMs: unixMs, positions: z.array(position) }),
  /** All of them: one that is missing has ended. */
  shipments: z.strictObject({ atMs: unixMs, shipments: z.array(shipmentNow) }),
  gateway: z.strictObject({ atMs: unixMs, gateway: gatewayNow }),
  alerts: z.strictObject({ atMs: unixMs, alerts: z.array(alertSummary) }),
} as const;

export type LiveEventName = keyof typeof liveEvents;
export type LiveEvents = { readonly [Name in LiveEventName]: z.infer<(typeof liveEvents)[Name]> };

export const liveRoutes = {
  live: route({
    method: 'GET',
    path: '/api/live',
    operation: 'followLive',
    tag: 'now',
    summary:
      'Changes of what GET /api/now tells, as server-sent events; a comment every 15 s shows that the line stands.',
    access: access.live,
    answer: {
      kind: 'stream',
      contentType: 'text/event-stream',
      what: 'events now, probes, tags, doors, positions, shipments, gateway, alerts',
    },
  }),
};
