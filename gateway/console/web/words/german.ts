// All messages in German; the type asks for every key of English.

import type { english } from './english.js';
import account from './messages/de/account.json' with { type: 'json' };
import alerts from './messages/de/alerts.json' with { type: 'json' };
import audit from './messages/de/audit.json' with { type: 'json' };
import chart from './messages/de/chart.json' with { type: 'json' };
import devices from './messages/de/devices.json' with { type: 'json' };
import evidence from './messages/de/evidence.json' with { type: 'json' };
import now from './messages/de/now.json' with { type: 'json' };
import setup from './messages/de/setup.json' with { type: 'json' };
import shell from './messages/de/shell.json' with { type: 'json' };
import shipment from './messages/de/shipment.json' with { type: 'json' };
import trace from './messages/de/trace.json' with { type: 'json' };

export const german: Readonly<Record<keyof typeof english, string>> = {
  ...account,
  ...alerts,
  ...audit,
  ...chart,
  ...devices,
  ...evidence,
  ...now,
  ...setup,
  ...shell,
  ...shipment,
  ...trace,
};
