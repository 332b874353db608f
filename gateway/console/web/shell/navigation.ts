// What stands in the navigation: where it leads, what belongs to it, and who is offered it.

import type { RoleName } from '../../api/fields.js';
import type { IconName } from '../parts/icon.js';
import type { MessageKey } from '../words/language.js';
import type { PageName, PlainPage } from './router.js';

export interface NavigationEntry {
  readonly page: PlainPage;
  readonly icon: IconName;
  readonly words: MessageKey;
  /** Pages that belong to it. */
  readonly holds: readonly PageName[];
  /** undefined: everybody. */
  readonly roles?: readonly RoleName[];
}

/** What is used all day: the rail's upper part, and the tabs of a phone. */
export const mainEntries: readonly NavigationEntry[] = [
  { page: 'now', icon: 'now', words: 'nav.now', holds: ['now'] },
  { page: 'shipments', icon: 'shipment', words: 'nav.shipments', holds: ['shipments', 'shipment'] },
  { page: 'alerts', icon: 'alert', words: 'nav.alerts', holds: ['alerts', 'alert'] },
  { page: 'devices', icon: 'device', words: 'nav.devices', holds: ['devices', 'device'] },
];

/** What is used now and then: the rail's lower part, and the account page of a phone. */
export const moreEntries: readonly NavigationEntry[] = [
  {
    page: 'evidence',
    icon: 'evidence',
    words: 'nav.evidence',
    holds: ['evidence'],
    roles: ['quality', 'administrator', 'auditor'],
  },
  {
    page: 'trace',
    icon: 'tag',
    words: 'nav.trace',
    holds: ['trace'],
    roles: ['quality', 'administrator', 'auditor'],
  },
  { page: 'setup', icon: 'setup', words: 'nav.setup', holds: ['setup'], roles: ['administrator'] },
  {
    page: 'audit',
    icon: 'audit',
    words: 'nav.audit',
    holds: ['audit'],
    roles: ['quality', 'administrator', 'auditor'],
  },
  { page: 'account', icon: 'person', words: 'nav.account', holds: ['account'] },
];
