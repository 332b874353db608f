// All messages in German; the type asks for every key of English.

import type { english } from './english.js';
import account from './messages/de/account.json' with { type: 'json' };
import audit from './messages/de/audit.json' with { type: 'json' };
import now from './messages/de/now.json' with { type: 'json' };
import shell from './messages/de/shell.json' with { type: 'json' };

export const german: Readonly<Record<keyof typeof english, string>> = {
  ...shell,
  ...now,
  ...account,
  ...audit,
};
