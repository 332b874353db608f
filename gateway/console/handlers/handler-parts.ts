// What the handlers of all resources work with. Put together in console-role.ts.

import type { FastifyInstance } from 'fastify';
import type { ConsoleConfig } from '../../../config/console-schema.js';
import type { Config } from '../../../config/schema.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import type { StateView } from '../../requests/request.js';
import type { PersonDesk } from '../people/person-desk.js';
import type { SessionStore } from '../people/session-store.js';
import type { Visitors } from '../people/visitor.js';
import type { BindingParts } from '../server/route-binding.js';
import type { Site } from '../server/site.js';

export interface HandlerParts {
  readonly app: FastifyInstance;
  readonly binding: BindingParts;
  readonly config: Config;
  readonly console: ConsoleConfig;
  readonly site: Site;
  readonly journal: JournalReader;
  readonly state: StateView;
  readonly sessions: SessionStore;
  readonly visitors: Visitors;
  readonly people: PersonDesk;
  /** Unix ms. */
  readonly now: () => number;
}
