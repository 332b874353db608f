// For programs: health, figures, and the description of the API.

import { isFresh } from '../../health/runtime-file.js';
import { packageVersion } from '../../package-version.js';
import { readRuntimeStatus } from '../../runtime-status.js';
import { serviceRoutes } from '../api/service.js';
import { metricsText } from '../metrics-text.js';
import { openApiDocument } from '../openapi-document.js';
import { openApiPage } from '../openapi-page.js';
import { bind } from '../server/route-binding.js';
import { cookieNameOf } from '../server/session-cookie.js';
import type { HandlerParts, ViewParts } from './handler-parts.js';
import type { Streams } from './live-handlers.js';

export function bindService(parts: HandlerParts & ViewParts, streams: Streams): void {
  const { app, binding, config, site, sessions, now, nowView, deviceView, index } = parts;

  bind(app, binding, serviceRoutes.health, () => {
    const status = readRuntimeStatus(config.gateway.dataDir);
    const isDead = status !== undefined && !isFresh(status, now());
    return { status: isDead ? ('trouble' as const) : ('ok' as const) };
  });

  bind(app, binding, serviceRoutes.metrics, ({ reply }) => {
    reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8');
    const own = {
      residentBytes: process.memoryUsage.rss(),
      indexedRecords: index.size,
      streams: streams.count,
      sessions: sessions.count,
    };
    return metricsText(nowView.read(), deviceView.list(), own, nowView.health());
  });

  let document: string | undefined;
  bind(app, binding, serviceRoutes.openapi, ({ reply }) => {
    reply.header('content-type', 'application/json; charset=utf-8');
    document ??= JSON.stringify(openApiDocument(packageVersion(), cookieNameOf(site)));
    return document;
  });

  bind(app, binding, serviceRoutes.docs, ({ reply }) => {
    reply.header('content-type', 'text/html; charset=utf-8');
    return openApiPage();
  });
}
