// The console behind its door: who sends a request, and all routes. Knows journal and accounts, and opens no port.

import type { TlsOptions } from 'node:tls';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ConsoleConfig } from '../../config/console-schema.js';
import { isLoopback } from '../../config/fields.js';
import type { Config } from '../../config/schema.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { RequestRows } from '../journal/request-rows.js';
import { openViews } from './console-views.js';
import { bindAccounts } from './handlers/account-handlers.js';
import { bindEvidence } from './handlers/evidence-handlers.js';
import type { HandlerParts } from './handlers/handler-parts.js';
import { bindLive } from './handlers/live-handlers.js';
import { bindReviews } from './handlers/review-handlers.js';
import { bindService } from './handlers/service-handlers.js';
import { bindSession } from './handlers/session-handlers.js';
import { bindShipments } from './handlers/shipment-handlers.js';
import { bindTokens } from './handlers/token-handlers.js';
import type { IndexConnection } from './index/index-database.js';
import { JournalState } from './journal-state.js';
import { PersonDesk } from './people/person-desk.js';
import { SessionStore } from './people/session-store.js';
import { UnlockDesk } from './people/unlock-desk.js';
import { Visitors } from './people/visitor.js';
import { createHttpServer } from './server/http-server.js';
import type { BindingParts } from './server/route-binding.js';
import { cookieNameOf } from './server/session-cookie.js';
import type { Site } from './server/site.js';
import { serveVerifier } from './server/verifier-file.js';
import { serveWeb } from './server/web-files.js';
import type { SetupCode } from './setup/setup-code.js';
import { bindSetup } from './setup/setup-handlers.js';
import { TrialDesk } from './setup/trial-desk.js';

export interface ConsoleServerParts {
  readonly config: Config;
  readonly console: ConsoleConfig;
  readonly site: Site;
  readonly journal: JournalReader;
  readonly rows: RequestRows;
  readonly webFolder: string;
  readonly log: Logger;
  readonly tls?: TlsOptions | undefined;
  readonly unlock?: UnlockDesk | undefined;
  /** The index of this journal, open. */
  readonly database: IndexConnection;
  /** The file that the role was started with; without it no files are made. */
  readonly configFile?: string | undefined;
  /** While nobody has an account. */
  readonly setupCode?: SetupCode | undefined;
  readonly trials?: TrialDesk | undefined;
  /** Unix ms. */
  readonly now: () => number;
}

const MINUTE_MS = 60_000;
/** What a page asks by itself does not keep a session alive. */
const BACKGROUND_HEADER = 'x-background';

export interface ConsoleServer {
  readonly app: FastifyInstance;
  readonly sessions: SessionStore;
  readonly visitors: Visitors;
  /** Takes what is new in the journal, and tells those who watch. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** Everything but the port. */
export async function createConsoleServer(given: ConsoleServerParts): Promise<ConsoleServer> {
  const { config, console, site, journal, rows, log, tls, now } = given;
  const state = new JournalState(journal);
  const { idleMinutes, maxHours } = console.sessions;
  const sessions = new SessionStore({
    idleMs: idleMinutes * MINUTE_MS,
    maxMs: maxHours * 60 * MINUTE_MS,
    now,
  });
  const visitors = new Visitors(sessions, state, now);
  const people = new PersonDesk({ rows, state, unlock: given.unlock ?? new UnlockDesk(), now });
  const app = await createHttpServer({ config: console, site, log, tls });
  const cookieName = cookieNameOf(site);
  const binding: BindingParts = {
    visitorOf: (request: FastifyRequest) => {
      const isUse = request.headers[BACKGROUND_HEADER] === undefined;
      return visitors.who(request.cookies[cookieName], request.headers.authorization, isUse);
    },
    isOpenHere: ({ operation }, request) =>
      operation === 'readMetrics' &&
      site.isLocal &&
      isLoopback((request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')) &&
      request.headers['sec-fetch-site'] === undefined,
  };
  const parts: HandlerParts = {
    ...{ app, binding, config, console, site, journal, state, sessions, visitors, people, now },
  };
  const views = openViews({ ...{ config, journal, state, now, log }, ...given });
  bindSession(parts);
  bindAccounts(parts);
  bindTokens(parts);
  const streams = bindLive({ ...parts, ...views });
  bindReviews({ ...parts, ...views });
  bindShipments({ ...parts, ...views });
  bindEvidence({ ...parts, ...views });
  bindService({ ...parts, ...views }, streams);
  bindSetup({
    ...parts,
    ...{ rows, code: given.setupCode, configFile: given.configFile },
    trials: given.trials ?? new TrialDesk(),
  });
  serveVerifier(app);
  await serveWeb(app, given.webFolder);
  return {
    ...{ app, sessions, visitors, look: views.look },
    close: async () => {
      streams.close();
      views.close();
      await app.close();
    },
  };
}
