// What the handlers of all resources work with. Put together in console-role.ts.

import type { FastifyInstance } from 'fastify';
import type { ConsoleConfig } from '../../../config/console-schema.js';
import type { Config } from '../../../config/schema.js';
import type { EvidenceRecord } from '../../../ledger-sync/evidence/record.js';
import type { JournalReader } from '../../journal/journal-reader.js';
import type { StateView } from '../../requests/request.js';
import type { FileDesk } from '../files/file-desk.js';
import type { ConsoleIndex } from '../index/console-index.js';
import type { LiveFeed } from '../live/live-feed.js';
import type { PersonDesk } from '../people/person-desk.js';
import type { SessionStore } from '../people/session-store.js';
import type { Visitors } from '../people/visitor.js';
import type { BindingParts } from '../server/route-binding.js';
import type { Site } from '../server/site.js';
import type { AuditView } from '../views/audit-view.js';
import type { ChartView } from '../views/chart-view.js';
import type { DeviceView } from '../views/device-view.js';
import type { EvidenceView } from '../views/evidence-view.js';
import type { NowView } from '../views/now-view.js';
import type { ProvenWords } from '../views/proven-words.js';
import type { ShipmentView } from '../views/shipment-view.js';

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

/** What is shown, and what makes files of it. */
export interface ViewParts {
  readonly index: ConsoleIndex;
  readonly feed: LiveFeed;
  readonly words: ProvenWords;
  readonly nowView: NowView;
  readonly chartView: ChartView;
  readonly shipmentView: ShipmentView;
  readonly auditView: AuditView;
  readonly deviceView: DeviceView;
  readonly evidenceView: EvidenceView;
  readonly files: FileDesk;
  /** Tells of proven records as they come. @returns stops it */
  readonly onRecords: (take: (records: readonly EvidenceRecord[]) => void) => () => void;
}
