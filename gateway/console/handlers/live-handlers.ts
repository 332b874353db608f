// What happens now: everything at once, its changes, and one device by itself. A stream ends with the session or token that
// opened it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { readableOf } from '../../../ledger-sync/evidence/readable.js';
import { type EvidenceRecord, recordKinds } from '../../../ledger-sync/evidence/record.js';
import { readToken } from '../../accounts/api-token.js';
import { isFresh } from '../../health/runtime-file.js';
import { readRuntimeStatus } from '../../runtime-status.js';
import { type DeviceEvents, deviceRoutes } from '../api/devices.js';
import { liveRoutes } from '../api/live.js';
import { nowRoutes } from '../api/now.js';
import { busy, unknown } from '../console-error.js';
import { EventStream } from '../live/event-stream.js';
import type { Visitor } from '../people/visitor.js';
import { bind } from '../server/route-binding.js';
import { securityHeaders } from '../server/security-headers.js';
import type { HandlerParts, ViewParts } from './handler-parts.js';

const BEAT_MS = 15_000;
const COUNTERS_MS = 2_000;
/** Of a device that sends a thousand readings a second a page shows as many as a person can see. */
const MAX_RECORDS_PER_LOOK = 50;

export interface Streams {
  readonly count: number;
  /** Ends all of them. */
  close(): void;
}

export function bindLive(parts: HandlerParts & ViewParts): Streams {
  const { app, binding, config, site, state, visitors, now, feed, nowView, deviceView, words, onRecords } =
    parts;
  const headers = securityHeaders(site.isSecure);
  const open = new Set<EventStream>();

  const stillKnown = (visitor: Visitor): boolean => {
    if (visitor.kind === 'person') return visitors.holds(visitor.session);
    if (visitor.kind === 'nobody') return false;
    const token = readToken(state, visitor.token.id);
    return token !== undefined && token.revokedAtMs === undefined && now() < token.expiresAtMs;
  };

  /** @throws ConsoleError CONSOLE_BUSY */
  const openStream = (visitor: Visitor, reply: FastifyReply): EventStream => {
    if (open.size >= parts.console.limits.maxStreams) throw busy('too many pages follow');
    reply.hijack();
    const stream = new EventStream(reply.raw, headers);
    open.add(stream);
    const end = () => stream.end();
    if (visitor.kind === 'person') visitor.session.onEnd.add(end);
    const beat = setInterval(() => (stillKnown(visitor) ? stream.beat() : stream.end()), BEAT_MS);
    void stream.ended.then(() => {
      clearInterval(beat);
      open.delete(stream);
      if (visitor.kind === 'person') visitor.session.onEnd.delete(end);
    });
    return stream;
  };

  const lastIdOf = ({ headers: sent }: FastifyRequest) => {
    const id = sent['last-event-id'];
    return typeof id === 'string' ? id : undefined;
  };

  bind(app, binding, nowRoutes.now, () => nowView.read());

  bind(app, binding, liveRoutes.live, ({ visitor, request, reply }) => {
    const stream = openStream(visitor, reply);
    const leave = feed.join(stream, lastIdOf(request));
    void stream.ended.then(leave);
    return undefined;
  });

  bind(app, binding, deviceRoutes.list, () => deviceView.list());

  bind(app, binding, deviceRoutes.monitor, ({ params: { id }, visitor, reply }) => {
    const names = deviceView.namesOf(id);
    if (!names) throw unknown(`device ${id}`, 'DEVICE_UNKNOWN');
    const stream = openStream(visitor, reply);
    const stop = onRecords((records) => {
      const own = records.flatMap((record) => deviceRecord(record, names));
      for (const data of own.slice(-MAX_RECORDS_PER_LOOK)) stream.send(undefined, 'record', data);
    });
    const tell = () => {
      const status = readRuntimeStatus(config.gateway.dataDir);
      const told = status && isFresh(status, now()) ? status.devices.find((one) => one.id === id) : undefined;
      const sinceMs = status ? Math.max(0, now() - status.startedAtMs) : 0;
      const data: DeviceEvents['counters'] = {
        ...{ atMs: now(), state: told?.state ?? null, counters: told?.counters ?? null, sinceMs },
      };
      stream.send(undefined, 'counters', data);
    };
    tell();
    const timer = setInterval(tell, COUNTERS_MS);
    void stream.ended.then(() => {
      clearInterval(timer);
      stop();
    });
    return undefined;
  });

  const deviceRecord = (record: EvidenceRecord, names: ReadonlySet<string>): DeviceEvents['record'][] => {
    const name = parts.journal.log.nameOf(record.subject);
    const isSighting = record.kind === recordKinds.tagSighting;
    if (name === undefined || (!isSighting && !names.has(name))) return [];
    const detail = record.detail.length === 0 ? undefined : words.of(record.sequence)?.detail;
    // A tag belongs to the reader that saw it.
    if (isSighting && !(typeof detail?.reader === 'string' && names.has(detail.reader))) return [];
    const { kind, unit, quality } = readableOf(record, name);
    const { sequence, observedAtMs, value } = record;
    return [
      {
        ...{ sequence, observedAtMs, kind, name, value, quality, unit: unit ?? null },
        detail: (detail ?? null) as DeviceEvents['record']['detail'],
      },
    ];
  };

  return {
    get count() {
      return open.size;
    },
    close: () => {
      for (const stream of open) stream.end();
    },
  };
}
