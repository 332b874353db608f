// All messages in English, one file per page. German has the same keys with the same parameters; a test compares them.

import account from './messages/en/account.json' with { type: 'json' };
import audit from './messages/en/audit.json' with { type: 'json' };
import now from './messages/en/now.json' with { type: 'json' };
import shell from './messages/en/shell.json' with { type: 'json' };

export const english = { ...shell, ...now, ...account, ...audit };
