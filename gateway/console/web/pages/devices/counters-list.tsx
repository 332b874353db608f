// What the wire of a device counts. Bad checks and reopened ports are what a technician looks for first: loose plugs, wrong
// baud rates, two devices with one address.

import type { Device } from '../../../api/devices.js';
import { Icon } from '../../parts/icon.js';
import { t } from '../../words/language.js';
import { showBytes, showCount } from '../../words/shown.js';

type Counters = NonNullable<Device['counters']>;

const names = ['bytes', 'frames', 'badChecks', 'discardedBytes', 'timeouts', 'opens'] as const;
const inBytes: ReadonlySet<string> = new Set(['bytes', 'discardedBytes']);
/** More than one bad frame in a hundred is no chance. */
const BAD_SHARE = 0.01;

function isSuspicious(name: (typeof names)[number], counters: Counters): boolean {
  if (name !== 'badChecks' && name !== 'timeouts') return false;
  return counters[name] > Math.max(1, counters.frames * BAD_SHARE);
}

export function CountersList({ counters }: { counters: Counters }) {
  return (
    <dl class="counters">
      {names.map((name) => (
        <div key={name}>
          <dt>{t(`counter.${name}`)}</dt>
          <dd class="number">
            {isSuspicious(name, counters) ? (
              <>
                <Icon name="warning" class="suspicious" />
                <span class="unseen">{t('counter.suspicious')}</span>
              </>
            ) : null}
            {inBytes.has(name) ? showBytes(counters[name]) : showCount(counters[name])}
          </dd>
        </div>
      ))}
    </dl>
  );
}
