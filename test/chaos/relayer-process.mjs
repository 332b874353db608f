// The ledger-sync role as a process of its own, to be killed at any time. Begins when its settings arrive.

import { once } from 'node:events';
import { startLedgerSyncRole } from '../../dist/gateway/ledger-sync-role.js';

process.once('disconnect', () => process.exit());
const [settings] = await once(process, 'message');
const say = settings.isLoud
  ? (fields, text) => console.error(`${Date.now() % 1_000_000} ${text} ${JSON.stringify(fields)}`)
  : () => {};
const config = { gateway: { dataDir: settings.dataDir } };
const role = await startLedgerSyncRole(config, settings.ledger, { info: say, warn: say });
role.failed.catch((error) => {
  console.error(error);
  process.exit(1);
});
