// The last hour of a probe as a small line with its limits. Says nothing that the words beside it do not.

import type { SeenProbe } from '../../net/live-picture.js';

const WIDTH = 240;
const HEIGHT = 48;
/** Half a degree: a steady probe must not look like a storm. */
const MIN_SPAN_MILLI = 1_000;

export function SparkLine({ probe }: { probe: SeenProbe }) {
  const { recent, lowMilliC, highMilliC } = probe;
  if (recent.length < 2) return <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" />;
  const values = recent.map(([, milli]) => milli);
  const limits = [lowMilliC, highMilliC].filter((limit) => limit !== null);
  const least = Math.min(...values, ...limits);
  const span = Math.max(Math.max(...values, ...limits) - least, MIN_SPAN_MILLI);
  const [fromMs = 0] = recent[0] ?? [];
  const [toMs = 1] = recent.at(-1) ?? [];
  const y = (milli: number) => HEIGHT - 4 - ((milli - least) / span) * (HEIGHT - 8);
  const x = (atMs: number) => ((atMs - fromMs) / Math.max(1, toMs - fromMs)) * (WIDTH - 6) + 3;
  const line = recent.map(([atMs, milli]) => `${x(atMs).toFixed(1)},${y(milli).toFixed(1)}`);
  const [endX, endY] = (line.at(-1) ?? '0,0').split(',');
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {limits.map((limit) => (
        <line key={limit} class="limit" x1="0" x2={WIDTH} y1={y(limit)} y2={y(limit)} />
      ))}
      <polyline points={line.join(' ')} />
      <circle cx={endX} cy={endY} r="3" />
    </svg>
  );
}
