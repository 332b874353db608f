// The lanes under a chart, on the same axis. Drawn for the eye; the words are in the list of events beside the chart.

import { t } from '../words/language.js';
import { type Lane, type Placed, placed } from './lanes.js';
import type { PlotBox } from './time-plot.js';
import type { TimeWindow } from './time-window.js';

const ROW_PX = 22;
const DOT_PX = 4;

interface LanesProps {
  readonly lanes: readonly Lane[];
  readonly window: TimeWindow;
  readonly box: PlotBox;
  readonly cursorMs: number | undefined;
}

function Item({ item, lane, box, y }: { item: Placed; lane: Lane['name']; box: PlotBox; y: number }) {
  const x = box.left + item.left * box.width;
  const width = Math.max(3, item.width * box.width);
  const isStretch = lane === 'door' || lane === 'defrost';
  return (
    <g class={lane}>
      <title>{item.words}</title>
      {isStretch ? (
        <rect x={x} y={y + 5} width={width} height={ROW_PX - 10} rx="3" />
      ) : lane === 'position' ? (
        <circle cx={x} cy={y + ROW_PX / 2} r={DOT_PX - 1} />
      ) : (
        <path d={`M${x} ${y + 4}l6 7l-6 7l-6 -7z`} />
      )}
    </g>
  );
}

export function TimeLanes({ lanes, window, box, cursorMs }: LanesProps) {
  if (lanes.length === 0) return null;
  const share = cursorMs === undefined ? -1 : (cursorMs - window.fromMs) / (window.toMs - window.fromMs);
  return (
    <div class="lanes" aria-hidden="true">
      <svg height={lanes.length * ROW_PX} width="100%" aria-hidden="true">
        {lanes.map((lane, row) => (
          <g key={lane.name}>
            <line
              class="base"
              x1={box.left}
              x2={box.left + box.width}
              y1={row * ROW_PX + ROW_PX / 2}
              y2={row * ROW_PX + ROW_PX / 2}
            />
            {placed(lane.items, window).map((item) => (
              <Item key={item.key} item={item} lane={lane.name} box={box} y={row * ROW_PX} />
            ))}
          </g>
        ))}
        {share >= 0 && share <= 1 ? (
          <line
            class="cursor"
            x1={box.left + share * box.width}
            x2={box.left + share * box.width}
            y1="0"
            y2={lanes.length * ROW_PX}
          />
        ) : null}
      </svg>
      <ul>
        {lanes.map(({ name }) => (
          <li key={name}>{t(`lane.${name}`)}</li>
        ))}
      </ul>
    </div>
  );
}
