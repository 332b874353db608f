// All messages in English, one file per page. German has the same keys with the same parameters; a test compares them.

import account from './messages/en/account.json' with { type: 'json' };
import alerts from './messages/en/alerts.json' with { type: 'json' };
import audit from './messages/en/audit.json' with { type: 'json' };
import chart from './messages/en/chart.json' with { type: 'json' };
import devices from './messages/en/devices.json' with { type: 'json' };
import evidence from './messages/en/evidence.json' with { type: 'json' };
import now from './messages/en/now.json' with { type: 'json' };
import setup from './messages/en/setup.json' with { type: 'json' };
import shell from './messages/en/shell.json' with { type: 'json' };
import shipment from './messages/en/shipment.json' with { type: 'json' };
import trace from './messages/en/trace.json' with { type: 'json' };

export const english = {
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
