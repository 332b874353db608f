// The states of a probe. A gap or a fault is never OK: OK, EXCURSION and UNKNOWN; and what nobody has set limits for is
// not judged at all.

import type { ShownState } from '../net/live-picture.js';
import { t } from '../words/language.js';
import { Chip, type Tone } from './chip.js';

const tones: Readonly<Record<ShownState, Tone>> = {
  ok: 'ok',
  excursion: 'bad',
  unknown: 'unknown',
  unjudged: 'plain',
};

export function StateChip({ state }: { state: ShownState }) {
  return <Chip tone={tones[state]} words={t(`state.${state}`)} />;
}
