// The buttons of a chart: for fingers, and for whoever does not know the keys.

import { Icon, type IconName } from '../parts/icon.js';
import { t } from '../words/language.js';
import { isSame, panned, type TimeWindow, zoomed } from './time-window.js';

interface ToolsProps {
  readonly window: TimeWindow;
  readonly whole: TimeWindow;
  readonly cursorMs: number | undefined;
  readonly onWindow: (next: TimeWindow) => void;
  readonly isLoading: boolean;
  readonly isTable: boolean;
  readonly onTable: () => void;
}

export function ChartTools(props: ToolsProps) {
  const { window, whole, cursorMs, onWindow, isLoading, isTable, onTable } = props;
  const around = cursorMs ?? (window.fromMs + window.toMs) / 2;
  const tool = (icon: IconName, words: string, next: TimeWindow) => (
    <button
      type="button"
      class="button square"
      title={words}
      aria-label={words}
      aria-disabled={isSame(next, window)}
      onClick={() => onWindow(next)}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div class="tools">
      {tool('zoomIn', t('chart.zoom-in'), zoomed(window, 0.5, around, whole))}
      {tool('zoomOut', t('chart.zoom-out'), zoomed(window, 2, around, whole))}
      {tool('left', t('chart.earlier'), panned(window, -0.5, whole))}
      {tool('right', t('chart.later'), panned(window, 0.5, whole))}
      {tool('whole', t('chart.whole'), whole)}
      {isLoading ? <span class="soft small">{t('state.loading')}</span> : null}
      <button type="button" class="button last" aria-pressed={isTable} onClick={onTable}>
        <Icon name={isTable ? 'chart' : 'table'} />
        <span class="long">{t(isTable ? 'chart.as-chart' : 'chart.as-table')}</span>
      </button>
    </div>
  );
}
