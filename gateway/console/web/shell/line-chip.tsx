// How the line to the gateway stands, in the bar of every page: nobody may take old values for new ones.

import { cutSinceMs, line, nowMs } from '../net/live.js';
import { Icon } from '../parts/icon.js';
import { t } from '../words/language.js';
import { showDuration } from '../words/shown.js';

export function LineChip() {
  const { kind } = line.value;
  if (kind === 'live') {
    return (
      <span class="chip ok">
        <Icon name="live" />
        {t('line.live')}
      </span>
    );
  }
  if (kind === 'connecting') {
    return (
      <span class="chip plain">
        <Icon name="live" />
        {t('line.connecting')}
      </span>
    );
  }
  const since = cutSinceMs.value;
  return (
    <span class="chip bad" role="status">
      <Icon name="cut" />
      {since === undefined ? t('line.cut') : t('line.cut-since', { time: showDuration(nowMs.value - since) })}
    </span>
  );
}
