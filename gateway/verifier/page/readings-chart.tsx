// The temperatures as a picture that prints sharply. Lines differ in dashes as well as in colour, and each is named where it
// ends; whoever does not see it hears each probe's least and greatest value.

import { type ChartScale, scaleOf } from '../chart-scale.js';
import type { Contents } from '../dialogue.js';
import type { Messages } from '../messages-en.js';
import type { ReadingSeries } from '../reading-series.js';
import type { Words } from '../shown-words.js';

const dashes = ['', '6 3', '2 3', '10 3 2 3'];
const COLOURS = 6;
/** A limit at the upper edge is named below its line. */
const LABEL_ROOM = 16;

interface ReadingsChartProps {
  readonly contents: Contents;
  readonly messages: Messages;
  readonly words: Words;
}

export function ReadingsChart({ contents, messages, words }: ReadingsChartProps) {
  const series = contents.series.filter(({ readings }) => readings > 0);
  const limits = limitsOf(contents);
  const scale = scaleOf(series, limits);
  const doubtful = contents.series.reduce((sum, one) => sum + one.doubtful, 0);
  const more = contents.seriesTotal - contents.series.length;
  return (
    <section class="chart">
      <h3>{messages.chartHeading}</h3>
      {scale ? (
        <Chart series={series} limits={limits} scale={scale} messages={messages} words={words} />
      ) : (
        <p>{messages.chartNone}</p>
      )}
      {more > 0 && <p>{messages.chartMore(words.count(more))}</p>}
      {doubtful > 0 && <p>{messages.doubtful(words.count(doubtful))}</p>}
    </section>
  );
}

/** Each limit that an excursion of the file names, once. */
function limitsOf({ excursions }: Contents): number[] {
  return [...new Set(excursions.flatMap(({ limitMilliC }) => limitMilliC ?? []))].slice(0, 8);
}

interface ChartProps {
  readonly series: readonly ReadingSeries[];
  readonly limits: readonly number[];
  readonly scale: ChartScale;
  readonly messages: Messages;
  readonly words: Words;
}

function Chart({ series, limits, scale, messages, words }: ChartProps) {
  const { width, height, left, right, top, bottom, x, y } = scale;
  const label = series
    .map(({ name, leastMilliC, greatestMilliC }) =>
      messages.chartLabel(name, words.degrees(leastMilliC), words.degrees(greatestMilliC)),
    )
    .join('; ');
  return (
    <>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="xMidYMid meet"
      >
        {scale.temperatures.map((milliC) => (
          <g key={milliC} class="grid">
            <line x1={left} x2={right} y1={y(milliC)} y2={y(milliC)} />
            <text x={left - 6} y={y(milliC) + 4} text-anchor="end">
              {words.degrees(milliC)}
            </text>
          </g>
        ))}
        {scale.times.map((ms, at) => (
          <text key={ms} class="tick" x={x(ms)} y={bottom + 18} text-anchor={at === 0 ? 'start' : 'end'}>
            {words.time(ms)}
          </text>
        ))}
        {limits.map((milliC) => (
          <g key={milliC} class="limit">
            <line x1={left} x2={right} y1={y(milliC)} y2={y(milliC)} />
            <text
              x={right - 4}
              y={y(milliC) - top < LABEL_ROOM ? y(milliC) + LABEL_ROOM : y(milliC) - 5}
              text-anchor="end"
            >
              {messages.limit} {words.degrees(milliC)}
            </text>
          </g>
        ))}
        <rect class="frame" x={left} y={top} width={right - left} height={bottom - top} />
        {series.map((one, at) => (
          <path
            key={one.name}
            class={`line colour-${at % COLOURS}`}
            stroke-dasharray={dashes[Math.floor(at / COLOURS) % dashes.length]}
            d={one.runs.map((run) => pathOf(run, scale)).join('')}
          />
        ))}
      </svg>
      <ul class="legend">
        {series.map((one, at) => (
          <li key={one.name}>
            <svg class="key" viewBox="0 0 30 10" aria-hidden="true">
              <path
                class={`line colour-${at % COLOURS}`}
                stroke-dasharray={dashes[Math.floor(at / COLOURS) % dashes.length]}
                d="M0 5H30"
              />
            </svg>
            {messages.chartLabel(one.name, words.degrees(one.leastMilliC), words.degrees(one.greatestMilliC))}
          </li>
        ))}
      </ul>
    </>
  );
}

function pathOf(run: ReadingSeries['runs'][number], { x, y }: ChartScale): string {
  const points = run.map(([ms, milliC]) => `${x(ms).toFixed(1)} ${y(milliC).toFixed(1)}`);
  // A line of no length shows as a dot: the ends are round.
  return `M${points.length === 1 ? `${points[0]}L${points[0]}` : points.join('L')}`;
}
