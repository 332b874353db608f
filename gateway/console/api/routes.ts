// All routes of the API, for the server and the OpenAPI document.

import { accountRoutes } from './accounts.js';
import { alertRoutes } from './alerts.js';
import { auditRoutes } from './audit.js';
import { chartRoutes } from './chart.js';
import { deviceRoutes } from './devices.js';
import { evidenceRoutes } from './evidence.js';
import { liveRoutes } from './live.js';
import { nowRoutes } from './now.js';
import type { ApiRoute } from './route.js';
import { serviceRoutes } from './service.js';
import { sessionRoutes } from './session.js';
import { setupRoutes } from './setup.js';
import { shipmentRoutes } from './shipments.js';
import { traceRoutes } from './trace.js';

/** By resource. */
export const apiRoutes: readonly ApiRoute[] = [
  sessionRoutes,
  nowRoutes,
  liveRoutes,
  shipmentRoutes,
  chartRoutes,
  alertRoutes,
  auditRoutes,
  deviceRoutes,
  evidenceRoutes,
  traceRoutes,
  accountRoutes,
  setupRoutes,
  serviceRoutes,
].flatMap((routes): readonly ApiRoute[] => Object.values(routes));
