// What programs ask: whether the console lives, its figures for Prometheus, and the description of this API.

import * as z from 'zod';
import { access, json, route } from './route.js';

const tag = 'service';

export const serviceRoutes = {
  health: route({
    method: 'GET',
    path: '/healthz',
    operation: 'readHealth',
    tag,
    summary: 'Whether the console and the gateway role live; says nothing else.',
    access: access.open,
    answer: json(z.strictObject({ status: z.enum(['ok', 'trouble']) })),
  }),
  metrics: route({
    method: 'GET',
    path: '/metrics',
    operation: 'readMetrics',
    tag,
    summary: 'Figures in the text format of Prometheus.',
    access: access.metrics,
    answer: { kind: 'stream', contentType: 'text/plain; version=0.0.4', what: 'Prometheus text format' },
  }),
  openapi: route({
    method: 'GET',
    path: '/api/openapi.json',
    operation: 'readOpenApi',
    tag,
    summary: 'This API as OpenAPI 3.1.',
    access: access.live,
    answer: { kind: 'stream', contentType: 'application/json', what: 'OpenAPI 3.1' },
  }),
  docs: route({
    method: 'GET',
    path: '/api/docs',
    operation: 'readDocs',
    tag,
    summary: 'This API as a page.',
    access: access.live,
    answer: { kind: 'stream', contentType: 'text/html', what: 'a page' },
  }),
};
