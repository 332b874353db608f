// A state in a pill: icon, word and form, so that it is told without any colour. Only what is wrong is filled.

import { Icon, type IconName } from './icon.js';

export type Tone = 'ok' | 'bad' | 'unknown' | 'warn' | 'plain';

const icons: Readonly<Record<Tone, IconName>> = {
  ok: 'ok',
  bad: 'excursion',
  unknown: 'unknown',
  warn: 'warning',
  plain: 'info',
};

export function Chip({ tone, icon, words }: { tone: Tone; icon?: IconName; words: string }) {
  return (
    <span class={`chip ${tone}`}>
      <Icon name={icon ?? icons[tone]} />
      {words}
    </span>
  );
}
