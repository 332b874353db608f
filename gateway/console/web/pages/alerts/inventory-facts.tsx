// What an alert about load units tells: how many were seen, and which ones were not, or should not be there.

import type { AlertDetail } from '../../../api/alerts.js';
import type { Fact } from '../../parts/facts.js';
import { t } from '../../words/language.js';
import { showCount } from '../../words/shown.js';

const lists = ['missing', 'notLoaded', 'notUnloaded', 'notOrdered'] as const;

/** Nothing for alerts of other kinds. */
export function inventoryFacts({ matter }: Pick<AlertDetail, 'matter'>): (Fact | undefined)[] {
  const { compared, seenUnits, orderedUnits, missedPermille } = matter;
  if (compared !== 'departure' && compared !== 'delivery') return [];
  const counts = { seen: showCount(Number(seenUnits)), ordered: showCount(Number(orderedUnits)) };
  return [
    [t('inventory.compared'), t(`inventory.compared-${compared}`)],
    [t('inventory.seen'), t('inventory.seen-of', counts)],
    ...lists.map((list): Fact | undefined => {
      const units = matter[list];
      if (typeof units !== 'string' || units === '') return undefined;
      return [t(`inventory.${list}`), <UnitList key={list} units={units} />];
    }),
    typeof missedPermille === 'number'
      ? [
          t('inventory.missed'),
          t('inventory.missed-percent', { percent: String(Math.ceil(missedPermille / 10)) }),
        ]
      : undefined,
  ];
}

function UnitList({ units }: { units: string }) {
  return (
    <>
      {units.split(' ').map((sscc) => (
        <p key={sscc} class="code break">
          {sscc}
        </p>
      ))}
    </>
  );
}
