// A moment or an age. The reader's zone is what stands there; UTC, as the log has it, is on hover and in the machine-
// readable part.

import { t } from '../words/language.js';
import type { MomentDetail } from '../words/moment.js';
import { isMoment, utcText } from '../words/moment.js';
import { showAgo, showMoment } from '../words/shown.js';

export function Moment({ atMs, detail = 'short' }: { atMs: number; detail?: MomentDetail }) {
  if (!isMoment(atMs)) return <span>{`${atMs} ms`}</span>;
  return (
    <time class="number" dateTime={new Date(atMs).toISOString()} title={utcText(atMs)}>
      {showMoment(atMs, detail)}
    </time>
  );
}

/** A moment, and beside it what the gateway's clock said then where that was wrong. */
export function CorrectedMoment({
  atMs,
  recordedAtMs,
  detail = 'full',
}: {
  atMs: number;
  recordedAtMs: number | null | undefined;
  detail?: MomentDetail;
}) {
  return (
    <>
      <Moment atMs={atMs} detail={detail} />
      {typeof recordedAtMs === 'number' && (
        <div class="soft">
          {t('clock.recorded-as')} <Moment atMs={recordedAtMs} detail={detail} />
        </div>
      )}
    </>
  );
}

/** Two clocks agree only so far: what is a moment ahead is now. */
const JITTER_MS = 5_000;

/** How long ago something was, with the moment itself on hover. */
export function Ago({ atMs, nowMs }: { atMs: number; nowMs: number }) {
  if (!isMoment(atMs)) return <span>{`${atMs} ms`}</span>;
  const agoMs = nowMs - atMs;
  return (
    <time class="number" dateTime={new Date(atMs).toISOString()} title={utcText(atMs)}>
      {showAgo(agoMs < 0 && agoMs > -JITTER_MS ? 0 : agoMs)}
    </time>
  );
}
