// All that the console shows, put together over one index: what follows the log, what was seen of late, and the views.

import type { Logger } from 'pino';
import type { Config } from '../../config/schema.js';
import type { EvidenceRecord } from '../../ledger-sync/evidence/record.js';
import { machineTime } from '../clock/machine-time.js';
import type { JournalReader } from '../journal/journal-reader.js';
import type { StateView } from '../requests/request.js';
import { placedAlerts } from '../reviews/placed-alert.js';
import { FileDesk } from './files/file-desk.js';
import type { ViewParts } from './handlers/handler-parts.js';
import { ConsoleIndex } from './index/console-index.js';
import type { IndexConnection } from './index/index-database.js';
import { type FollowerTrouble, LogFollower } from './index/log-follower.js';
import { LiveFeed } from './live/live-feed.js';
import { RecentReadings } from './live/recent-readings.js';
import { alertSummary } from './views/alert-view.js';
import { AuditView } from './views/audit-view.js';
import { ChartView } from './views/chart-view.js';
import { DeviceView } from './views/device-view.js';
import { EvidenceView } from './views/evidence-view.js';
import { NowView } from './views/now-view.js';
import { ProvenWords } from './views/proven-words.js';
import { ShipmentView } from './views/shipment-view.js';
import { TermsView } from './views/terms-in-force.js';

export interface ViewSources {
  readonly config: Config;
  readonly journal: JournalReader;
  readonly state: StateView;
  readonly database: IndexConnection;
  readonly configFile?: string | undefined;
  readonly log: Logger;
  readonly now: () => number;
}

export interface ConsoleViews extends ViewParts {
  /** Takes what is new, and tells those who watch. */
  look(): Promise<void>;
  close(): void;
}

/** @throws ConfigError if a profile is not what it was when the configuration was checked */
export function openViews(sources: ViewSources): ConsoleViews {
  const { config, journal, state, database, log, now } = sources;
  const index = new ConsoleIndex(journal, database);
  const words = new ProvenWords(journal);
  const terms = new TermsView(config, state);
  const recent = new RecentReadings();
  const takers = new Set<(records: readonly EvidenceRecord[]) => void>([(records) => recent.take(records)]);
  let trouble: FollowerTrouble | undefined;
  const follower = new LogFollower({
    ...{ journal, database, now, reader: index.reader, dataDir: config.gateway.dataDir },
    onRecords: (records) => {
      for (const take of takers) take(records);
    },
    onTrouble: (told) => {
      if (told && told.code !== trouble?.code) log.error({ code: told.code, hint: told.hint }, told.message);
      trouble = told;
    },
  });
  try {
    recent.seed(index, now());
  } catch (error) {
    // The small lines begin empty; the follower tells of the damage.
    log.warn({ err: error }, 'the last hour cannot be read');
  }
  const chartParts = { config, journal, state, index, terms, words, now };
  const isClockTrusted = () => machineTime(config, (key) => journal.judgeState(key)).trust > 0;
  const nowView = new NowView({ ...chartParts, recent, trouble: () => trouble });
  const feed = new LiveFeed(() => ({
    now: nowView.read(),
    alerts: placedAlerts(state, journal).map(alertSummary),
  }));
  const files = new FileDesk(sources.configFile);
  return {
    ...{ index, feed, words, nowView, files },
    chartView: new ChartView(chartParts),
    shipmentView: new ShipmentView(chartParts),
    auditView: new AuditView(journal, index, words),
    deviceView: new DeviceView({ config, index, words, now, isClockTrusted }),
    evidenceView: new EvidenceView(config, journal, index),
    onRecords: (take) => {
      takers.add(take);
      return () => takers.delete(take);
    },
    look: async () => {
      await follower.look();
      feed.look();
    },
    close: () => {
      files.close();
      follower.close();
    },
  };
}
